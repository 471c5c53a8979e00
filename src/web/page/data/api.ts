import type { z } from 'zod'
import { AbeyanceError, isAbeyanceError } from '../../../core/error.ts'
import { failure } from '../../contract.ts'

/** The web API as the page asks it: paths are relative to where the page is mounted, answers are held to their schema. */
export interface Api {
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>
  post<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T>
  /** Bytes of a log, or of what else is no JSON. Rejects for a refusal as the others do. */
  fetch(path: string, options?: RequestInit): Promise<Response>
}

export function openApi(base: string): Api {
  async function ask(path: string, options: RequestInit = {}): Promise<Response> {
    const response = await reach(new URL(path, base), options)
    if (!response.ok) throw await refusalOf(response)
    return response
  }
  return {
    fetch: ask,
    async get(path, schema) {
      const response = await ask(path, { headers: { accept: 'application/json' } })
      return schema.parse(await response.json())
    },
    async post(path, body, schema) {
      const headers = { accept: 'application/json', 'content-type': 'application/json' }
      const response = await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })
      return schema.parse(await response.json())
    },
  }
}

/** The server is there and will not: another try gives the same. */
export function isRefusal(error: unknown): boolean {
  return isAbeyanceError(error) && !error.retryable
}

/** One has to sign in, or may not do this at all. */
export function isNotLetIn(error: unknown): boolean {
  return isAbeyanceError(error) && error.code === 'authentication-failed'
}

async function reach(url: URL, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: 'same-origin', ...options })
  } catch (cause) {
    if (options.signal?.aborted === true)
      throw new AbeyanceError('aborted', 'Not wanted any more.', { cause })
    throw new AbeyanceError('unreachable', 'The server does not answer. Is it still running?', { cause })
  }
}

async function refusalOf(response: Response): Promise<AbeyanceError> {
  const read = failure.safeParse(await response.json().catch(() => undefined))
  const isOther = read.success && read.data.error.code === 'not-permitted' // somebody else is asked
  if ((response.status === 401 || response.status === 403) && !isOther) {
    const message = 'Not let in: open the address that the server printed, or sign in with its token.'
    return new AbeyanceError('authentication-failed', message)
  }
  if (read.success) return new AbeyanceError(read.data.error.code, read.data.error.message)
  const code = response.status >= 500 ? 'unreachable' : 'usage'
  return new AbeyanceError(code, `The server answered ${response.status} and did not say why.`)
}
