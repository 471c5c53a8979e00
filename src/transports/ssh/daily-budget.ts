import { AbeyanceError } from '../../core/error.ts'
import { isJsonObject, type Json } from '../../core/json.ts'
import { openShelf } from '../../core/shelf.ts'
import { makeFolder } from '../../core/system/files.ts'
import { dirname } from 'node:path'

/** How many connections to a host may begin in a day (UTC), kept on disk: its administrators count those of all our processes. */
export interface DailyBudget {
  /** Counts one before it begins; gives what takes it back, for one that reached nobody. Error: `quota-used-up`. */
  spend(now: number): Promise<() => Promise<void>>
  used(now: number): Promise<number>
}

/** Without a file, the connections of this process alone are counted. */
export function openBudget(host: string, limit: number, file: string | undefined): DailyBudget {
  let inMemory: Spent = { day: '', connections: 0 }

  async function read(day: string): Promise<number> {
    const spent = file === undefined ? inMemory : (await openShelf(file, parse)).value
    return spent.day === day ? spent.connections : 0
  }

  // Read anew each time, as other processes may spend too.
  async function add(day: string, connections: number): Promise<void> {
    const spent = { day, connections: Math.max((await read(day)) + connections, 0) }
    if (file === undefined) {
      inMemory = spent
      return
    }
    await makeFolder(dirname(file))
    await (await openShelf(file, parse)).save(spent)
  }

  return {
    used: (now) => read(dayOf(now)),
    async spend(now) {
      const day = dayOf(now)
      if ((await read(day)) >= limit) throw usedUp(host, limit, now)
      await add(day, 1)
      return () => add(day, -1)
    },
  }
}

interface Spent extends Record<string, Json> {
  readonly day: string
  readonly connections: number
}

function parse(json: Json | undefined): Spent {
  const { day, connections } = isJsonObject(json) ? json : {}
  return typeof day === 'string' && typeof connections === 'number'
    ? { day, connections }
    : { day: '', connections: 0 }
}

const dayOf = (now: number) => new Date(now).toISOString().slice(0, 10)

function usedUp(host: string, limit: number, now: number): AbeyanceError {
  const next = new Date(now + 24 * 60 * 60 * 1000).toISOString().slice(0, 10)
  return new AbeyanceError(
    'quota-used-up',
    `${limit} connections to ${host} were begun today, as many as its destination allows; the next one is made on ${next} (UTC). Raise connectionsPerDay if its administrators agree`,
    { details: { host, limit, next } },
  )
}
