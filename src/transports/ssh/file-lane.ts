import type { Clock } from '../../core/clock.ts'
import { AbeyanceError, isAbeyanceError } from '../../core/error.ts'
import type { RequestOptions } from '../transport.ts'
import type { SharedConnection } from './connection.ts'
import { countdown } from './countdown.ts'
import { openFileChannel, type FileChannel } from './file-channel.ts'
import { inTime } from './in-time.ts'
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

/** Milliseconds for opening; for what was told to stop before its channel is held for dead; for the answer to a closing. */
const patience = { open: 30_000, stop: 5_000, close: 2_000 }

export function openFileLane(connection: SharedConnection, clock: Clock): FileLane {
  const { name } = connection
  const turns = openTurns(operationsAtOnce)
  const ending = new AbortController()
  let opened: Promise<FileChannel> | undefined

  /** On its own time, as others wait for it too. */
  function open(): Promise<FileChannel> {
    if (opened) return opened
    const opening = openOnce()
    opened = opening
    const forget = () => {
      if (opened === opening) opened = undefined
    }
    opening.then((channel) => channel.closed.then(forget), forget)
    return opening
  }

  async function openOnce(): Promise<FileChannel> {
    const rest = countdown(clock, { deadline: patience.open, signal: ending.signal })
    const giveBack = await connection.channel(rest())
    try {
      const client = await connection.client(rest())
      const opening = openFileChannel(client, name)
      const channel = await inTime(`opening SFTP on ${name}`, clock, rest(), opening).catch(
        (error: unknown) => {
          opening.then(
            (late) => late.close(),
            () => {},
          )
          if (isAbeyanceError(error, 'request-timeout')) connection.discard(client, error.message)
          throw error
        },
      )
      void channel.closed.then(giveBack)
      return channel
    } catch (error) {
      giveBack()
      throw error
    }
  }

  /** A channel on which something was told to stop and did not is hung; a connection that does not even close it is dead. */
  async function endHung(channel: FileChannel, working: Promise<unknown>): Promise<void> {
    const stopped = await inTime('stopping', clock, { deadline: patience.stop }, working).then(
      () => true,
      (error: unknown) => !isAbeyanceError(error, 'request-timeout'),
    )
    if (stopped || !channel.isOpen) return
    channel.close()
    await inTime('closing', clock, { deadline: patience.close }, channel.closed).catch(() =>
      connection.discard(channel.client, 'an SFTP channel neither answered nor closed'),
    )
  }

  return {
    async use(what, options, act) {
      const rest = countdown(clock, options)
      if (options.signal?.aborted || ending.signal.aborted)
        throw new AbeyanceError('aborted', `${what} was stopped before it began`)
      const turn = turns.take()
      let working: Promise<unknown> = Promise.resolve()
      try {
        await inTime(what, clock, rest(), turn.granted)
        const channel = await inTime(what, clock, rest(), open())
        const stop = new AbortController()
        const acting = act(channel, stop.signal)
        working = acting.catch(() => {})
        try {
          return await inTime(what, clock, rest(), acting)
        } catch (error) {
          stop.abort()
          void endHung(channel, working)
          throw error
        }
      } finally {
        void working.then(() => turn.giveBack())
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
