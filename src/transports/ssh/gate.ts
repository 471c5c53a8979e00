import { sleep } from '../../core/clock.ts'
import { AbeyanceError } from '../../core/error.ts'
import { hostFolder, openUsageBook } from '../../core/usage-book.ts'
import { openBudget } from './daily-budget.ts'
import { openPace } from './reconnect.ts'
import { sshError } from './ssh-error.ts'
import type { SshSurroundings } from './surroundings.ts'

/** What stands before every connection to a host: the pace, the day's budget, and whether a person is waited for. */
export interface Gate {
  /**
   * Makes an attempt when it is time. Short pauses are waited for; during long ones, and while a login is needed, the last
   * fault is told again and nothing is tried. `urgent` heeds the budget alone: a person is there.
   */
  pass<T>(attempt: (reached: () => void) => Promise<T>, urgent?: boolean): Promise<T>
  /** A connection that stood broke. */
  broke(): void
  /** Connections begun today, of how many. */
  spent(): Promise<ConnectionsSpent>
}

export interface ConnectionsSpent {
  readonly used: number
  readonly limit: number
}

export function openGate(
  host: string,
  connectionsPerDay: number,
  { clock, folder }: Pick<SshSurroundings, 'clock' | 'folder'>,
  signal: AbortSignal,
): Gate {
  const book = openUsageBook(async () => {
    const at = typeof folder === 'function' ? await folder() : folder
    return at === undefined ? undefined : hostFolder(at, host)
  })
  const budget = openBudget(host, connectionsPerDay, book)
  const pace = openPace()
  let lastFault: AbeyanceError | undefined

  async function wait(): Promise<void> {
    if (lastFault?.code === 'login-needed') throw lastFault
    const pause = pace.wait(clock.now())
    if (pause > shortPause && lastFault) throw inPause(lastFault, pause)
    if (pause > 0) await sleep(clock, pause, signal)
  }

  return {
    async pass(attempt, urgent = false) {
      if (!urgent) await wait()
      const began = clock.now()
      const takeBack = await budget.spend(began)
      let reached = false
      try {
        const result = await attempt(() => (reached = true))
        pace.connected(clock.now())
        lastFault = undefined
        return result
      } catch (error) {
        const fault = sshError(host, error)
        if (!reached) await takeBack()
        if (fault.code !== 'aborted') pace.failed(fault.code, began, clock.now())
        lastFault = fault
        throw fault
      }
    },
    broke: () => pace.broke(clock.now()),
    spent: async () => ({ used: await budget.used(clock.now()), limit: connectionsPerDay }),
  }
}

const shortPause = 5000

function inPause(fault: AbeyanceError, pause: number): AbeyanceError {
  const message = `${fault.message} (the next attempt is made in ${Math.ceil(pause / 1000)} s)`
  return new AbeyanceError(fault.code, message, { cause: fault, details: fault.details })
}
