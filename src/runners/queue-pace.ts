import type { Clock } from '../core/clock.ts'
import type { Tag } from '../core/ids.ts'
import { arrayElements } from './array-elements.ts'
import type { LookNews } from './parse-look.ts'
import type { MayAsk } from './queue-questions.ts'
import type { LookQuestion, SubmitAnswer } from './runner.ts'

/** When a scheduler is asked: rarely, for all jobs at once, sooner in doubt, and never more than the host's budget allows (rule M4). */
export interface QueuePace {
  /** What the next look asks, and the jobs that it looks into beside those of the question. */
  next(question: LookQuestion): { readonly may: MayAsk; readonly more: readonly Tag[] }
  /** Takes what came of it; whether another look is worth its while at once. */
  heard(question: LookQuestion, may: MayAsk, news: LookNews): boolean
  /** Jobs were submitted: they are young again. Of those that went in arrays the answers say by what id they are listed. */
  touch(inArrays: ReadonlyMap<Tag, SubmitAnswer>): void
}

/** Between two lists in doubt, and between two questions to accounting, in ms. */
const doubtGap = 5000
const accountingGap = 2000
/** The interval where nothing is in doubt; the longest stays under the time for which Slurm remembers a job that ended. */
const shortest = 30_000
const longest = 300_000
const hour = 3_600_000

export function queuePace(clock: Clock, perHour = 12): QueuePace {
  const routine = purse(clock, perHour)
  const inDoubt = purse(clock, Math.max(perHour, 1) * 10)
  let spending = inDoubt
  let listedAt = -Infinity
  let accountedAt = -Infinity
  let changedAt = clock.now()
  /** Looked into next: the queue did not list them, or their scheduler knows more. */
  let suspects = new Map<Tag, 'queue' | 'accounting' | 'folder'>()
  /** Not listed, and looked into since. */
  let unlisted: ReadonlySet<Tag> = new Set()
  const elements = arrayElements()

  /** The purse that pays for a list of the queue, where one is due. */
  function payer({ jobs, urgent, known }: LookQuestion): Purse | undefined {
    const age = since(listedAt)
    const isAsked = known !== undefined && known.size > 0
    const isDoubted = (urgent?.size ?? 0) > 0 || [...suspects.values()].includes('queue')
    if ((isAsked || (isDoubted && age >= doubtGap)) && inDoubt.has()) return inDoubt
    const interval = Math.min(Math.max(since(changedAt) / 4, shortest), longest)
    return age >= interval && isWatching(jobs) && routine.has() ? routine : undefined
  }

  /** A clock that was set back makes everything due. */
  function since(time: number): number {
    const age = clock.now() - time
    return age < 0 ? Infinity : age
  }

  function isWatching(jobs: Iterable<Tag>): boolean {
    for (const tag of jobs) if (!unlisted.has(tag) || elements.has(tag)) return true
    return false
  }

  return {
    next(question) {
      const paying = payer(question)
      spending = paying ?? inDoubt
      const explain = since(accountedAt) >= accountingGap && inDoubt.has()
      const may = { queue: paying !== undefined, accounting: paying !== undefined || explain }
      return { may, more: [...suspects.keys()] }
    },
    heard({ jobs }, may, { jobs: reports, wants, spool, said, commands }) {
      spending.pay(commands)
      if (spool.size > 0) changedAt = clock.now()
      if (may.queue) listedAt = clock.now()
      if (said.accounting.kind !== 'not-asked') accountedAt = clock.now()
      suspects = new Map(wants)
      elements.reported(unlisted, reports)
      if (said.queue.kind !== 'answered') return false
      const goesOn = elements.goingOn(said.queue)
      const missing = new Set<Tag>()
      for (const tag of jobs) {
        if (goesOn(tag)) continue
        missing.add(tag)
        if (!reports.has(tag) && !unlisted.has(tag)) suspects.set(tag, 'folder')
      }
      unlisted = missing
      return suspects.size > wants.size
    },
    touch(inArrays) {
      changedAt = clock.now()
      elements.submitted(inArrays)
    },
  }
}

/** Commands that may be spent; it fills up by so many an hour, and holds an hour's. */
interface Purse {
  has(): boolean
  pay(commands: number): void
}

function purse(clock: Clock, perHour: number): Purse {
  let left = perHour
  let at = clock.now()
  return {
    has() {
      const now = clock.now()
      left = Math.min(perHour, left + (Math.max(0, now - at) * perHour) / hour)
      at = now
      return left >= 1
    },
    pay(commands) {
      left -= commands
    },
  }
}
