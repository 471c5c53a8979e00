import { systemClock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import { silent } from '../core/logger.ts'
import { openConnection } from './ssh/connection.ts'
import { openFileLane } from './ssh/file-lane.ts'
import { remoteFiles } from './ssh/remote-files.ts'
import { openShellPool } from './ssh/shell-pool.ts'
import { openStreams } from './ssh/stream-script.ts'
import type { SshSettings } from './ssh/ssh-settings.ts'
import type { SshSurroundings } from './ssh/surroundings.ts'
import type { Transport } from './transport.ts'

export interface SshOptions extends SshSettings, Partial<SshSurroundings> {
  /** The POSIX shell there that runs the scripts, an absolute path: `/bin/sh` unless said otherwise. */
  readonly shell?: string
}

/**
 * A machine that is reached over SSH. It needs an sshd with SFTP and a POSIX shell; nothing is installed there, and the
 * user's login shell may be any. All that is done on one machine in one process shares one connection.
 */
export function ssh(options: SshOptions): Transport {
  const { shell = '/bin/sh', clock = systemClock, logger = silent, ...rest } = options
  if (!/^\/[A-Za-z0-9_/.+-]+$/.test(shell))
    throw new AbeyanceError(
      'invalid-configuration',
      `the shell ${JSON.stringify(shell)} must be an absolute path of letters, digits and _ . + -`,
    )
  const connection = openConnection(rest, { clock, logger, ...rest })
  const { shells, lanes } = share(options.channels ?? 8)
  const pool = openShellPool({ connection, clock, logger, shell, most: shells })
  const quick = openFileLane(connection, clock)
  const bulk = lanes > 1 ? openFileLane(connection, clock) : quick
  const stream = openStreams({ connection, clock, shell })
  return {
    name: connection.name,
    run: pool.run,
    stream,
    ...remoteFiles({ host: connection.name, run: pool.run, stream, quick, bulk }),
    login: (ask, request) => connection.login(ask, request),
    connections: () => connection.spent(),
    watch: () => () => {}, // the machine cannot say it; looks tell
    async close() {
      await Promise.all([pool.close(), quick.close(), bulk.close()])
      await connection.release()
    },
  }
}

/** Of the channels of a connection one stays free, to end what is overdue. */
function share(channels: number): { readonly shells: number; readonly lanes: number } {
  return { shells: Math.min(4, Math.max(1, channels - 4)), lanes: channels >= 4 ? 2 : 1 }
}
