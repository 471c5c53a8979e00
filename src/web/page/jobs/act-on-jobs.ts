import type { ActAnswer, BulkAnswer, BulkBody } from '../../requests.ts'
import type { JobAct } from '../data/page.ts'

type Result = BulkAnswer['results'][number]

export interface ActOptions {
  readonly act: JobAct
  readonly keys: readonly string[]
  bulk(body: BulkBody): Promise<BulkAnswer>
  /** A yes or no of the person. */
  ask(question: string, yes: string, more: string): Promise<boolean>
}

/** Does one thing to many jobs, asking first, and again where runs need them or they may still run. Answers what came of it, in a sentence. */
export async function actOnJobs(options: ActOptions): Promise<string | undefined> {
  const { act, keys, bulk, ask } = options
  if (keys.length === 0) return undefined
  const [question, yes, more] = words(act, keys.length)
  if (!(await ask(question, yes, more))) return undefined
  const first = (await bulk({ act, keys: [...keys] })).results
  const doubtful = first.filter(isDoubtful)
  const again = await askAgain(options, doubtful)
  const kept = again === undefined ? first : [...first.filter((result) => !isDoubtful(result)), ...again]
  return summary(act, kept)
}

async function askAgain(
  { act, bulk, ask }: ActOptions,
  doubtful: readonly Result[],
): Promise<readonly Result[] | undefined> {
  if (doubtful.length === 0) return undefined
  const keys = doubtful.map(({ key }) => key)
  if (act === 'retry') {
    const question = `The attempt before may still run, of ${jobs(keys.length)}`
    const yes = await ask(question, 'Give it up and retry', doubtsOf(doubtful))
    return yes ? (await bulk({ act, keys, abandon: true })).results : undefined
  }
  if (act === 'discard') return undefined
  const question = `Runs need ${jobs(keys.length)} of these`
  const yes = await ask(
    question,
    act === 'stop' ? 'Stop all the same' : 'Cancel all the same',
    doubtsOf(doubtful),
  )
  return yes ? (await bulk({ act, keys, evenIfNeeded: true })).results : undefined
}

function isDoubtful(result: Result): boolean {
  return 'answer' in result && ['needed', 'may-still-run'].includes(result.answer.kind)
}

function doubtsOf(results: readonly Result[]): string {
  const lines = new Set(
    results.flatMap((result) => ('answer' in result ? [sentenceOf(result.answer)] : [])).filter(Boolean),
  )
  return [...lines].slice(0, 6).join('\n')
}

/** What an answer says of one job. */
export function sentenceOf(answer: ActAnswer): string {
  switch (answer.kind) {
    case 'requested':
      return answer.said ?? 'Asked for.'
    case 'ended':
      return `It has ended already: ${answer.state}.`
    case 'needed':
      return `Needed by ${answer.by.map((run) => run.name).join(', ')}.`
    case 'collecting':
      return 'It ended by itself; what it made is being brought home.'
    case 'open':
      return answer.said ?? `It is open: ${answer.state}.`
    case 'may-still-run':
      return answer.said
    case 'discarded':
      return 'Discarded.'
  }
}

function summary(act: JobAct, results: readonly Result[]): string {
  const count = (test: (result: Result) => boolean) => results.filter(test).length
  const done = count(
    (result) => 'answer' in result && ['requested', 'discarded', 'collecting'].includes(result.answer.kind),
  )
  const refused = results.flatMap((result) => ('error' in result ? [result.error.message] : []))
  const left = results.length - done - refused.length
  const parts = [
    `${asked[act]} ${jobs(done)}.`,
    ...(left > 0 ? [`${jobs(left)} left as ${left === 1 ? 'it is' : 'they are'}.`] : []),
    ...(refused.length > 0 ? [`${jobs(refused.length)} refused: ${refused[0]}`] : []),
  ]
  return parts.join(' ')
}

const asked: Readonly<Record<JobAct, string>> = {
  cancel: 'Asked for the end of',
  stop: 'Asked for the end, with the results kept, of',
  retry: 'Asked for another attempt of',
  discard: 'Discarded',
}

function words(act: JobAct, count: number): readonly [string, string, string] {
  switch (act) {
    case 'cancel':
      return [`Cancel ${jobs(count)}?`, 'Cancel', 'What they have made so far is not kept.']
    case 'stop':
      return [`Stop ${jobs(count)}?`, 'Stop and keep', 'What they have made by then is kept for you to read.']
    case 'retry':
      return [
        `Retry ${jobs(count)}?`,
        'Retry',
        'Each gets a new attempt; the logs of the one before are kept.',
      ]
    case 'discard':
      return [`Discard ${jobs(count)}?`, 'Discard', 'Their records, histories and folders are removed.']
  }
}

function jobs(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`
}
