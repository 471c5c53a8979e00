import type { Client } from 'ssh2'
import type { Clock } from '../../core/clock.ts'
import { AbeyanceError, isAbeyanceError } from '../../core/error.ts'
import type { RequestOptions } from '../transport.ts'
import type { SharedConnection } from './connection.ts'
import { inTime } from './in-time.ts'
import { openOn } from './open-on.ts'
import { startShell, type RemoteShell } from './remote-shell.ts'
import { openWaitingLine } from './waiting-line.ts'

/** The shells of a connection: started when all are busy, kept for the next request. */
export interface KeptShells {
  /** Resolves with a shell that is nobody else's until it is freed or dropped. */
  take(options: RequestOptions): Promise<RemoteShell>
  free(shell: RemoteShell): void
  /** Gives this shell to nobody any more. */
  drop(shell: RemoteShell): void
  /** Closes them; what they run goes on. */
  close(): Promise<void>
}

export interface ShellSettings {
  readonly connection: SharedConnection
  readonly clock: Clock
  /** The POSIX shell there: an absolute path. */
  readonly shell: string
  /** How many there may be. */
  readonly most: number
}

/** Milliseconds for the answers to a closing. */
const patience = 1_000

export function keepShells({ connection, clock, shell: path, ...settings }: ShellSettings): KeptShells {
  const { name } = connection
  const [shells, idle] = [new Set<RemoteShell>(), new Set<RemoteShell>()]
  const line = openWaitingLine<RemoteShell>(clock)
  const ending = new AbortController()
  let starting = 0
  let { most } = settings

  function free(shell: RemoteShell): void {
    if (!shells.has(shell) || line.give(shell)) return
    idle.add(shell)
    if (connection.isCrowded()) giveUp(shell)
  }

  function giveUp(shell: RemoteShell): boolean {
    if (!idle.has(shell)) return false
    drop(shell)
    shell.close()
    return true
  }

  function drop(shell: RemoteShell): void {
    shells.delete(shell)
    idle.delete(shell)
    grow()
  }

  function grow(): void {
    if (line.length <= starting || shells.size + starting >= most || ending.signal.aborted) return
    starting += 1
    start()
      .finally(() => (starting -= 1))
      .then(free, (error: unknown) => {
        const others = shells.size + starting
        if (isAbeyanceError(error, 'channel-limit')) most = Math.max(1, others)
        if (others === 0) line.fail(error) // else they serve those who wait, or tell them
      })
  }

  async function start(): Promise<RemoteShell> {
    const begin = (client: Client) => startShell(client, name, path)
    const shell = await openOn(connection, clock, `starting a shell on ${name}`, ending.signal, begin, giveUp)
    shells.add(shell)
    void shell.closed.then(() => drop(shell))
    return shell
  }

  return {
    async take(options) {
      const [shell] = idle
      if (shell && idle.delete(shell)) return shell
      const waiting = line.wait(`waiting for a shell on ${name}`, options, free)
      grow()
      return waiting
    },
    free,
    drop,
    async close() {
      ending.abort()
      line.fail(new AbeyanceError('aborted', `the way to ${name} was closed`))
      const closing = Promise.all([...shells].map((shell) => shell.closed))
      for (const shell of shells) shell.close()
      await inTime('closing', clock, { deadline: patience }, closing).catch(() => {})
    },
  }
}
