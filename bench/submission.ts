import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Client } from 'ssh2'
import { systemClock } from '../src/core/clock.ts'
import { jobKey, type Tag } from '../src/core/ids.ts'
import { silent } from '../src/core/logger.ts'
import { quote } from '../src/core/quote.ts'
import { tagOf } from '../src/core/tag-of.ts'
import type { Runner, RunnerKind, Submission } from '../src/runners/runner.ts'
import { openConnection } from '../src/transports/ssh/connection.ts'
import { kinds, openLiveRunner, type LiveRunner } from '../test/live/runners/live-runner.ts'
import { gridenginePrelude, sshConfig, sshSettings } from '../test/live/servers/servers.ts'
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
const byHand = { ssh: 2, exec: 8, loop: 40 }
const lanes = 4
const options = { deadline: 300_000 }

/**
 * Jobs to real schedulers, one by one and as arrays, beside the ways of doing it by hand: one `ssh` for each, one exec for each on an open
 * connection, and bare loops in one script.
 */
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
      jobs: 1000,
      command: `${gridenginePrelude}; qsub -terse -h -o /dev/null -j y "$1"`,
      hold: '-h',
      cancel: `${gridenginePrelude}; qdel "$@" >/dev/null`,
      bar: 3,
    },
  ]
}

type Way = 'ours' | 'array' | 'ssh' | 'exec' | 'loop' | 'loops'
type Times = Readonly<Record<Way, number[]>>

async function measure(candidate: Candidate): Promise<Row[]> {
  const live = await openLiveRunner(candidate.kind)
  const arrays = await openLiveRunner(candidate.kind, { arrays: {} })
  const connection = openConnection(sshSettings(), { clock: systemClock, logger: silent })
  const ids: string[] = []
  const times: Times = { ours: [], array: [], ssh: [], exec: [], loop: [], loops: [] }
  const jobs = Array.from({ length: candidate.jobs }, (_, place) => heldJob(place, candidate.hold))
  const file = `${live.shared}/by-hand`
  try {
    await live.run(`printf '#!/bin/sh\n:\n' >'${file}'`)
    const client = await connection.client(options)
    const size = candidate.jobs / rounds
    const loop = Math.min(size, byHand.loop)
    for (let round = 0; round < rounds; round += 1) {
      const batch = jobs.slice(round * size, (round + 1) * size)
      const ways: Readonly<Record<Way, readonly [number, () => Promise<readonly string[]>]>> = {
        ours: [size, () => submit(live.runner, batch)],
        array: [size, () => submit(arrays.runner, batch)],
        loop: [loop, () => inLoop(live, candidate, file, loop)],
        loops: [loop, () => inLoops(live, candidate, file, loop)],
        exec: [byHand.exec, () => inTurn(byHand.exec, () => byExec(client, candidate, file))],
        ssh: [byHand.ssh, () => inTurn(byHand.ssh, () => bySsh(candidate, file))],
      }
      for (const way of ['ours', 'array', 'loop', 'loops', 'exec', 'ssh'] as const) {
        const [count, act] = ways[way]
        const took = await timed(async () => ids.push(...(await act())))
        times[way].push(took / count)
      }
    }
    return [
      ...compared(candidate, times),
      ...(await lookRows(candidate.name, candidate.kind, live.context, jobs)),
    ]
  } finally {
    const whole = [...new Set(ids.map((id) => id.replace(/[_.].*/, '')))] // of an element, its array
    for (let at = 0; at < whole.length; at += 200)
      await live.run(`set -- ${whole.slice(at, at + 200).join(' ')}\n${candidate.cancel}`)
    await connection.release()
    for (const one of [live, arrays]) await one.close()
  }
}

function compared({ name, jobs, bar }: Candidate, times: Times): Row[] {
  const { ours, array, ssh, exec, loop, loops } = {
    ours: median(times.ours),
    array: median(times.array),
    ssh: median(times.ssh),
    exec: median(times.exec),
    loop: median(times.loop),
    loops: median(times.loops),
  }
  const beside = (
    what: string,
    figure: number,
    [limit, words]: readonly [number, string],
    least?: number,
  ): Row => ({
    what: `${what} to ${name}, a job`,
    bar: least === undefined ? '' : `${least} x faster`,
    figure: `${figure.toFixed(1)} ms`,
    limit: `${limit.toFixed(1)} ms by ${words}`,
    ratio: figure / limit,
    ...(least !== undefined && { met: figure * least <= limit }),
  })
  const count = jobs.toLocaleString('en')
  const bySsh = [ssh, `one \`ssh\` for each, of ${rounds * byHand.ssh}`] as const
  const byExec = [exec, `one exec for each, of ${rounds * byHand.exec}, on an open connection`] as const
  return [
    beside(`submitting ${count} jobs`, ours, bySsh, bar),
    beside(`submitting ${count} jobs`, ours, byExec),
    beside(`submitting ${count} jobs as arrays`, array, byExec),
    {
      what: `what at-most-once adds to it, a job, on ${name}`,
      bar: '2 ms',
      figure: `${(ours - loop).toFixed(1)} ms`,
      limit: `${loop.toFixed(1)} ms a job in a bare loop of one script`,
      ratio: ours / loop,
      met: ours - loop <= 2,
    },
    beside(`submitting ${count} jobs`, ours, [loops, `${lanes} bare loops at a time`]),
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

/** The same loop, so many at a time. */
async function inLoops(
  live: LiveRunner,
  candidate: Candidate,
  file: string,
  count: number,
): Promise<readonly string[]> {
  const command = `for lane in ${Array.from({ length: lanes }, (_, lane) => lane).join(' ')}; do (
m=0
while [ "$m" -lt ${count / lanes} ]; do ${candidate.command}; m=$((m + 1)); done
) & done
wait`
  return inLoop(live, { ...candidate, command }, file, 1)
}

async function inTurn(count: number, act: () => Promise<string>): Promise<readonly string[]> {
  const ids: string[] = []
  while (ids.length < count) ids.push(await act())
  return ids
}

/** A process of `ssh` for each job, which logs in anew. */
async function bySsh({ command }: Candidate, file: string): Promise<string> {
  const { stdout } = await promisify(execFile)('ssh', ['-F', sshConfig, 'live', wordsOf(command, file)])
  return /^\d+\s*$/.test(stdout) ? stdout.trim() : fail(stdout)
}

function wordsOf(command: string, file: string): string {
  return `sh -c ${quote(command)} sh ${quote(file)}`
}

function byExec(client: Client, { command }: Candidate, file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec(wordsOf(command, file), (error, channel) => {
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
