import { tag as asTag, type Tag } from '../core/ids.ts'
import type { LookItems } from './look-script.ts'
import type { JobReport } from './job-report.ts'
import type { Judgement } from './judge-exit.ts'
import { judgeJob } from './judge-job.ts'
import { judgeQueued } from './judge-queued.ts'
import { chunk, gap } from './parse-log.ts'
import { notAsked, type Said, type SchedulerAnswer } from './scheduler-answer.ts'
import { readAccountingAnswer, readFound, readQueueAnswer } from './scheduler-answer.ts'
import type { Queue } from './scheduler.ts'
import type { LogAnswer } from './runner.ts'

export interface LookNews {
  /** Whether the answer came to its end. */
  readonly whole: boolean
  /** Whether anything of it is ours at all. */
  readonly begun: boolean
  /** The host's clock, ms since 1970. */
  readonly now: number
  /** Whether the work folder was seen. */
  readonly rooted: boolean
  readonly jobs: ReadonlyMap<string, JobReport>
  /** Of jobs of which more would be known if the scheduler were asked. */
  readonly wants: ReadonlyMap<Tag, 'queue' | 'accounting'>
  /** Entries of the spool by tag. */
  readonly spool: ReadonlyMap<string, readonly string[]>
  readonly logs: readonly LogAnswer[]
  readonly said: SchedulerAnswer
  /** How many commands of the scheduler it took. */
  readonly commands: number
}

type Asked = Pick<LookItems, 'ranges' | 'known' | 'urgent' | 'rooted' | 'wantedSince'>

/** Reads what a look answered: lines of ours by their nonce, whatever stands between. Never throws; what is cut off is left out (rule J3). */
export function parseLook(answer: Uint8Array, nonce: string, asked: Asked, queue?: Queue): LookNews {
  const { ranges } = asked
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
  const lines: (readonly [tag: string, facts: string])[] = []
  const spool = new Map<string, string[]>()
  const logs: LogAnswer[] = []
  const found = new Map<string, ReturnType<typeof readFound>>()
  let said: SchedulerAnswer = { ...notAsked, found }
  let now = 0
  let searches = 0
  let whole = false
  let begun = false
  for (let at = bytes.indexOf(`${nonce} `); at >= 0 && !whole; at = bytes.indexOf(`${nonce} `, at)) {
    const end = bytes.indexOf('\n', at)
    if (end < 0) break
    const line = bytes.toString('utf8', at + nonce.length + 1, end)
    const [word = '', first = '', ...rest] = line.split(' ')
    at = end + 1
    if (word === 'look') {
      begun = true
      now = Number(first)
    } else if (word === 'end') whole = begun
    else if (word === 'job') lines.push([first, rest.join(' ')])
    else if (word === 'spool') addEntry(spool, first)
    else if (word === 'searched') searches++
    else if (word === 'found') found.set(first, readFound(rest))
    else if (word === 'gap') logs.push(...gap(ranges[Number(first)], rest[0]))
    else if (word === 'queue' && queue)
      said = { ...said, queue: readQueueAnswer(queue, Number(first), readSaid(bytes, nonce, at)) }
    else if (word === 'account' && queue)
      said = { ...said, accounting: readAccountingAnswer(queue, readSaid(bytes, nonce, at)) }
    else if (word === 'range') {
      const close = bytes.indexOf(`\n${nonce} over ${first}\n`, at)
      if (close < 0) break
      logs.push(...chunk(ranges[Number(first)], rest, bytes.subarray(at, close)))
      at = close + 1
    }
  }
  const commands = [said.queue, said.accounting].filter(({ kind }) => kind !== 'not-asked').length + searches
  const rooted = lines.some(([, facts]) => facts.startsWith('there=yes '))
  return {
    whole,
    begun,
    now,
    rooted,
    spool,
    logs,
    said,
    commands,
    ...judgeAll(lines, { ...asked, now, said }, queue),
  }
}

/** Judged when all is read: what the scheduler said comes before the folders, and one job may be asked twice. */
function judgeAll(
  lines: readonly (readonly [tag: string, facts: string])[],
  about: Asked & { readonly now: number; readonly said: SchedulerAnswer },
  queue: Queue | undefined,
): Pick<LookNews, 'jobs' | 'wants'> {
  const jobs = new Map<string, JobReport>()
  const wants = new Map<Tag, 'queue' | 'accounting'>()
  for (const [name, facts] of lines) {
    const tag = asTag(name)
    const judged = judge(tag, facts, about, queue)
    jobs.set(tag, judged.report)
    wants.delete(tag)
    if (judged.wants) wants.set(tag, judged.wants)
  }
  return { jobs, wants }
}

function judge(
  tag: Tag,
  facts: string,
  {
    known,
    urgent,
    rooted,
    wantedSince,
    now,
    said,
  }: Asked & { readonly now: number; readonly said: SchedulerAnswer },
  queue: Queue | undefined,
): Judgement {
  const told = known?.get(tag)
  if (queue === undefined) return { report: judgeJob(facts, told, rooted) }
  const { messageTimeout } = queue
  const since = wantedSince?.get(tag) ?? now
  const more = { ...(told && { known: told }), ...(rooted && { rooted }), wantedSince: since }
  return judgeQueued(facts, { tag, now, said, messageTimeout, urgent: urgent?.has(tag) ?? false, ...more })
}

/** Up to the line that `heard` closes a command's output with; without it, nobody knows what it would have said. */
function readSaid(bytes: Buffer, nonce: string, from: number): Said {
  const close = bytes.indexOf(`\n${nonce} code `, from)
  const end = close < 0 ? -1 : bytes.indexOf('\n', close + 1)
  if (end < 0) return { text: '', code: -1, words: 'the answer was cut off' }
  const [code = '', ...words] = bytes.toString('utf8', close + nonce.length + 7, end).split(' ')
  return { text: bytes.toString('utf8', from, close), code: Number(code), words: words.join(' ').trim() }
}

function addEntry(spool: Map<string, string[]>, entry: string): void {
  const tag = entry.split('.')[0] ?? ''
  const known = spool.get(tag)
  if (known) known.push(entry)
  else spool.set(tag, [entry])
}
