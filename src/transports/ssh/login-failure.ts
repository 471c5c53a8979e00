import { AbeyanceError } from '../../core/error.ts'
import type { SshTarget } from './target.ts'

export interface FailedLogin {
  readonly target: Pick<SshTarget, 'name'>
  /** What the host would still allow. */
  readonly allowed: readonly string[]
  readonly tried: readonly string[]
  /** Why keys could not be tried. */
  readonly unusable: readonly string[]
  /** The host took one factor and wants another. */
  readonly oneTaken: boolean
  /** Somebody was there to answer questions. */
  readonly answered: boolean
}

/** Tells a login that only a person can complete from one that nobody can complete with these keys. */
export function loginFailure(login: FailedLogin): AbeyanceError {
  const { target, allowed, tried, unusable, oneTaken, answered } = login
  const asks = allowed.includes('keyboard-interactive') || allowed.includes('password')
  const keysAreOver = oneTaken || tried.length === 0 || !allowed.includes('publickey')
  if (asks && keysAreOver && !answered) return nobodyAnswers(target.name, unusable)
  const what = tried.length === 0 ? 'no key could be tried' : `it was offered ${tried.join(', ')}`
  return new AbeyanceError(
    'authentication-failed',
    `${target.name} lets nobody in: ${what}${leftOut(unusable)}; it allows ${allowed.join(', ') || 'nothing more'}. Add the public key to ~/.ssh/authorized_keys there, or name the right one (IdentityFile, identityFiles)`,
    { details: { host: target.name, allowed, tried, unusable } },
  )
}

/** The state of a host that asks and gets no answer: it is left alone until somebody logs in. */
export function nobodyAnswers(name: string, unusable: readonly string[] = []): AbeyanceError {
  return new AbeyanceError(
    'login-needed',
    `${name} asks for more than a key, and nobody answers${leftOut(unusable)}; log in where you can answer, until then it is left alone`,
    { details: { host: name, unusable } },
  )
}

function leftOut(unusable: readonly string[]): string {
  return unusable.length === 0 ? '' : ` (not tried: ${unusable.join('; ')})`
}
