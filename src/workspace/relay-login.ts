import { z } from 'zod'
import { systemClock } from '../core/clock.ts'
import { AbeyanceError, errorCodes, isAbeyanceError, messageOf } from '../core/error.ts'
import type { Json } from '../core/json.ts'
import { answerAt, askAt } from '../core/system/line-socket.ts'
import type { Ask, Questions } from '../transports/transport.ts'
import { ask as askDriver, type AskOptions } from './ask.ts'
import { patience } from './patience.ts'

// What the driver asks over the socket: the host's questions, and at last how the login went.
const questions = z.object({
  host: z.string(),
  title: z.string(),
  instructions: z.string(),
  questions: z.array(z.object({ text: z.string(), secret: z.boolean() })),
})
const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('questions'), asked: questions }),
  z.object({ kind: z.literal('in') }),
  z.object({ kind: z.literal('out'), code: z.string(), message: z.string() }),
])
const answers = z.array(z.string()).nullable()

/**
 * Logs in to a destination of the process that drives the workspace, which holds the connection: its questions come here, and
 * the answers go back over a socket. They are never on disk (rule C2).
 */
export async function loginThrough(
  root: string,
  destination: string,
  person: Ask,
  options: AskOptions,
): Promise<void> {
  let ended: (error?: AbeyanceError) => void = () => {}
  const end = new Promise<void>((resolve, reject) => {
    ended = (error) => (error ? reject(error) : resolve())
  })
  end.catch(() => {}) // told below
  const socket = await answerAt(async (json) => {
    const said = message.parse(json)
    if (said.kind === 'questions') return (await person(said.asked)) ?? null
    ended(said.kind === 'in' ? undefined : errorOf(said))
    return null
  })
  const { clock = systemClock } = options
  const late = clock.setTimeout(() => ended(tooLate(destination)), patience)
  try {
    await askDriver(root, { kind: 'login', destination, socket: socket.path }, options)
    await end
  } finally {
    clock.clearTimeout(late)
    await socket.close()
  }
}

/** The driver's side: `login` is done with whoever listens at the socket, who is told how it went. */
export async function answerLogin(path: string, login: (ask: Ask) => Promise<void>): Promise<void> {
  const socket = await askAt(path)
  try {
    await login(async (asked) => {
      return answers.parse(await socket.ask(asJson(asked))) ?? undefined
    })
    await socket.ask({ kind: 'in' })
  } catch (error) {
    const code = isAbeyanceError(error) ? error.code : 'internal'
    await socket.ask({ kind: 'out', code, message: messageOf(error) })
  } finally {
    socket.close()
  }
}

function asJson({ host, title, instructions, questions: each }: Questions): Json {
  const asked = { host, title, instructions, questions: each.map(({ text, secret }) => ({ text, secret })) }
  return { kind: 'questions', asked }
}

function errorOf({ code, message: text }: { readonly code: string; readonly message: string }) {
  return new AbeyanceError(errorCodes.find((one) => one === code) ?? 'internal', text)
}

function tooLate(destination: string): AbeyanceError {
  return new AbeyanceError('request-timeout', `the login to ${destination} took longer than ten minutes`)
}
