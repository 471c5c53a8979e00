import { readFileSync } from 'node:fs'

/** One step of a recorded session. `command` was answered so; `until` is asked until the answer is that; the others are deeds of the test. */
export type Step =
  | { readonly kind: 'command' | 'until'; readonly command: string; readonly answer: string }
  | { readonly kind: 'deed'; readonly words: readonly string[] }

/**
 * Reads a session with a real scheduler: `$ COMMAND`, what it printed on both streams, `[exit CODE]`. Lines that begin with `>`
 * were put in: what the recorder waited for, and what happened besides.
 */
export function readTranscript(name: string): readonly Step[] {
  const text = readFileSync(new URL(`recorded/${name}.txt`, import.meta.url), 'utf8')
  const steps: Step[] = []
  for (const block of text.split(/^(?=\$ |> )/m)) {
    const [first = '', ...lines] = block.replace(/\n+$/, '').split('\n')
    const answer = lines.join('\n')
    if (first.startsWith('$ ')) steps.push({ kind: 'command', command: first.slice(2), answer })
    else if (first.startsWith('> until '))
      steps.push({ kind: 'until', command: first.slice(8), answer: answer })
    else steps.push({ kind: 'deed', words: first.slice(2).split(' ') })
  }
  return steps
}
