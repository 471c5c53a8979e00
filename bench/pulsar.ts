import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Tag } from '../src/core/ids.ts'
import { isFile } from '../src/pipeline/value.ts'
import { pulsarDestination } from '../src/runners/pulsar.ts'
import { eventually } from '../src/testing/eventually.ts'
import { running, submission, submitted, trial, waitFor } from '../src/testing/trial-job.ts'
import { openWorkspace } from '../src/workspace/open-workspace.ts'
import { live, pulsarServer } from '../test/live/servers/servers.ts'
import { openPulsarSubject, type PulsarSubject } from '../test/testing/pulsar-subject.ts'
import { openRequestGate } from '../test/testing/request-gate.ts'
import { startProxy } from '../test/transports/tcp-proxy.ts'
import { openCluster, unmeasured } from './cluster.ts'
import { follow, followedRow } from './log-bytes.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'
import { timed } from './timed.ts'

const jobs = 20
const trips = 15
/** Milliseconds between two looks at a trivial job, by whomever. */
const pace = 20

/** Jobs through a real Pulsar server, beside its own client for Python on the same server. */
export async function pulsarRows(): Promise<Row[]> {
  const cluster = await openCluster('pulsar')
  try {
    const why = cluster.absent('pulsar')
    if (why !== undefined) return [unmeasured('jobs through Pulsar', why)]
    return [await lookRow(), await logRow(), ...(await tripRows())]
  } finally {
    await cluster.close()
  }
}

async function lookRow(): Promise<Row> {
  const { url, token } = pulsarServer()
  let asked = 0
  const before = async () => ((asked += 1), true)
  const gate = await openRequestGate({ to: new URL(url), before })
  const on = await openPulsarSubject({ url: gate.url, token })
  try {
    const tags: Tag[] = []
    while (tags.length < jobs) tags.push(await submitted(on.runner, trial(waitFor(`${on.shared}/over`))))
    for (const tag of tags) await running(on.runner, tag, 60_000)
    asked = 0
    await on.runner.look({ jobs: tags, doubtful: new Set(), ranges: [] }, {})
    await writeFile(join(on.shared, 'over'), '')
    return {
      what: `a look at ${jobs} jobs on Pulsar: requests, a job`,
      bar: '1',
      figure: String(asked / jobs),
      limit: '1: the server tells of one job at a time',
      ratio: asked / jobs,
      met: asked === jobs,
    }
  } finally {
    await on.close()
    await gate.close()
  }
}

async function logRow(): Promise<Row> {
  const { url, token, staging } = pulsarServer()
  const proxy = await startProxy(Number(new URL(url).port))
  const folder = await mkdtemp(join(tmpdir(), 'bench-pulsar-'))
  const local = pulsarDestination({ url: `http://127.0.0.1:${proxy.port}/`, token })
  const workspace = await openWorkspace(folder, { destinations: { local } })
  try {
    const finish = (tag: Tag) => writeFile(join(staging, tag, 'over'), '')
    return followedRow(
      'following a log from Pulsar: bytes on the wire',
      await follow(workspace, proxy, finish),
    )
  } finally {
    await workspace.close()
    await proxy.close()
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

/** In turns, so that what else the machine does meets both. */
async function tripRows(): Promise<Row[]> {
  const { url, token } = pulsarServer()
  const on = await openPulsarSubject({ url, token })
  const client = openClient()
  const [ours, theirs]: [number[], number[]] = [[], []]
  try {
    await Promise.all([trip(on), client.trip()]) // what is loaded and connected once
    while (ours.length < trips) {
      ours.push(await timed(() => trip(on)))
      theirs.push(await client.trip())
    }
    const [figure, limit] = [median(ours), median(theirs)]
    return [
      {
        what: `a trivial job on Pulsar, submitted, run, collected with its output, and removed`,
        bar: '',
        figure: `${figure.toFixed(0)} ms`,
        limit: `${limit.toFixed(0)} ms by its client for Python`,
        ratio: figure / limit,
      },
    ]
  } finally {
    client.close()
    await on.close()
  }
}

async function trip({ runner, context }: PulsarSubject): Promise<void> {
  const out = { kind: 'file', path: 'out', optional: false } as const
  const job = submission(trial('echo done > out', { outputs: { out } }))
  const { tag, spec } = job
  await runner.submit([job], {})
  await eventually('the job to end', 60_000, async () => {
    const { reports } = await runner.look({ jobs: [tag], doubtful: new Set(), ranges: [] }, {})
    if (reports.get(tag)?.kind === 'ended') return true
    await new Promise((resolve) => setTimeout(resolve, pace))
    return undefined
  })
  const answer = await runner.fetch({ tag, incarnation: 1, spec, outputs: true }, {})
  const value = answer.kind === 'fetched' ? answer.outputs['out'] : undefined
  if (value === undefined || !isFile(value)) throw new Error(JSON.stringify(answer))
  if ((await readFile(context.objects.path(value.digest), 'utf8')) !== 'done\n')
    throw new Error('not collected')
  const { removed } = await runner.clean([tag], {})
  if (removed.length !== 1) throw new Error('not removed')
}

/** A process that has everything loaded, and times itself. */
function openClient() {
  const { url, token } = pulsarServer()
  const script = join(import.meta.dirname, 'pulsar-client.py')
  const python = join(live, 'pulsar/venv/bin/python')
  const child = spawn(python, [script, url, token, String(pace / 1000)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const gone = once(child, 'exit').then(() => Promise.reject(new Error("Pulsar's own client ended")))
  gone.catch(() => {}) // also when it was told to
  return {
    async trip(): Promise<number> {
      child.stdin.write('\n')
      const [line]: unknown[] = await Promise.race([once(lines, 'line'), gone])
      return Number(line)
    },
    close() {
      child.stdin.end()
      lines.close()
    },
  }
}
