import type { Client } from 'ssh2'
import type { Clock } from '../../core/clock.ts'
import { isAbeyanceError } from '../../core/error.ts'
import type { SharedConnection } from './connection.ts'
import { countdown } from './countdown.ts'
import { inTime } from './in-time.ts'

/** Something that holds a channel of a connection. */
export interface OnChannel {
  readonly closed: Promise<void>
  close(): void
}

/** Milliseconds after which a channel that does not open shows that the connection is dead. */
const patience = 30_000

/**
 * Opens something on one of the connection's channels, whose place is given back when it closes. It has time of its own, as
 * it is of use also where the request that asked for it gave up. `what` is named in errors; `giveUp` closes it when it is not in
 * use, and says whether it did: others on the same connection may need its channel more.
 */
export async function openOn<T extends OnChannel>(
  connection: SharedConnection,
  clock: Clock,
  what: string,
  signal: AbortSignal,
  open: (client: Client) => Promise<T>,
  giveUp: (opened: T) => boolean = () => false,
): Promise<T> {
  const rest = countdown(clock, { deadline: patience, signal })
  const giveBack = await connection.channel(rest())
  try {
    const client = await connection.client(rest())
    const opening = open(client)
    const opened = await inTime(what, clock, rest(), opening).catch((error: unknown) => {
      if (isAbeyanceError(error, 'request-timeout')) connection.discard(client, error.message)
      opening.then(
        (late) => late.close(),
        () => {},
      )
      throw error
    })
    const takeBack = connection.offer(() => giveUp(opened))
    void opened.closed.then(() => {
      takeBack()
      giveBack()
    })
    return opened
  } catch (error) {
    giveBack()
    throw error
  }
}
