/** What is said of a host, as data. What is not said comes from `~/.ssh/config`, then from OpenSSH's defaults. */
export interface SshSettings {
  /** A name of `~/.ssh/config`, a host name or an address; also `user@host:port`. */
  readonly host: string
  readonly user?: string
  readonly port?: number
  /** Files of ssh's configuration, the first word counts; `~/.ssh/config` and `/etc/ssh/ssh_config` when not said, none when empty. */
  readonly configFiles?: readonly string[]
  readonly knownHostsFiles?: readonly string[]
  /** Files of private keys, in the order to try, and no others, in files or the agent; those of the configuration when not said. */
  readonly identityFiles?: readonly string[]
  /** The socket of an agent; `none` for no agent; `$SSH_AUTH_SOCK` when not said. */
  readonly agent?: string
  /** Hosts to go through, `[user@]host[:port]` each, the nearest first; none when empty. */
  readonly jump?: readonly string[]
  /** How many connections may be begun in a day (UTC); 1000 when not said. */
  readonly connectionsPerDay?: number
  /** Milliseconds from the first packet to the login; 20 s when not said. */
  readonly connectTimeout?: number
  /** Milliseconds between two signs of life when nothing is said otherwise; three without an answer end the connection. 15 s when not said. */
  readonly keepalive?: number
  /** Channels at once, at most 8: sshd allows 10 on a connection unless it was told fewer. */
  readonly channels?: number
}
