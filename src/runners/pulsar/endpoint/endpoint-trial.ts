import { AbeyanceError, messageOf } from '../../../core/error.ts'
import type { HostTrial } from '../../runner.ts'
import type { DoorSettings } from './door-settings.ts'
import { listen, type Listening } from './listen.ts'

/** Milliseconds for an answer. */
const patience = 15_000

/** What `doctor` tries of the endpoint before a job is to use it: that its address leads here. From where jobs run, only a job can tell. */
export function endpointTrial({ url, place }: DoorSettings): HostTrial {
  return {
    what: `machines of jobs find this one at ${url.href}`,
    async attempt(signal) {
      const word = crypto.randomUUID()
      const answering: Listening | undefined =
        place && (await listen(async () => new Response(word, { status: 403 }), place))
      try {
        const { status, text } = await ask(url, signal, answering !== undefined)
        if (text === word) return `its answer comes from ${place?.host}:${place?.port}`
        if (answering === undefined && status === 403 && text.includes('no address of ours'))
          return 'it is answered by `abeyance serve`, or an application'
        throw new AbeyanceError(
          'invalid-configuration',
          `${url.href} is answered (${status}), but not from here: check \`url\` of the endpoint, and what passes requests on to it`,
        )
      } finally {
        await answering?.close()
      }
    },
  }
}

async function ask(url: URL, signal: AbortSignal, isListening: boolean) {
  try {
    const answer = await fetch(`${url.href.replace(/\/$/, '')}/doctor`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
      redirect: 'manual',
    })
    return { status: answer.status, text: (await answer.text()).slice(0, 1000) }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new AbeyanceError(
      'unreachable',
      isListening
        ? `${url.href} does not lead here (${messageOf(cause)}): check \`url\` and \`listen\` of the endpoint, and the proxy between them`
        : `nobody answers at ${url.href} (${messageOf(cause)}): start \`abeyance serve\`, or say what to \`listen\` on`,
      { cause: error },
    )
  }
}
