import type { AnyAuthMethod } from 'ssh2'

/** One way to log in to a host. */
export interface LoginWay {
  readonly kind: 'publickey' | 'keyboard-interactive' | 'password'
  /** For people: a key's file, or the agent's name for it. */
  readonly label: string
  /** Prepares it, or says why it cannot be used; undefined for a key file that is not there. */
  prepare(): Promise<{ readonly method: AnyAuthMethod } | { readonly unusable: string } | undefined>
  /** Whether an agent signed with it, which it is asked to once the host has taken the key. */
  readonly signed?: boolean
}
