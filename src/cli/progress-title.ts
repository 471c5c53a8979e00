import { notNeeded, waitingForPlace } from './actor-words.ts'
import { clean } from './clean-text.ts'
import type { Actor } from './scene.ts'

/** What is shown of one module of a pipeline, a map or group with what is in it. */
export interface ProgressTitle {
  /** One line, or several where elements are at work. */
  readonly text: string
  readonly over: boolean
  readonly failed: boolean
  /** Nothing had to be done. */
  readonly idle: boolean
}

// A screen has some twenty lines: elements beyond these are counted.
const mostLines = 8

/** The lines of module `id` from the actors that are it or in it. */
export function progressTitle(id: string, actors: Iterable<Actor>): ProgressTitle {
  const own = [...actors].filter(
    ({ path }) => path === id || path.startsWith(`${id}[`) || path.startsWith(`${id}/`),
  )
  const parts = own.filter(({ path }) => path !== id)
  const itself = own.find(({ path }) => path === id)
  const over = own.length > 0 && own.every((actor) => actor.over)
  const failed = own.some(({ word }) => word === 'failed') && (itself === undefined || itself.word !== 'done')
  const idle = over && own.every(({ word }) => word === notNeeded || word === 'skipped')
  if (parts.length === 0) return { text: itself === undefined ? id : line(itself), over, failed, idle }
  const busy = parts.filter((actor) => !actor.over || actor.word === 'failed').toSorted(byUrgency)
  const shown = busy.slice(0, mostLines).map((actor) => `  ${line(actor)}`)
  const more = busy.length > mostLines ? [`  and ${busy.length - mostLines} more`] : []
  return {
    text: [`${id}  ${counts(parts)}`, ...(over ? [] : [...shown, ...more])].join('\n'),
    over,
    failed,
    idle,
  }
}

/** `digest[0] EcoRI  suspended: running  42 %  | reading`; nothing in it that a terminal obeys. */
export function line({ name, word, over, percent, line: said }: Actor): string {
  const words = [
    name,
    suspended.has(word)
      ? `suspended: ${word}`
      : explained.has(word) && said !== undefined
        ? `${word}${said}`
        : word,
    ...(percent !== undefined && !over ? [`${percent} %`] : []),
    ...(said === undefined || explained.has(word) || (over && word === 'done')
      ? []
      : [`| ${said.slice(0, 200)}`]),
  ]
  return clean(words.join('  '))
}

function counts(parts: readonly Actor[]): string {
  const by = new Map<string, number>()
  for (const { word } of parts) by.set(word, (by.get(word) ?? 0) + 1)
  return [...by].map(([word, count]) => `${count} ${word}`).join(', ')
}

// Words that what is said goes on with.
const explained: ReadonlySet<string> = new Set([notNeeded, waitingForPlace])

// Where the module's work goes on as a job, the pipeline sleeps.
const suspended: ReadonlySet<string> = new Set(['submitting', 'queued', 'running', 'held', 'fetching'])

const urgency = ['running', 'fetching', 'failed', 'queued', 'submitting', waitingForPlace, 'waiting']

function byUrgency(a: Actor, b: Actor): number {
  const rank = ({ word }: Actor) => (urgency.indexOf(word) + urgency.length + 1) % (urgency.length + 1)
  return rank(a) - rank(b)
}
