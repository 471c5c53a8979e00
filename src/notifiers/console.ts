import type { Notifier } from './notifier.ts'

/** Prints each notice as one line by `print`: control characters in it, as of a job's log, do nothing to a terminal. */
export function console({ print }: { print(line: string): void }): Notifier {
  return {
    async notify({ title, text, at }, { signal }) {
      signal.throwIfAborted()
      print(`${new Date(at).toISOString()} ${plainText(title)}: ${plainText(text)}`)
    },
  }
}

function plainText(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim()
}
