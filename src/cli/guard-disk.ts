import { join } from 'node:path'
import { sleep, systemClock } from '../core/clock.ts'
import { AbeyanceError, isAbeyanceError } from '../core/error.ts'
import { freeSpace } from '../core/system/free-space.ts'
import { remove, write } from '../core/system/files.ts'
import { stateFolder } from '../workspace/state-folder.ts'
import type { Session } from './session.ts'
import { showSize } from './show-size.ts'
import { showSpan } from './show-time.ts'

// Milliseconds: between two tries to write, between two words about it, and until who waits is let go.
const tryEvery = 5000
const tellEvery = 30_000
const longest = 120_000

export interface DiskGuarding {
  /** How long a full disk is waited for; two minutes when not given. */
  readonly longest?: number
}

/**
 * Waits for what a workspace does, and meanwhile sees whether its disk can be written: jobs and records wait on a full
 * one, and nothing else says why.
 * @throws `disk-full` when it stays full; nothing is lost by that
 */
export async function guardDisk<T>(
  session: Session,
  until: Promise<T>,
  options: DiskGuarding = {},
): Promise<T> {
  const over = new AbortController()
  const guarding = guard(session, options.longest ?? longest, over.signal)
  try {
    return await Promise.race([until, guarding])
  } catch (error) {
    throw isAbeyanceError(error, 'disk-full') ? await stillFull(session, error) : error
  } finally {
    over.abort()
  }
}

/** Never resolves: it only ends the waiting. */
async function guard(session: Session, most: number, signal: AbortSignal): Promise<never> {
  let since: number | undefined
  let told = -Infinity
  while (!signal.aborted) {
    await sleep(systemClock, tryEvery, signal).catch(() => {})
    const fault = signal.aborted ? undefined : await faultOf(session.folder)
    const now = systemClock.now()
    if (fault === undefined) {
      if (since !== undefined && !signal.aborted) session.tell('there is space on the disk again: going on')
      since = undefined
      told = -Infinity
      continue
    }
    since ??= now
    if (now - since >= most) throw fault
    if (now - told < tellEvery) continue
    told = now
    const end = most === Infinity ? '' : `, for ${showSpan(most - (now - since))} at most`
    session.tell(
      `the disk of ${session.folder} is full (${await leftIn(session.folder)}): waiting for space${end}; nothing is lost`,
    )
  }
  return new Promise(() => {})
}

/** Tries to write as much as a record takes; only who drives does, so one name is enough. */
async function faultOf(folder: string): Promise<AbeyanceError | undefined> {
  const path = join(stateFolder(folder).root, '.space')
  try {
    await write(path, new Uint8Array(4096))
    return undefined
  } catch (error) {
    return isAbeyanceError(error, 'disk-full') ? error : undefined // other faults speak for themselves
  } finally {
    await remove(path).catch(() => {})
  }
}

async function stillFull({ folder }: Session, cause: AbeyanceError): Promise<AbeyanceError> {
  return new AbeyanceError(
    'disk-full',
    `the disk of ${folder} is full (${await leftIn(folder)}; ${cause.message.replace(/;.*$/, '')}); nothing is lost: ` +
      'free some space, then `abeyance resume` goes on',
    { cause },
  )
}

async function leftIn(folder: string): Promise<string> {
  try {
    return `${showSize(await freeSpace(folder))} free`
  } catch {
    return 'how much is free cannot be told'
  }
}
