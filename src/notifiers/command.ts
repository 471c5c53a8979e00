import { AbeyanceError } from '../core/error.ts'
import { runProcess } from '../core/system/run-process.ts'
import type { Notice, Notifier } from './notifier.ts'

export interface CommandOptions {
  /** The program and its words; no shell reads them. */
  readonly command: readonly [string, ...string[]]
  /** The program's environment beside the notice. */
  readonly environment?: Readonly<Record<string, string>>
  /** Milliseconds after which it is stopped; 30 s when not given. */
  readonly deadline?: number
}

/**
 * Runs a program for each notice, which it gets as JSON on its standard input and in `ABEYANCE_NOTICE_ID`, `_EVENT`,
 * `_TITLE` and `_TEXT`. An exit code other than 0 rejects with `notice-failed`.
 */
export function command({ command: words, environment = {}, deadline = 30_000 }: CommandOptions): Notifier {
  return {
    async notify(notice, { signal }) {
      const {
        code,
        signal: killed,
        stderr,
      } = await runProcess({
        command: words,
        input: `${JSON.stringify(notice)}\n`,
        environment: { ...environment, ...variablesOf(notice) },
        deadline,
        signal,
      })
      if (code === 0) return
      const how = code === null ? `was ended by ${killed}` : `ended with exit code ${code}`
      const said = new TextDecoder().decode(stderr.subarray(0, 500)).trim()
      throw new AbeyanceError('notice-failed', `${words[0]} ${how}${said && `: ${said}`}; it is tried again`)
    },
  }
}

function variablesOf({ id, event, title, text }: Notice): Record<string, string> {
  return {
    ABEYANCE_NOTICE_ID: id,
    ABEYANCE_NOTICE_EVENT: event,
    ABEYANCE_NOTICE_TITLE: withoutNul(title),
    ABEYANCE_NOTICE_TEXT: withoutNul(text),
  }
}

/** What no environment can hold; and no more than one can. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', ' ').slice(0, 20_000)
}
