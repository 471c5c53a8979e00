import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Ask } from '../transports/transport.ts'
import { askPerson } from './ask-person.ts'
import { cleanLines } from './clean-text.ts'
import type { Screen } from './live/screen.ts'
import { openTerminalScreen } from './live/terminal-screen.ts'

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
  /** A line of the answer, on standard output; without what a terminal obeys, colours aside, unless it is JSON. */
  print(line: string): void
  /** The answer as one JSON text, on standard output. */
  json(answer: object): void
  /** What went wrong, as one line of JSON where the answer was to be JSON and none was given; else nothing. */
  jsonError(error: object): void
  /** A line beside the answer, on standard error; without what a terminal obeys, colours aside. */
  tell(line: string): void
  /** Bytes to standard output as they are; resolves when the reader has room for more. */
  write(bytes: Uint8Array): Promise<void>
  /** The same to standard error. */
  writeError(bytes: Uint8Array): Promise<void>
  /** Whether what is written may be coloured (NO_COLOR and FORCE_COLOR decide, else whether a person sees it). */
  readonly colours: boolean
  /**
   * Takes the whole terminal until it is closed; what is told meanwhile is among its notes, and printed after it. `changed`: when it
   * is to be drawn again, since its size is another or something was told.
   */
  openScreen(changed: () => void): SessionScreen
}

export interface SessionScreen extends Screen {
  /** What was told since it is open. */
  notes(): readonly string[]
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
  const colours = areColoured(process.env, stdout)
  // Texts of jobs are in many lines: here, where all leave, none is forgotten.
  const print = (line: string) => void stdout.write(`${asJson ? line : cleanLines(line, colours)}\n`)
  const attended = process.stdin.isTTY === true && stderr.isTTY === true
  let answered = false
  let notes: string[] | undefined
  let noted = () => {}
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
    tell(said) {
      const line = cleanLines(said, colours)
      if (notes) notes.push(line)
      else stderr.write(`${line}\n`)
      noted()
    },
    openScreen(changed) {
      const told: string[] = []
      notes = told
      noted = changed
      const screen = openTerminalScreen(stdout, changed)
      return {
        ...screen,
        notes: () => told,
        close() {
          screen.close()
          if (notes !== told) return
          notes = undefined
          noted = () => {}
          for (const line of told) stderr.write(`${line}\n`)
        },
      }
    },
    write: (bytes) => writeTo(stdout, bytes),
    writeError: (bytes) => writeTo(stderr, bytes),
    colours,
  }
}

async function writeTo(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  if (!stream.write(bytes)) await once(stream, 'drain')
}

/** As https://no-color.org says; FORCE_COLOR as Node has it. */
function areColoured(environment: NodeJS.ProcessEnv, stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR = '', FORCE_COLOR, TERM } = environment
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return NO_COLOR === '' && TERM !== 'dumb' && stream.isTTY === true
}
