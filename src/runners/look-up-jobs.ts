import { quote } from '../core/quote.ts'
import type { NativeId } from '../core/ids.ts'
import type { ExistingJobReport } from './existing-job-report.ts'
import { makeNonce, type Host } from './host.ts'
import { parseLook } from './parse-look.ts'
import { processFacts } from './process-facts.ts'
import { hearing } from './queue-questions.ts'
import type { CallOptions } from './runner.ts'
import type { Queue, Scheduler } from './scheduler.ts'
import type { SchedulerAnswer } from './scheduler-answer.ts'

/** Asks a scheduler for jobs by their native ids alone, in one round trip: the queue, each job by itself, then accounting. */
export async function lookUpJobs(
  host: Pick<Host, 'scheduler' | 'ask'>,
  queue: Queue,
  ids: readonly NativeId[],
  options: CallOptions,
): Promise<ReadonlyMap<NativeId, ExistingJobReport>> {
  if (ids.length === 0) return new Map()
  const nonce = makeNonce()
  const bytes = await host.ask(lookUpScript(nonce, host.scheduler, queue, ids), options)
  const { said } = parseLook(bytes, nonce, { ranges: [] }, queue)
  const over = readOver(bytes, nonce)
  return new Map(ids.map((id, place) => [id, judge(id, said, over.has(place))]))
}

/** The list has the user's own jobs alone, so each of the others is asked for by its id. Evidence that grows is read last. */
export function lookUpScript(
  nonce: string,
  { gone }: Pick<Scheduler, 'gone'>,
  { list, account }: Pick<Queue, 'list' | 'account'>,
  ids: readonly NativeId[],
): string {
  return `{
nonce=${nonce}
${processFacts}
say() { printf '%s %s\\n' "$nonce" "$1"; }
list() {
${list}
}
gone() {
${gone}
}
account() {
${account}
}
${hearing}
set -- ${ids.map(quote).join(' ')}
now
say "look $now"
say "queue $now"
heard list
place=0
for id in "$@"; do
  if gone "$id" >/dev/null 2>&1; then say "over $place"; fi
  place=$((place + 1))
done
say account
heard account "$@"
say end
} </dev/null
`
}

/** The places of those that surely neither wait nor run. */
function readOver(bytes: Uint8Array, nonce: string): ReadonlySet<number> {
  const lines = new TextDecoder().decode(bytes).split('\n')
  const start = `${nonce} over `
  return new Set(lines.flatMap((line) => (line.startsWith(start) ? [Number(line.slice(start.length))] : [])))
}

function judge(id: NativeId, { queue, accounting }: SchedulerAnswer, isOver: boolean): ExistingJobReport {
  if (queue.kind !== 'answered')
    return { kind: 'unclear', evidence: queue.kind === 'failed' ? queue.words : 'the answer was cut off' }
  const entry = queue.jobs.get(id)
  if (entry?.phase === 'unknown') return { kind: 'unclear', evidence: entry.line }
  if (entry !== undefined && entry.phase !== 'ended')
    return { kind: 'open', evidence: `the scheduler says ${entry.word}` }
  const row = accounting.kind === 'answered' ? accounting.jobs.get(id) : undefined
  if (row?.phase === 'ended') {
    const { reason, code, line } = row
    const result = reason === undefined && code === 0 ? 'succeeded' : 'failed'
    const how = { ...(reason !== undefined && { reason }), ...(code !== undefined && { code }) }
    return { kind: 'ended', result, ...how, evidence: `accounting: ${line}` }
  }
  if (entry?.reason !== undefined)
    return { kind: 'ended', result: 'failed', reason: entry.reason, evidence: entry.line }
  if (!isOver)
    return {
      kind: 'open',
      evidence: row ? `accounting: ${row.line}` : 'the scheduler does not hold it for over',
    }
  if (accounting.kind === 'failed') return { kind: 'unclear', evidence: accounting.words }
  if (row !== undefined)
    return { kind: 'unclear', evidence: `not in the queue any more; accounting: ${row.line}` }
  const why = accounting.kind === 'answered' ? `accounting has no row of ${id}` : 'there is no accounting'
  return { kind: 'nowhere', evidence: `not in the queue any more; ${why}` }
}
