import { Webhook } from 'standardwebhooks'
import { AbeyanceError, isAbeyanceError, messageOf } from '../core/error.ts'
import type { Notice, Notifier } from './notifier.ts'

export interface WebhookOptions {
  /** An address, or what resolves it at each delivery: it may hold a secret. */
  readonly url: string | (() => Promise<string>)
  /** `whsec_` and base64, as of Standard Webhooks, or what resolves it. Without it, requests are not signed. */
  readonly secret?: string | (() => Promise<string>)
  /** Milliseconds for one delivery; 15 s when not given. */
  readonly timeout?: number
}

/**
 * Posts each notice as JSON, signed after the Standard Webhooks specification: `webhook-id` is the notice's id, the same at
 * each delivery. Anything but a 2xx answer, redirects too, rejects with `notice-failed`; neither address nor secret is in an error.
 * What the receiver asks for in `Retry-After` is `details.retryAfter`, in milliseconds.
 * @throws `invalid-configuration` where `secret` is none
 */
export function webhook(options: WebhookOptions): Notifier {
  if (typeof options.secret === 'string' && !isSecret(options.secret))
    throw new AbeyanceError('invalid-configuration', noSecret)
  return {
    async notify(notice, { signal }) {
      const late = AbortSignal.timeout(options.timeout ?? 15_000)
      const body = JSON.stringify(payload(notice))
      try {
        const answer = await fetch(await resolved(options.url), {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(await signed(options, notice, body)) },
          body,
          redirect: 'manual',
          signal: AbortSignal.any([signal, late]),
        })
        await answer.body?.cancel()
        if (!answer.ok)
          throw failed(`it answered ${answer.status || 'with a redirect'}`, retryAfter(answer.headers))
      } catch (error) {
        if (isAbeyanceError(error)) throw error
        throw failed(late.aborted ? 'it gave no answer in time' : reasonOf(error))
      }
    },
  }
}

const noSecret = '`secret` is none of Standard Webhooks: write `whsec_` and base64'

function isSecret(text: string): boolean {
  try {
    return new Webhook(text) instanceof Webhook
  } catch {
    return false
  }
}

function resolved(given: string | (() => Promise<string>)): string | Promise<string> {
  return typeof given === 'string' ? given : given()
}

function payload(notice: Notice) {
  const { id, event, at, html: _html, ...data } = notice
  return { type: event, timestamp: new Date(at).toISOString(), data: { id, ...data } }
}

async function signed(
  { secret }: WebhookOptions,
  { id }: Notice,
  body: string,
): Promise<Record<string, string>> {
  const now = new Date()
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)) }
  if (secret === undefined) return headers
  const key = await resolved(secret)
  if (!isSecret(key)) throw failed(noSecret)
  return { ...headers, 'webhook-signature': new Webhook(key).sign(id, now, body) }
}

/** The system's word for it, such as ECONNREFUSED; `fetch` itself says no more than that it failed, or the whole address. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error instanceof TypeError ? 'the request could not be made: check the address' : messageOf(error)
}

/** Seconds, or a date. */
function retryAfter(headers: Headers): number | undefined {
  const asked = headers.get('retry-after') ?? ''
  const milliseconds = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.now()
  return milliseconds > 0 ? milliseconds : undefined
}

function failed(why: string, after?: number): AbeyanceError {
  return new AbeyanceError('notice-failed', `the webhook was not delivered: ${why}; it is tried again`, {
    ...(after !== undefined && { details: { retryAfter: after } }),
  })
}
