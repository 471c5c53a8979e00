import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '../src/monitor/monitor-settings.ts'
import { readDocumentOrThrow } from '../src/pipeline/read-document.ts'
import { slurm } from '../src/runners/slurm.ts'
import { ssh } from '../src/transports/ssh.ts'
import { catalogOf } from '../src/workspace/known-types.ts'
import { openWorkspace } from '../src/workspace/open-workspace.ts'
import { sshSettings, workFolder } from '../test/live/servers/servers.ts'
import { openCluster, unmeasured } from './cluster.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'

const jobs = 40

/**
 * From the end of a job on Slurm, as its wrapper noted it, to the start of the module after it, over SSH. Looks come as rarely as
 * they ever do, as if nothing had happened for long. Commands of the scheduler go through a shim that writes each down.
 */
export async function detectionRows(): Promise<Row[]> {
  const cluster = await openCluster('sshd', 'slurm')
  try {
    const why = cluster.absent('sshd') ?? cluster.absent('slurm')
    return why === undefined ? await detect() : [unmeasured("job's end to next module's start", why)]
  } finally {
    await cluster.close()
  }
}

/** Each job ends at a time of its own, and the module after it begins then. */
const document = `abeyance: 1
name: detection
modules:
${Array.from(
  { length: jobs },
  (_, n) => `  first${n}: { script: 'sleep ${(3 + n * 0.731).toFixed(3)}; echo >end', outputs: { end: end } }
  next${n}: { script: cat "$end", inputs: { end: $first${n}.end }, outputs: { } }`,
).join('\n')}
`

async function detect(): Promise<Row[]> {
  const shared = await mkdtemp(join(workFolder, 'detection-'))
  const folder = await mkdtemp(join(tmpdir(), 'detection-'))
  const work = join(shared, 'work')
  await mkdir(work)
  for (const path of [shared, work]) await chmod(path, 0o777)
  const log = await layShim(shared)
  const transport = ssh(sshSettings())
  const begun = new Map<string, number>()
  const opened = await openWorkspace(folder, {
    destinations: {
      local: { runner: slurm({ prelude: `PATH=${shared}/bin:$PATH` }), transport, workFolder: work },
    },
    monitor: { quickest: defaultSettings.slowest },
    onEvent(event) {
      if (event.kind === 'outcome' && event.outcome.kind === 'suspended') begun.set(event.module, Date.now())
    },
  })
  try {
    const began = performance.now()
    const run = await opened.start(
      await readDocumentOrThrow(document, { catalog: catalogOf({}), file: 'detection.yaml' }),
    )
    const end = await run.ended()
    if (end.kind !== 'done') throw new Error(JSON.stringify(end).slice(0, 2000))
    const seconds = (performance.now() - began) / 1000
    const latencies: number[] = []
    for (const { name, state } of await opened.jobs()) {
      const next = begun.get(name.replace('first', 'next'))
      if (name.startsWith('first') && 'endedAt' in state && next !== undefined)
        latencies.push(next - state.endedAt)
    }
    const said = (await readFile(log, 'utf8')).trim().split('\n')
    return rowsOf(latencies, seconds, said)
  } finally {
    await opened.close()
    for (const path of [folder, shared]) await rm(path, { recursive: true, force: true, maxRetries: 20 })
  }
}

function rowsOf(latencies: readonly number[], seconds: number, said: readonly string[]): Row[] {
  if (latencies.length !== jobs) throw new Error(`${latencies.length} ends of ${jobs}`)
  const most = latencies.toSorted((a, b) => a - b)[Math.ceil(jobs * 0.95) - 1] ?? NaN
  const asked = said.filter((command) => command !== 'sbatch')
  return [
    {
      what: `job's end to next module's start over SSH on Slurm, 95 % of ${jobs}`,
      bar: '1 s',
      figure: `${(most / 1000).toFixed(2)} s (median ${(median(latencies) / 1000).toFixed(2)})`,
      limit: `${(defaultSettings.slowest / 1000).toFixed(2)} s between looks; asking the scheduler 12 times an hour: 300 s`,
      ratio: most / defaultSettings.slowest,
      met: most <= 1000,
    },
    {
      what: `scheduler commands meanwhile, beside ${said.length - asked.length} submissions`,
      bar: '12 an hour',
      figure: `${asked.length} in ${seconds.toFixed(0)} s`,
      limit: 'written down by a shim before each command',
      met: asked.length <= 12,
    },
  ]
}

/** Gives the file that names each command of Slurm that was run. */
async function layShim(folder: string): Promise<string> {
  const [log, bin] = [join(folder, 'commands'), join(folder, 'bin')]
  await mkdir(bin)
  await writeFile(log, '')
  await chmod(log, 0o666)
  for (const command of ['sbatch', 'squeue', 'sacct', 'scancel', 'scontrol', 'sinfo']) {
    const path = execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim()
    const text = `#!/bin/sh\necho ${command} >>'${log}'\nexec ${path} "$@"\n`
    await writeFile(join(bin, command), text, { mode: 0o755 })
  }
  return log
}
