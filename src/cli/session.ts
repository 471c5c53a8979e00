import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Ask } from '../transports/transport.ts'
import { askPerson } from './ask-person.ts'

/** What every command is handed: the only door to the streams, the environment and the user's Ctrl+C. */
export interface Session {
  /** The workspace's folder, absolute. */
  readonly folder: string
  readonly verbose: boolean
  /** Whether to drive it also where another container or host did, which is gone for good. */
  readonly takeOver: boolean
  /** Whether a person sees standard output as it comes. */
  readonly terminal: boolean
  /** Aborted by the first Ctrl+C. */
  readonly interrupted: AbortSignal
  environment(name: string): string | undefined
  /** Has a person answer what a host asks, on standard input; questions go to standard error. */
  readonly ask: Ask
  /** Whether somebody is there to answer it. */
  readonly attended: boolean
  /** A line of the answer, on standard output. */
  print(line: string): void
  /** The answer as one JSON text, on standard output. */
  json(answer: object): void
  /** What went wrong, as one line of JSON where the answer was to be JSON and none was given; else nothing. */
  jsonError(error: object): void
  /** A line beside the answer, on standard error. */
  tell(line: string): void
  /** Bytes to standard output as they are; resolves when the reader has room for more. */
  write(bytes: Uint8Array): Promise<void>
}

export interface SessionOptions {
  readonly workspace: string
  readonly verbose: boolean
  readonly takeOver: boolean
  /** The command was asked for JSON. */
  readonly asJson: boolean
  readonly interrupted: AbortSignal
}

export function openSession(options: SessionOptions): Session {
  const { workspace, verbose, takeOver, asJson, interrupted } = options
  const { stdout, stderr } = process
  const print = (line: string) => void stdout.write(`${line}\n`)
  const attended = process.stdin.isTTY === true && stderr.isTTY === true
  let answered = false
  return {
    folder: resolve(workspace),
    verbose,
    takeOver,
    terminal: stdout.isTTY === true && stdout.columns >= 20,
    interrupted,
    environment: (name) => process.env[name],
    attended,
    ask: askPerson({
      input: process.stdin,
      output: stderr,
      terminal: attended,
      signal: interrupted,
    }),
    print,
    json(answer) {
      answered = true
      print(JSON.stringify(answer, undefined, 2))
    },
    jsonError(error) {
      if (asJson && !answered) print(JSON.stringify({ error }))
    },
    tell: (line) => void stderr.write(`${line}\n`),
    async write(bytes) {
      if (!stdout.write(bytes)) await once(stdout, 'drain')
    },
  }
}
