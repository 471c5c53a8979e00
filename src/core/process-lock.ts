import { basename, join } from 'node:path'
import { v7 } from 'uuid'
import { AbeyanceError } from './error.ts'
import { isJsonObject, parseJson } from './json.ts'
import {
  isMissing,
  link,
  makeFolder,
  namesIn,
  readFolder,
  readTextIfThere,
  remove,
  systemCode,
} from './system/files.ts'
import { publish } from './system/publish.ts'
import { bootsDiffer, identify, isAlive, sharesHost, type ProcessIdentity } from './system/this-host.ts'

/** Held by one process at a time; what is locked is named by the folder that keeps the lock's files. */
export interface ProcessLock {
  /** Grows by one with each taking: a request that carries it tells an older holder from a newer (rule R11). */
  readonly epoch: number
  /** Whether nobody has taken over since; cheap enough to be asked before each write. */
  held(): Promise<boolean>
  /** Releasing twice is fine. */
  release(): Promise<void>
}

export interface LockHolder extends ProcessIdentity {
  /** Milliseconds since 1970. */
  readonly since: number
  readonly released: boolean
}

/**
 * Takes the lock kept in `folder`. Each taking is a file of its own, named by its epoch and made by hard link, whole or
 * not at all; the highest holds. So of two that find the same dead holder, one makes the next file and the other
 * meets it. Nothing has to be undone after kill -9: a dead process is told by boot, pid and start time.
 *
 * A holder on another host, or in another container, cannot be looked at: only `takeOver` passes it. Throws `workspace-held`,
 * whose details are the holder's `pid`, `host`, `machine`, `space` and `since`, and `seen`: whether it could be looked at.
 */
export async function takeLock(
  folder: string,
  options: { readonly what: string; readonly takeOver?: boolean | undefined },
): Promise<ProcessLock> {
  const holder: LockHolder = { ...(await identify()), since: Date.now(), released: false }
  await makeFolder(folder)
  for (let round = 0; round < mostRounds; round++) {
    const before = await highest(folder)
    const present = before === 0 ? undefined : await readHolder(folder, before)
    const sight = present ? await sightOf(present) : 'gone'
    if (present && (sight === 'alive' || (sight === 'unseen' && !options.takeOver)))
      throw held(options.what, present, sight === 'alive')
    const epoch = before + 1
    if (!(await claim(folder, epoch, holder))) continue
    // Names may come and go while a folder is listed: whoever is overtaken unseen withdraws.
    if ((await highest(folder)) > epoch) {
      await remove(join(folder, String(epoch)))
      continue
    }
    await tidy(folder, epoch)
    return lock(folder, epoch, holder)
  }
  throw new AbeyanceError(
    'workspace-held',
    `${options.what} is being opened by others all the time; try again`,
  )
}

/** Who holds the lock kept in `folder`, as it is written there; undefined when it was released or never taken. */
export async function lockHolder(folder: string): Promise<LockHolder | undefined> {
  const epoch = await highest(folder)
  const holder = epoch === 0 ? undefined : await readHolder(folder, epoch)
  return holder?.released ? undefined : holder
}

const mostRounds = 200
/** In ms: sooner than that nobody has taken over and read what is locked, so that writes in a row cost one listing. */
const brief = 2

async function highest(folder: string): Promise<number> {
  return newest(await names(folder))
}

function newest(names: readonly string[]): number {
  return Math.max(0, ...names.map(Number).filter(Number.isInteger))
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return (await readFolder(folder)).map((entry) => entry.name)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

async function readHolder(folder: string, epoch: number): Promise<LockHolder | undefined> {
  const text = await readTextIfThere(join(folder, String(epoch)))
  return text === undefined ? undefined : parseHolder(text)
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const json = parseJson(text)
    if (!isJsonObject(json)) return undefined
    const { host, boot, machine, space, pid, started, since, released } = json
    if (typeof host !== 'string' || typeof boot !== 'string' || typeof started !== 'string') return undefined
    if (typeof pid !== 'number' || typeof since !== 'number') return undefined
    return {
      host,
      boot,
      ...(typeof machine === 'string' ? { machine } : {}),
      ...(typeof space === 'string' ? { space } : {}),
      pid,
      started,
      since,
      released: released === true,
    }
  } catch {
    return undefined // written whole before it got its name: only a damaged disk leaves this, and no living holder
  }
}

/** What can be seen of a holder. A boot id tells most: a machine that was started anew holds nothing of before, in no container. */
async function sightOf(holder: LockHolder): Promise<'alive' | 'gone' | 'unseen'> {
  if (holder.released) return 'gone'
  const here = await identify()
  if (bootsDiffer(holder, here)) return 'gone'
  if (!sharesHost(holder, here)) return 'unseen'
  return (await isAlive(holder)) ? 'alive' : 'gone'
}

function held(what: string, holder: LockHolder, seen: boolean): AbeyanceError {
  const { pid, host, machine, space, since } = holder
  const next = seen
    ? 'end that process, or let it go on'
    : 'it ran in another container or on another host, and cannot be seen from here:' +
      ' if that is gone for good, take over (`--take-over`, or `takeOver: true` where it is opened)'
  return new AbeyanceError(
    'workspace-held',
    `${what} is held by process ${pid} on ${host} since ${new Date(since).toISOString()}; ${next}`,
    {
      details: {
        pid,
        host,
        ...(machine !== undefined && { machine }),
        ...(space !== undefined && { space }),
        since,
        seen,
      },
    },
  )
}

/** False when somebody else was first. */
async function claim(folder: string, epoch: number, holder: LockHolder): Promise<boolean> {
  const draft = join(folder, `${holder.pid}-${v7()}.draft`)
  try {
    await publish(draft, JSON.stringify(holder))
    await link(draft, join(folder, String(epoch)))
    return true
  } catch (error) {
    // A winner tidies away the drafts of others: as good as being told that the epoch is taken.
    if (systemCode(error) === 'EEXIST' || isMissing(error)) return false
    throw error
  } finally {
    await remove(draft)
  }
}

/** The holder before is left, so that a listing that runs meanwhile sees at least one of the two. */
async function tidy(folder: string, epoch: number): Promise<void> {
  for (const name of await names(folder)) {
    if (name.includes('.') || Number(name) < epoch - 1) await remove(join(folder, basename(name)))
  }
}

function lock(folder: string, epoch: number, holder: LockHolder): ProcessLock {
  let open = true
  let seen = { at: -Infinity, isNewest: true }
  return {
    epoch,
    async held() {
      if (Math.abs(Date.now() - seen.at) >= brief)
        seen = { at: Date.now(), isNewest: newest(await namesIn(folder)) === epoch }
      return open && seen.isNewest
    },
    async release() {
      if (!open) return
      open = false
      try {
        await publish(join(folder, String(epoch)), JSON.stringify({ ...holder, released: true }))
      } catch (error) {
        // With the folder gone there is nothing to hold, and on a full disk our death releases as well.
        if (!isMissing(error)) return
      }
    },
  }
}
