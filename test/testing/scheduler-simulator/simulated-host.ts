import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/core/clock.ts'
import { workspaceId, type Tag } from '../../../src/core/ids.ts'
import { silent } from '../../../src/core/logger.ts'
import { quote } from '../../../src/core/quote.ts'
import { commandRunner } from '../../../src/runners/command-runner.ts'
import { gridengineScheduler } from '../../../src/runners/gridengine.ts'
import { pbsScheduler } from '../../../src/runners/pbs.ts'
import type { Runner, RunnerContext, RunnerKind, Submission } from '../../../src/runners/runner.ts'
import { slurmScheduler } from '../../../src/runners/slurm.ts'
import { openObjects } from '../../../src/staging/objects.ts'
import { openSimulator, type Simulator, type SimulatorOptions } from '../../../src/testing/index.ts'
import { local } from '../../../src/transports/local.ts'
import { script, submission } from '../../runners/job-host.ts'

export type Dialect = SimulatorOptions['dialect']

/** A runner whose scheduler is simulated, on this machine. */
export interface SimulatedHost {
  readonly simulator: Simulator
  readonly runner: Runner
  /** The runner of another engine, which knows nothing of what this one did. */
  restart(): Runner
  /** A job that adds a line to a file of its own, and ends after some seconds. */
  job(tag: Tag, seconds?: number): Submission
  /** How often the scheduler accepted something: an array counts once. */
  submissions(): Promise<number>
  /** The folders of arrays. */
  arrays(): Promise<readonly string[]>
  /** How often it ran. */
  executions(tag: Tag): Promise<number>
  close(): Promise<void>
}

export async function openSimulatedHost(
  dialect: Dialect,
  more: {
    readonly messageTimeout?: number
    readonly requeue?: boolean
    readonly slots?: number
    readonly arrays?: { readonly most?: number }
  } = {},
): Promise<SimulatedHost> {
  const { messageTimeout = 500, requeue = false, slots = 8, arrays } = more
  const folder = await mkdtemp(join(tmpdir(), "abeyance it's $a "))
  const simulator = await openSimulator({ folder: join(folder, 'cluster'), dialect, slots, killWait: 200 })
  const ran = (tag: Tag) => join(folder, 'ran', tag)
  await mkdir(join(folder, 'ran'))
  const context: RunnerContext = {
    transport: local(),
    workFolder: join(folder, 'work'),
    workspace: workspaceId('w'),
    objects: await openObjects(join(folder, 'objects')),
    logFolder: join(folder, 'logs'),
    endpointFolder: join(folder, 'endpoint'),
    logCap: 2 ** 20,
    ...(arrays && { arrays }),
    // A hundred times as fast, so that the queue is asked as often as a test wants to know.
    clock: { ...systemClock, now: () => Date.now() * 100 },
    schedulerCommandsPerHour: 1e6,
    logger: silent,
    wake() {},
  }
  const kind = schedulerKind(
    dialect,
    { prelude: `PATH=${quote(simulator.bin)}:$PATH`, requeue },
    messageTimeout,
  )
  const runner = kind.open(context)
  return {
    simulator,
    runner,
    restart: () => kind.open(context),
    job: (tag, seconds = 0) =>
      submission(tag, script(`echo ran >>${quote(ran(tag))}${seconds > 0 ? `\nsleep ${seconds}` : ''}`)),
    submissions: async () =>
      (await readFile(join(folder, 'cluster/log'), 'utf8')).split('\tsubmit\t').length - 1,
    arrays: () => readdir(join(folder, 'work/w/arrays')),
    executions: async (tag) => (await readFile(ran(tag), 'utf8').catch(() => '')).split('\n').length - 1,
    async close() {
      await runner.close()
      await simulator.close()
      await rm(folder, { recursive: true, maxRetries: 20, retryDelay: 50 })
    },
  }
}

function schedulerKind(
  dialect: Dialect,
  options: { readonly prelude: string; readonly requeue: boolean },
  messageTimeout: number,
): RunnerKind {
  const tables = { slurm: slurmScheduler, gridengine: gridengineScheduler, pbs: pbsScheduler }
  const table = tables[dialect](options)
  return commandRunner({ ...table, ...(table.queue && { queue: { ...table.queue, messageTimeout } }) })
}
