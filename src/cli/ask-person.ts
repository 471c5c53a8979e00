import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Ask, Questions } from '../transports/transport.ts'

export interface Desk {
  readonly input: NodeJS.ReadableStream
  /** Where questions are shown. */
  readonly output: NodeJS.WritableStream
  readonly terminal: boolean
  readonly signal: AbortSignal
}

/** A person at a terminal, or lines on standard input; what is secret is not shown as it is typed. One set of questions at a time. */
export function askPerson(desk: Desk): Ask {
  let turn: Promise<unknown> = Promise.resolve()
  return (questions) => {
    const mine = turn.then(() => askAll(desk, questions))
    turn = mine.catch(() => {})
    return mine
  }
}

async function askAll(
  { input, output, terminal, signal }: Desk,
  { host, title, instructions, questions }: Questions,
): Promise<readonly string[] | undefined> {
  for (const line of [`${host} asks:`, title, instructions])
    if (line.trim() !== '') output.write(`${plain(line)}\n`)
  let muted = false
  const shown = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      if (!muted) output.write(chunk)
      done()
    },
  })
  const lines = createInterface({ input, output: shown, terminal })
  try {
    const answers: string[] = []
    for (const { text, secret } of questions) {
      output.write(plain(text))
      muted = secret
      answers.push(await lines.question('', { signal }))
      muted = false
      if (secret && terminal) output.write('\n')
    }
    return answers
  } catch {
    return undefined // Ctrl+C, or the end of what can be read
  } finally {
    lines.close()
  }
}

/** Text of another machine: it moves no cursor and colours nothing. */
function plain(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, '')
}
