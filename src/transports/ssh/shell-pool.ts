import type { Clock } from '../../core/clock.ts'
import { AbeyanceError, isAbeyanceError } from '../../core/error.ts'
import type { Logger } from '../../core/logger.ts'
import type { RequestOptions, ShellAnswer } from '../transport.ts'
import type { SharedConnection } from './connection.ts'
import { countdown } from './countdown.ts'
import { inTime } from './in-time.ts'
import { killGroup } from './kill-group.ts'
import { startShell, type RemoteShell } from './remote-shell.ts'

/** A few shells that wait on one connection, so that no request waits for another one while there is room. */
export interface ShellPool {
  run(script: string, options: RequestOptions): Promise<ShellAnswer>
  /** Closes all shells; what they run goes on. Twice is fine. */
  close(): Promise<void>
}

export interface PoolSettings {
  readonly connection: SharedConnection
  readonly clock: Clock
  readonly logger: Logger
  /** The POSIX shell there: an absolute path. */
  readonly shell: string
}

/** Of the connection's eight channels; two are for files, and one or the other ends what is overdue. */
const mostShells = 4

/** Milliseconds after which a shell that does not start, or a kill without an answer, shows that the connection is dead. */
const patience = { start: 30_000, kill: 5_000, close: 1_000 }

interface Waiter {
  take(shell: RemoteShell): void
  fail(error: unknown): void
}

export function openShellPool({ connection, clock, logger, shell: path }: PoolSettings): ShellPool {
  const { name } = connection
  const shells = new Set<RemoteShell>()
  const idle = new Set<RemoteShell>()
  const waiting = new Set<Waiter>()
  const kills = new Set<Promise<void>>()
  const ending = new AbortController()
  let starting = 0

  /** Resolves with a shell that is this request's alone until it is freed or abandoned. */
  async function take(options: RequestOptions): Promise<RemoteShell> {
    const [shell] = idle
    if (shell) {
      idle.delete(shell)
      return shell
    }
    let waiter: Waiter | undefined
    const taken = new Promise<RemoteShell>((resolve, reject) => {
      waiter = { take: resolve, fail: reject }
      waiting.add(waiter)
    })
    grow()
    try {
      return await inTime(`waiting for a shell on ${name}`, clock, options, taken)
    } catch (error) {
      // Nobody waits any more; a shell that comes in this very moment is for the next one.
      if (waiter && !waiting.delete(waiter)) void taken.then(free, () => {})
      throw error
    }
  }

  /** Hands a shell to who waits longest, or lays it by. */
  function free(shell: RemoteShell): void {
    if (!shells.has(shell)) return grow()
    const [next] = waiting
    if (!next) return void idle.add(shell)
    waiting.delete(next)
    next.take(shell)
  }

  function grow(): void {
    if (waiting.size <= starting || shells.size + starting >= mostShells || ending.signal.aborted) return
    starting += 1
    start()
      .finally(() => (starting -= 1))
      .then(free, (error: unknown) => {
        if (shells.size > 0) return // they serve those who wait
        for (const waiter of waiting) waiter.fail(error)
        waiting.clear()
      })
  }

  /** On its own time, as it is of use also where the request that asked for it gave up. */
  async function start(): Promise<RemoteShell> {
    const rest = countdown(clock, { deadline: patience.start, signal: ending.signal })
    const giveBack = await connection.channel(rest())
    try {
      const client = await connection.client(rest())
      const shell = await inTime(
        `starting a shell on ${name}`,
        clock,
        rest(),
        startShell(client, name, path),
      ).catch((error: unknown) => {
        if (isAbeyanceError(error, 'request-timeout')) connection.discard(client, error.message)
        throw error
      })
      shells.add(shell)
      void shell.closed.then(() => {
        giveBack()
        forget(shell)
      })
      return shell
    } catch (error) {
      giveBack()
      throw error
    }
  }

  function forget(shell: RemoteShell): void {
    shells.delete(shell)
    idle.delete(shell)
    grow()
  }

  /** A shell that gave no answer in time is never asked again. */
  function abandon(shell: RemoteShell): void {
    forget(shell)
    const kill = endRequest(shell).finally(() => kills.delete(kill))
    kills.add(kill)
  }

  async function endRequest(shell: RemoteShell): Promise<void> {
    const rest = countdown(clock, { deadline: patience.kill })
    const what = `ending an overdue request on ${name}`
    try {
      const giveBack = await connection.channel(rest())
      await inTime(what, clock, rest(), killGroup(shell.client, name, shell.pid)).finally(giveBack)
      shell.close()
    } catch (error) {
      if (!shell.isOpen) return
      logger.debug({ error }, `${what} came to nothing`)
      connection.discard(shell.client, 'neither a request nor what should end it was answered')
    }
  }

  return {
    async run(script, options) {
      const rest = countdown(clock, options)
      if (options.signal?.aborted || ending.signal.aborted)
        throw new AbeyanceError('aborted', `a request to ${name} was stopped before it was sent`)
      const shell = await take(rest())
      const answer = shell.ask(script)
      try {
        return await inTime(`a request to ${name}`, clock, rest(), answer)
      } catch (error) {
        answer.catch(() => {})
        if (shell.isOpen) abandon(shell)
        throw error
      } finally {
        if (shell.isOpen && shells.has(shell)) free(shell)
      }
    },
    async close() {
      ending.abort()
      for (const waiter of waiting) waiter.fail(new AbeyanceError('aborted', `the way to ${name} was closed`))
      waiting.clear()
      await Promise.all(kills)
      const closing = [...shells].map((shell) => shell.closed)
      for (const shell of shells) shell.close()
      await inTime('closing', clock, { deadline: patience.close }, Promise.all(closing)).catch(() => {})
    },
  }
}
