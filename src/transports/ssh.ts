import { systemClock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import { silent } from '../core/logger.ts'
import { openConnection } from './ssh/connection.ts'
import { openFileLane } from './ssh/file-lane.ts'
import { remoteFiles } from './ssh/remote-files.ts'
import { openShellPool } from './ssh/shell-pool.ts'
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
  const pool = openShellPool({ connection, clock, logger, shell })
  const lanes = { quick: openFileLane(connection, clock), bulk: openFileLane(connection, clock) }
  return {
    name: connection.name,
    run: pool.run,
    ...remoteFiles({ host: connection.name, run: pool.run, ...lanes }),
    watch: () => () => {}, // the machine cannot say it; looks tell
    async close() {
      await Promise.all([pool.close(), lanes.quick.close(), lanes.bulk.close()])
      await connection.release()
    },
  }
}
