import type { Client } from 'ssh2'
import type { Clock } from '../../core/clock.ts'
import { AbeyanceError, isAbeyanceError } from '../../core/error.ts'
import type { RequestOptions } from '../transport.ts'
import type { SharedConnection } from './connection.ts'
import { countdown } from './countdown.ts'
import { openFileChannel, type FileChannel } from './file-channel.ts'
import { inTime } from './in-time.ts'
import { openOn } from './open-on.ts'
import { openTurns } from './turns.ts'

/** A channel for files that opens when it is needed, again after it broke, and has a few operations under way at once. */
export interface FileLane {
  /** `act` stops what it does when its signal is aborted: at the request's deadline too. */
  use<T>(
    what: string,
    options: RequestOptions,
    act: (channel: FileChannel, signal: AbortSignal) => Promise<T>,
  ): Promise<T>
  close(): Promise<void>
}

const operationsAtOnce = 8

/** Milliseconds for what was told to stop, before its channel is held for dead; for the answer to a closing. */
const patience = { stop: 5_000, close: 2_000 }

export function openFileLane(connection: SharedConnection, clock: Clock): FileLane {
  const { name } = connection
  const turns = openTurns(operationsAtOnce)
  const ending = new AbortController()
  let opened: Promise<FileChannel> | undefined
  let inUse = 0

  function open(): Promise<FileChannel> {
    if (opened) return opened
    const what = `opening SFTP on ${name}`
    const begin = (client: Client) => openFileChannel(client, name)
    const opening = openOn(connection, clock, what, ending.signal, begin, giveUp)
    const forget = () => {
      if (opened === opening) opened = undefined
    }
    opened = opening
    opening.then((channel) => channel.closed.then(forget), forget)
    return opening
  }

  function giveUp(channel: FileChannel): boolean {
    if (inUse > 0 || !channel.isOpen) return false
    opened = undefined
    channel.close()
    return true
  }

  return {
    async use(what, options, act) {
      const rest = countdown(clock, options)
      if (options.signal?.aborted || ending.signal.aborted)
        throw new AbeyanceError('aborted', `${what} was stopped before it began`)
      const turn = turns.take()
      inUse += 1
      let working: Promise<unknown> = Promise.resolve()
      try {
        await inTime(what, clock, rest(), turn.granted)
        const channel = await inTime(what, clock, rest(), open())
        const stop = new AbortController()
        const acting = act(channel, stop.signal)
        working = acting.catch(() => {})
        return await inTime(what, clock, rest(), acting).catch((error: unknown) => {
          stop.abort()
          void endHung(connection, clock, channel, working)
          throw error
        })
      } finally {
        void working.then(async () => {
          turn.giveBack()
          inUse -= 1
          if (connection.isCrowded()) await opened?.then(giveUp, () => {})
        })
      }
    },
    async close() {
      ending.abort()
      const channel = await opened?.catch(() => undefined)
      channel?.close()
      if (channel)
        await inTime('closing', clock, { deadline: patience.close }, channel.closed).catch(() => {})
    },
  }
}

/** A channel on which something was told to stop and did not is hung; a connection that does not even close it is dead. */
async function endHung(
  connection: SharedConnection,
  clock: Clock,
  channel: FileChannel,
  working: Promise<unknown>,
): Promise<void> {
  const hung = await inTime('stopping', clock, { deadline: patience.stop }, working).then(
    () => false,
    (error: unknown) => isAbeyanceError(error, 'request-timeout'),
  )
  if (!hung || !channel.isOpen) return
  channel.close()
  await inTime('closing', clock, { deadline: patience.close }, channel.closed).catch(() =>
    connection.discard(channel.client, 'an SFTP channel neither answered nor closed'),
  )
}
