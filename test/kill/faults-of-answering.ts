import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { places } from './subject/orders.ts'
import type { Traces } from './traces.ts'

/** What is wrong with how a killed run ended that people and programs answer: one token ever, an answer that was taken is what counts, one notice each. */
export async function faultsOfAnswering(
  { runs, notices }: Traces,
  folder: string,
): Promise<readonly string[]> {
  const lines = (await readFile(join(folder, places.told), 'utf8').catch(() => '')).split('\n')
  const said = (word: string) => new Set(lines.flatMap((line) => (line.startsWith(`${word} `) ? [line] : [])))
  const [score] = [...said('score')].map((line) => line.slice('score '.length))
  const taken = [...said('taken')].map((line) => line.slice('taken '.length))
  const of = (event: string) => [...notices.keys()].filter((id) => id.endsWith(` ${event}`)).length
  return [
    ...(runs.length === 1 && runs[0]?.state === 'done' ? [] : [`${runs.length} runs, ${runs[0]?.state}`]),
    ...(said('token').size === 1 ? [] : [`${said('token').size} tokens were told`]),
    ...(said('score').size === 1 ? [] : [`${said('score').size} scores came of it`]),
    ...taken.filter((by) => by !== score).map((by) => `the answer of ${by} was taken, and lost for ${score}`),
    ...['approval-needed', 'callback-awaited', 'run-finished'].flatMap((event) =>
      of(event) === 1 ? [] : [`${of(event)} notices ${event}`],
    ),
  ]
}
