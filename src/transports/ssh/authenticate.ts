import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2'
import { loginFailure } from './login-failure.ts'
import { byPassword, byQuestions, type Questioner } from './login-questions.ts'
import type { LoginWay } from './login-way.ts'
import type { SshTarget } from './target.ts'

export interface LoginOptions extends Questioner {
  readonly target: Pick<SshTarget, 'name' | 'user'>
  readonly keys: readonly LoginWay[]
  /** Why keys were left out before it came to trying them. */
  readonly notes: readonly string[]
}

/**
 * Chooses the ways to log in as OpenSSH does: what the host allows with nothing, keys, its questions, a password. A way
 * that the host does not allow yet stays for later, as hosts that want two factors allow one after the other.
 * Gives up with `authentication-failed` or, where a person could go on, `login-needed`.
 */
export function authenticate(options: LoginOptions): AuthHandlerMiddleware {
  const { target, keys, notes, ask, giveUp, patiently } = options
  const ways: LoginWay[] = [
    ...keys,
    ...(ask ? [byQuestions(target, options), byPassword(target, options)] : []),
  ]
  const tried: string[] = []
  const unusable = [...notes]
  let last: LoginWay | undefined
  let oneTaken = false
  let allowed: readonly string[] | undefined

  async function choose(): Promise<AnyAuthMethod> {
    // ssh2 does not hear what a host allows after it has taken an agent's key: asked for nothing, the host says it again.
    if (allowed === undefined || last?.signed === true) {
      oneTaken ||= last?.signed === true
      last = undefined
      return { type: 'none', username: target.user }
    }
    for (;;) {
      const at = ways.findIndex(({ kind }) => allowed?.includes(kind))
      const [way] = at < 0 ? [] : ways.splice(at, 1)
      if (!way)
        throw loginFailure({ target, allowed, tried, unusable, oneTaken, answered: ask !== undefined })
      const prepared = await patiently(way.prepare()) // a passphrase may be asked of a person
      if (prepared && 'method' in prepared) {
        last = way
        tried.push(way.label)
        return prepared.method
      }
      if (prepared) unusable.push(prepared.unusable)
    }
  }

  return (left: readonly string[] | null, partial: boolean | null, next) => {
    if (left !== null) allowed = left
    oneTaken ||= partial === true
    choose().then(next, giveUp)
  }
}
