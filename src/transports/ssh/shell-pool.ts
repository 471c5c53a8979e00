import { AbeyanceError } from '../../core/error.ts'
import type { Logger } from '../../core/logger.ts'
import { notSent } from '../not-sent.ts'
import type { RequestOptions, ShellAnswer } from '../transport.ts'
import { countdown } from './countdown.ts'
import { inTime } from './in-time.ts'
import { keepShells, type ShellSettings } from './kept-shells.ts'
import { killGroup } from './kill-group.ts'
import type { RemoteShell } from './remote-shell.ts'

/** Scripts over a few shells that wait on one connection, so that none waits for another one while there is room. */
export interface ShellPool {
  run(script: string, options: RequestOptions): Promise<ShellAnswer>
  /** Closes the shells; what they run goes on. Twice is fine. */
  close(): Promise<void>
}

/** Milliseconds after which a kill without an answer shows that the connection is dead. */
const patience = 5_000

export function openShellPool({
  logger,
  ...settings
}: ShellSettings & { readonly logger: Logger }): ShellPool {
  const { connection, clock } = settings
  const { name } = connection
  const shells = keepShells(settings)
  const kills = new Set<Promise<void>>()
  let isOpen = true

  /** A shell that gave no answer in time is never asked again, and what it runs is ended. */
  function abandon(shell: RemoteShell): void {
    shells.drop(shell)
    const kill = end(shell).finally(() => kills.delete(kill))
    kills.add(kill)
  }

  async function end(shell: RemoteShell): Promise<void> {
    const rest = countdown(clock, { deadline: patience })
    const what = `ending an overdue request on ${name}`
    let asked = false
    try {
      const giveBack = await connection.channel(rest())
      asked = true
      await inTime(what, clock, rest(), killGroup(shell.client, name, shell.pid)).finally(giveBack)
      shell.close()
    } catch (error) {
      if (!shell.isOpen) return
      logger.debug({ error }, `${what} came to nothing`)
      if (asked) connection.discard(shell.client, 'neither a request nor what should end it was answered')
      else shell.close() // all channels are in use: what runs there comes to its end by itself
    }
  }

  return {
    async run(script, options) {
      if (options.signal?.aborted || !isOpen)
        throw notSent(new AbeyanceError('aborted', `a request to ${name} was stopped before it was sent`))
      const rest = countdown(clock, options)
      const shell = await shells.take(rest()).catch((error: unknown) => {
        throw notSent(error)
      })
      try {
        const answer = await inTime(`a request to ${name}`, clock, rest(), shell.ask(script))
        shells.free(shell)
        return answer
      } catch (error) {
        if (shell.isOpen) abandon(shell)
        throw error
      }
    },
    async close() {
      isOpen = false
      await Promise.all(kills)
      await shells.close()
    },
  }
}
