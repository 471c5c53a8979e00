import type { Client } from 'ssh2'
import { systemClock } from '../src/core/clock.ts'
import { jobKey, type Tag } from '../src/core/ids.ts'
import { silent } from '../src/core/logger.ts'
import { tagOf } from '../src/core/tag-of.ts'
import type { Runner, RunnerKind, Submission } from '../src/runners/runner.ts'
import { openConnection } from '../src/transports/ssh/connection.ts'
import { kinds, openLiveRunner, type LiveRunner } from '../test/live/runners/live-runner.ts'
import { gridenginePrelude, sshSettings } from '../test/live/servers/servers.ts'
import { openCluster, unmeasured } from './cluster.ts'
import { lookRows } from './looks.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'
import { hex, workspace } from './suspended-job.ts'
import { timed } from './timed.ts'

/** How one scheduler is measured. Its jobs are held, so that nothing but their submission takes time. */
interface Candidate {
  readonly name: string
  readonly kind: RunnerKind
  readonly jobs: number
  /** What one would write by hand, for a script `$1`. */
  readonly command: string
  readonly hold: string
  /** Ends the jobs whose ids are `$@`. */
  readonly cancel: string
  readonly bar: number
}

const rounds = 5
/** In each round, of those that would take too long for as many as there are of ours. */
const byHand = { exec: 8, loop: 40 }
const options = { deadline: 300_000 }

/** Jobs to real schedulers, beside the two ways of doing it by hand: one exec for each, and a bare loop in one script. */
export async function clusterRows(): Promise<Row[]> {
  const cluster = await openCluster('sshd', 'slurm', 'gridengine')
  try {
    const rows: Row[] = []
    for (const candidate of candidates()) {
      const why =
        cluster.absent('sshd') ?? cluster.absent(candidate.name === 'Slurm' ? 'slurm' : 'gridengine')
      if (why === undefined) rows.push(...(await measure(candidate)))
      else rows.push(unmeasured(`submission to ${candidate.name}, and looks`, why))
    }
    return rows
  } finally {
    await cluster.close()
  }
}

function candidates(): readonly Candidate[] {
  return [
    {
      name: 'Slurm',
      kind: kinds['slurm']?.() ?? fail('slurm'),
      jobs: 1000,
      command: 'sbatch --parsable --hold --output=/dev/null "$1"',
      hold: '--hold',
      cancel: 'scancel "$@"',
      bar: 10,
    },
    {
      name: 'Grid Engine',
      kind: kinds['gridengine']?.() ?? fail('gridengine'),
      jobs: 100,
      command: `${gridenginePrelude}; qsub -terse -h -o /dev/null -j y "$1"`,
      hold: '-h',
      cancel: `${gridenginePrelude}; qdel "$@" >/dev/null`,
      bar: 3,
    },
  ]
}

async function measure(candidate: Candidate): Promise<Row[]> {
  const live = await openLiveRunner(candidate.kind)
  const connection = openConnection(sshSettings(), { clock: systemClock, logger: silent })
  const ids: string[] = []
  const times = { ours: [] as number[], exec: [] as number[], loop: [] as number[] }
  const jobs = Array.from({ length: candidate.jobs }, (_, place) => heldJob(place, candidate.hold))
  const file = `${live.shared}/by-hand`
  try {
    await live.run(`printf '#!/bin/sh\\n:\\n' >'${file}'`)
    const client = await connection.client(options)
    const size = candidate.jobs / rounds
    for (let round = 0; round < rounds; round += 1) {
      const batch = jobs.slice(round * size, (round + 1) * size)
      times.ours.push((await timed(async () => ids.push(...(await submit(live.runner, batch))))) / size)
      const loop = Math.min(size, byHand.loop)
      times.loop.push(
        (await timed(async () => ids.push(...(await inLoop(live, candidate, file, loop))))) / loop,
      )
      times.exec.push(
        (await timed(async () => {
          for (let turn = 0; turn < byHand.exec; turn += 1) ids.push(await byExec(client, candidate, file))
        })) / byHand.exec,
      )
    }
    return [
      ...compared(candidate, times),
      ...(await lookRows(candidate.name, candidate.kind, live.context, jobs)),
    ]
  } finally {
    for (let at = 0; at < ids.length; at += 200)
      await live.run(`set -- ${ids.slice(at, at + 200).join(' ')}\n${candidate.cancel}`)
    await connection.release()
    await live.close()
  }
}

function compared(
  { name, jobs, bar }: Candidate,
  times: Readonly<Record<'ours' | 'exec' | 'loop', readonly number[]>>,
): Row[] {
  const [ours, exec, loop] = [median(times.ours), median(times.exec), median(times.loop)]
  return [
    {
      what: `submitting ${jobs.toLocaleString('en')} jobs to ${name}, a job`,
      bar: `${bar} x faster than one exec per job`,
      figure: `${ours.toFixed(1)} ms`,
      limit: `${exec.toFixed(1)} ms by one exec for each, of ${rounds * byHand.exec}`,
      ratio: ours / exec,
      met: ours * bar <= exec,
    },
    {
      what: `what at-most-once adds to it, a job, on ${name}`,
      bar: '2 ms',
      figure: `${(ours - loop).toFixed(1)} ms`,
      limit: `${loop.toFixed(1)} ms a job in a bare loop of one script`,
      ratio: ours / loop,
      met: ours - loop <= 2,
    },
  ]
}

function heldJob(place: number, hold: string): Submission {
  const tag = tagOf(workspace, jobKey(hex(`held ${process.pid} ${place}`)), 1)
  return {
    tag,
    name: `held ${place}`,
    attempt: 1,
    spec: {
      run: { kind: 'command', words: [['true']] },
      variables: {},
      staged: [],
      environment: {},
      outputs: {},
      resources: { flags: [hold] },
      load: [],
    },
  }
}

async function submit(runner: Runner, jobs: readonly Submission[]): Promise<readonly string[]> {
  const answers: ReadonlyMap<Tag, unknown> = await runner.submit(jobs, {})
  return jobs.map(({ tag }) => {
    const answer = answers.get(tag)
    if (typeof answer === 'object' && answer !== null && 'nativeId' in answer) return String(answer.nativeId)
    return fail(`not accepted: ${JSON.stringify(answer)}`)
  })
}

async function inLoop(
  { run }: LiveRunner,
  { command }: Candidate,
  file: string,
  count: number,
): Promise<readonly string[]> {
  const said = await run(
    `set -- '${file}'\nn=0\nwhile [ "$n" -lt ${count} ]; do ${command}; n=$((n + 1)); done`,
  )
  return said.split('\n').filter(Boolean)
}

function byExec(client: Client, { command }: Candidate, file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec(`sh -c '${command.replaceAll("'", `'\\''`)}' sh '${file}'`, (error, channel) => {
      if (error) return reject(error)
      let said = ''
      channel.on('data', (chunk: Uint8Array) => (said += Buffer.from(chunk).toString()))
      channel.stderr.resume()
      channel.on('close', () => (/^\d+\s*$/.test(said) ? resolve(said.trim()) : reject(new Error(said))))
    })
  })
}

function fail(why: string): never {
  throw new Error(why)
}
