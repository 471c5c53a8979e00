import { userInfo } from 'node:os'
import { AbeyanceError } from '../../core/error.ts'
import { quote } from '../../core/quote.ts'
import { chmod, makeFolder, readTextIfThere, remove, rename, write } from '../../core/system/files.ts'
import { runProcess } from '../../core/system/run-process.ts'
import { cluster } from './cluster.ts'
import { controller, launch } from './controller.ts'
import type { Dialect } from './dialect.ts'
import { writeFaults, type Faults } from './faults.ts'
import { gridengine } from './gridengine/gridengine.ts'
import { pbs } from './pbs/pbs.ts'
import { questions } from './questions.ts'
import { slurm } from './slurm/slurm.ts'

export interface SimulatorOptions {
  /** Where all of it is: one folder, one cluster. What is there already goes on. Absolute. */
  readonly folder: string
  readonly dialect: 'slurm' | 'gridengine' | 'pbs'
  readonly faults?: Faults
  /** Milliseconds since 1970 at which a clock starts that only `advance` moves; the machine's own without it. */
  readonly clock?: number
  /** How many jobs run at a time; 0 for any number. 32 without it. */
  readonly slots?: number
  /** Milliseconds a job waits before it is started, and before it is started again. 0 without them. */
  readonly delay?: number
  readonly requeueDelay?: number
  /** Milliseconds that the queue remembers a job after its end. Five minutes without it. */
  readonly memory?: number
  /** Milliseconds between TERM and KILL. Two seconds without it. */
  readonly killWait?: number
  /** The first and the last id; after the last one they begin again. */
  readonly ids?: { readonly first: number; readonly last: number }
}

/** Why a running job is stopped. */
export type StopCause = 'walltime' | 'out-of-memory' | 'preempted' | 'node-failure' | 'administrator'

/** A job that was accepted. */
export interface SimulatedJob {
  readonly id: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly submittedAt: number
  /** waiting, held, running, suspended, ending; completed, failed, cancelled, walltime, out-of-memory, node-failure, preempted. */
  readonly phase: string
  /** How often a node started it. */
  readonly starts: number
}

export interface Simulator {
  /** The folder with the scheduler's commands, for PATH. */
  readonly bin: string
  /** PATH with that folder before the standard ones. */
  readonly environment: Readonly<Record<string, string>>
  readonly faults: { set(faults: Faults): Promise<void> }
  /** What was accepted, in order. */
  jobs(): Promise<readonly SimulatedJob[]>
  /** Lets virtual time pass: what waited for it starts, and what has run too long is stopped. */
  advance(milliseconds: number): Promise<void>
  kill(id: string, cause: StopCause): Promise<void>
  /** Stops a job, so that it starts again under its id. */
  requeue(id: string): Promise<void>
  /** Holds the job's node for dead, while the job goes on there; it is started elsewhere where it may be requeued. */
  partition(id: string): Promise<void>
  /** Ends all processes of the cluster. The folder stays. */
  close(): Promise<void>
}

const dialects: Readonly<Record<SimulatorOptions['dialect'], Dialect>> = { slurm, gridengine, pbs }

/** Sets up a simulated cluster in a folder: its commands are there for whoever has the folder on PATH, as long as it exists. */
export async function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { folder } = options
  if (!folder.startsWith('/') || folder.includes('\n'))
    throw new AbeyanceError('invalid-value', `the folder of a simulator must be an absolute path: ${folder}`)
  const dialect = dialects[options.dialect]
  await install(folder, dialect, options)
  const order = async (...words: string[]) => {
    const answer = await runProcess({
      command: ['/bin/sh', `${folder}/lib/controller`, ...words],
      deadline: 60_000,
    })
    if (answer.code === 0) return new TextDecoder().decode(answer.stdout)
    const said = new TextDecoder().decode(answer.stderr)
    throw new AbeyanceError('invalid-state', `the simulated cluster cannot ${words.join(' ')}: ${said}`)
  }
  return {
    bin: `${folder}/bin`,
    environment: { PATH: `${folder}/bin:/usr/local/bin:/usr/bin:/bin` },
    faults: { set: (faults) => writeFaults(folder, faults) },
    jobs: async () => readJobs(await order('jobs'), dialect),
    async advance(milliseconds) {
      const [now, zone] = ((await readTextIfThere(`${folder}/clock`)) ?? '').split(' ')
      if (now === undefined || zone === undefined)
        throw new AbeyanceError(
          'invalid-state',
          'this simulator goes by the real clock: give `clock` to advance it',
        )
      await put(`${folder}/clock`, `${Number(now) + milliseconds} ${zone}`)
      await order('tick')
    },
    async kill(id, cause) {
      const job = number(id)
      if (cause === 'node-failure') await order('crash', job)
      else if (cause === 'preempted') await order('end', 'preempt', job)
      else if (cause === 'administrator') await order('end', 'cancel', job, '0')
      else await order('end', 'kill', job, cause)
    },
    requeue: async (id) => void (await order('end', 'requeue', number(id))),
    partition: async (id) => void (await order('part', number(id))),
    close: async () => void (await order('stop_all')),
  }
}

async function install(folder: string, dialect: Dialect, options: SimulatorOptions): Promise<void> {
  const { bin, lib } = { bin: `${folder}/bin`, lib: `${folder}/lib` }
  for (const path of [bin, lib, `${folder}/jobs`]) await makeFolder(path)
  const begin = `#!/bin/sh\nset -u\nsim=${quote(folder)}\n. "$sim/lib/cluster"\n. "$sim/lib/dialect"\n`
  await write(`${lib}/cluster`, cluster)
  await write(`${lib}/dialect`, dialect.dialect)
  await write(`${lib}/environment`, dialect.environment)
  await write(`${lib}/controller`, begin + controller)
  await write(`${lib}/launch`, launch)
  for (const [name, text] of Object.entries({ ...questions, ...dialect.questions }))
    await write(`${lib}/${name}.awk`, text)
  await write(`${folder}/settings`, settings(options))
  if (options.clock !== undefined && (await readTextIfThere(`${folder}/clock`)) === undefined)
    await put(`${folder}/clock`, `${options.clock} ${zoneAt(options.clock)}`)
  if ((await readTextIfThere(`${folder}/log`)) === undefined) await write(`${folder}/log`, '')
  await writeFaults(folder, options.faults ?? {})
  // Last, since a command that is there has to work.
  for (const [name, text] of Object.entries(dialect.programs)) {
    await write(`${bin}/${name}`, begin + text)
    await chmod(`${bin}/${name}`, 0o755)
  }
}

function settings(options: SimulatorOptions): string {
  const { slots = 32, delay = 0, requeueDelay = 0, memory = 300_000, killWait = 2000 } = options
  const { username, uid } = userInfo()
  const { first, last } = options.ids ?? { first: 1, last: 67_043_328 }
  return `first=${first} last=${last} slots=${slots} delay=${delay} requeue_delay=${requeueDelay}
min_age=${memory} kill_wait=${killWait} cluster=simulated partitions='main low high brief closed'
opener_name=${quote(username)} opener_id=${uid}
`
}

/** As `date +%z` says it. */
function zoneAt(time: number): string {
  const minutes = -new Date(time).getTimezoneOffset()
  const two = (amount: number) => String(amount).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`
}

async function put(path: string, text: string): Promise<void> {
  await write(`${path}.new`, `${text}\n`)
  await rename(`${path}.new`, path)
  await remove(`${path}.new`)
}

/** As the log has it: `12`, `12_3` of an element of an array. */
function number(id: string): string {
  const [, job = id, element] = /^(\d+)(?:[_.[](\d+)\]?)?/.exec(id) ?? []
  return element === undefined ? job : `${job}_${element}`
}

function readJobs(text: string, { element: ofArray, suffix = '' }: Dialect): readonly SimulatedJob[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [place = '', name = '', submitted = '', phase = '', starts = ''] = line.split('\t')
      const [job = '', element] = place.split('_')
      const id = element === undefined ? place : (ofArray?.(job, element) ?? place)
      return { id: `${id}${suffix}`, name, submittedAt: Number(submitted), phase, starts: Number(starts) }
    })
}
