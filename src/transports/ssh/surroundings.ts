import type { Clock } from '../../core/clock.ts'
import type { Logger } from '../../core/logger.ts'
import type { Ask, Questions } from '../transport.ts'

export type { Ask, Questions }

/** What a connection is handed: the library reads no environment, asks nobody and looks at no clock of its own. */
export interface SshSurroundings {
  readonly clock: Clock
  readonly logger: Logger
  /** Where the connections of the day are counted, for all processes that are given the same; without it they count for this process alone. */
  readonly folder?: string | (() => Promise<string>)
  /** The variables that ssh would read: `SSH_AUTH_SOCK`, and those that its configuration names as `${NAME}`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** The passphrase of an encrypted key file, or undefined where there is none to be had. */
  readonly passphrase?: (keyFile: string) => Promise<string | undefined>
  /** Answers what a host asks at the login; see `login` of the connection. */
  readonly ask?: Ask
}
