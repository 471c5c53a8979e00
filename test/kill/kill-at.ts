import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openSimulator, type Simulator } from '../../src/testing/scheduler-simulator/open-simulator.ts'
import type { Subject } from './build-subject.ts'
import { engineChild, type EngineEnd, type ScriptOrders } from './engine-child.ts'
import { faultsOfAnswering } from './faults-of-answering.ts'
import { faultsOfCancelling } from './faults-of-cancelling.ts'
import { faultsOf } from './faults-of.ts'
import {
  exitDone,
  exitFailed,
  places,
  type EffectPoint,
  type Orders,
  type RequestPoint,
} from './subject/orders.ts'
import { readTraces } from './traces.ts'

/** Where something is killed: the engine at an effect of its own, somebody at a command of a script, a connection or its shell at a request. */
export type KillPoint = { readonly task: Task } & (
  | { readonly kind: 'effect'; readonly effect: EffectPoint }
  | { readonly kind: 'command'; readonly command: ScriptOrders }
  | { readonly kind: 'request'; readonly request: RequestPoint }
)

/** `run`: a run to its end; `cancel`: one that is cancelled while its job runs; `stop`: whose job is stopped with its results kept; `answer`: that a person and a call back answer. */
export type Task = 'run' | 'cancel' | 'stop' | 'answer'

export interface Verdict {
  readonly point: KillPoint
  /** In words; undefined when the run never came to the point. */
  readonly killed: string | undefined
  /** How the run stood before anybody asked for a retry. */
  readonly ended: 'done' | 'failed' | 'killed'
  readonly faults: readonly string[]
}

// Of processes that were killed at once by one point and end at the next: more than this is no going on.
const mostStarts = 4

/** Kills at one point, starts the engine again until the run has ended, retries what failed by the kill, and looks at the traces. */
export async function killAt(subject: Subject, point: KillPoint): Promise<Verdict> {
  return inFolder(subject, async (folder) => {
    const { task } = point
    const first = await startAt(subject, { folder, task }, point)
    const killed = await readKilled(folder)
    const atKill = await readTraces(folder)
    const faults: string[] = []
    let end = first
    let failures = 0
    for (let starts = 1; end.code !== exitDone && starts < mostStarts; starts++) {
      if (end.signal === null && end.code !== exitFailed) faults.push(`the engine ended with ${told(end)}`)
      if (end.signal !== null && starts > 1) faults.push(`the engine was started again and ${told(end)}`)
      if (end.code === exitFailed && (subject.remote !== undefined || !mayFail(point, killed)))
        faults.push(`the run failed: ${end.said}`)
      if (end.code === exitFailed) failures += 1
      end = await engineChild(subject, { folder, task: end.code === exitFailed ? 'retry' : task })
    }
    if (end.code !== exitDone) faults.push(`the run was never done: ${told(end)}`)
    const traces = await readTraces(folder)
    faults.push(
      ...(task === 'run'
        ? faultsOf(traces, atKill, failures)
        : task === 'answer'
          ? await faultsOfAnswering(traces, folder)
          : await faultsOfCancelling(traces, folder, task)),
    )
    return {
      point,
      killed,
      faults,
      ended: first.signal ? 'killed' : first.code === exitDone ? 'done' : 'failed',
    }
  })
}

function startAt(subject: Subject, orders: Orders, point: KillPoint): Promise<EngineEnd> {
  switch (point.kind) {
    case 'effect':
      return engineChild(subject, { ...orders, killAt: point.effect })
    case 'request':
      return engineChild(subject, { ...orders, failAt: point.request })
    case 'command':
      return engineChild(subject, orders, point.command)
  }
}

/** Only who kills a wrapper, or the process that is about to become one, may see a job fail for it. */
function mayFail(point: KillPoint, killed = ''): boolean {
  if (point.kind !== 'command' || point.command.victim === 'engine') return false
  const { script, victim } = point.command
  if (script === 'submit') return victim !== 'shell' || killed.startsWith('detach ')
  return script !== 'look' && script !== 'settle'
}

/** Lists what a run that nobody kills does: its effects, its requests to a remote host, or the commands of its scripts of one kind. */
export async function rehearse(
  subject: Subject,
  task: Task,
  what: 'effects' | 'requests' | { readonly script: string; readonly job: string },
): Promise<readonly string[]> {
  return inFolder(subject, async (folder) => {
    const list = join(folder, 'list')
    const orders: Orders = { folder, task, ...(what === 'requests' ? { requests: list } : { list }) }
    const inFile = typeof what === 'string'
    const end = inFile
      ? await engineChild(subject, orders)
      : await engineChild(subject, orders, { ...what, at: 0, key: '', victim: 'shell' })
    if (end.code !== exitDone) throw new Error(`a run that nobody killed ended with ${told(end)}`)
    const text = await readFile(inFile ? list : join(folder, 'commands'), 'utf8')
    return text.split('\n').slice(0, -1)
  })
}

function told({ code, signal, said }: EngineEnd): string {
  return `${signal ?? `exit code ${code}`}: ${said.slice(-2000)}`
}

async function readKilled(folder: string): Promise<string | undefined> {
  return (await readFile(join(folder, places.killed), 'utf8').catch(() => undefined))?.trim()
}

/** Its commands are run by another user, who keeps what they keep. */
async function openCluster(folder: string): Promise<Simulator> {
  const cluster = await openSimulator({ folder, dialect: 'slurm', slots: 4, killWait: 200 })
  await promisify(execFile)('chmod', ['-R', 'a+rwX', folder])
  return cluster
}

async function inFolder<T>({ remote }: Subject, act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(remote?.folder ?? tmpdir(), 'abeyance-killed-'))
  const both = [folder, join(folder, places.work), join(folder, places.executed)]
  for (const path of both) await mkdir(path, { recursive: true })
  // Another user's jobs write there.
  if (remote !== undefined) for (const path of both) await chmod(path, 0o777)
  const cluster = remote?.kind === 'simulator' ? await openCluster(join(folder, places.cluster)) : undefined
  try {
    return await act(folder)
  } finally {
    await cluster?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 20 })
  }
}
