import { AbeyanceError } from '../../../core/error.ts'
import { sessionAnswer } from '../../requests.ts'
import { isNotLetIn, type Api } from './api.ts'

/** The address that the server prints carries a code that is good once: it becomes a cookie, and leaves the address. */
export async function signInByAddress(api: Api, address: Location, history: History): Promise<void> {
  const login = new URLSearchParams(address.hash.replace(/^#\/?/, '')).get('login')
  if (login === null) return
  history.replaceState(null, '', address.pathname + address.search)
  await api.post('api/session', { login }, sessionAnswer).catch(() => {
    // Used already: the cookie it made is here, or the page asks for the token.
  })
}

/** The token becomes a cookie. */
export async function signInByToken(api: Api, token: string): Promise<void> {
  await api.post('api/session', { token }, sessionAnswer).catch((error: unknown) => {
    if (!isNotLetIn(error)) throw error
    throw new AbeyanceError('authentication-failed', 'This is not the token of the workspace.')
  })
}
