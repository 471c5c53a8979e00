import type { Clock } from '../core/clock.ts'
import type { Tag } from '../core/ids.ts'
import { arrayElements } from './array-elements.ts'
import type { LookNews } from './parse-look.ts'
import type { UsageBook } from '../core/usage-book.ts'
import type { Purse } from './purse.ts'
import { openPurses, usualPerHour } from './purses.ts'
import type { MayAsk } from './queue-questions.ts'
import type { LookQuestion, Spared, SubmitAnswer } from './runner.ts'

/** When a scheduler is asked: rarely, for all jobs at once, sooner in doubt, and never more than the host's budget allows (rule M4). */
export interface QueuePace {
  /** Takes in what other processes asked, now and then. */
  refresh(): Promise<void>
  /** Why the last question went without its scheduler though somebody waits to hear, and until when. */
  readonly spared: Spared | undefined
  /** Since when more is wanted of which jobs, by the host's clock. */
  readonly wantedSince: ReadonlyMap<Tag, number>
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

export function queuePace(clock: Clock, perHour = usualPerHour, book?: UsageBook): QueuePace {
  const purses = openPurses(clock, perHour, book)
  /** Somebody waits to hear, and nobody may be asked. */
  let isSpared = false
  let spending = purses.inDoubt
  let listedAt = -Infinity
  let accountedAt = -Infinity
  let changedAt = clock.now()
  /** Looked into next: the queue did not list them, or their scheduler knows more. */
  let suspects = new Map<Tag, 'queue' | 'accounting' | 'folder'>()
  let wantedSince: ReadonlyMap<Tag, number> = new Map()
  /** Not listed, and looked into since. */
  let unlisted: ReadonlySet<Tag> = new Set()
  const elements = arrayElements()
  const age = (time: number) => ageOf(time, clock)

  /** The purse that pays for a list of the queue, where one is due. */
  function payer({ jobs, urgent, known }: LookQuestion): Purse | undefined {
    const isAsked = known !== undefined && known.size > 0
    const isDoubted = (urgent?.size ?? 0) > 0 || [...suspects.values()].includes('queue')
    const isAwaited = isAsked || (isDoubted && age(listedAt) >= doubtGap)
    isSpared = isAwaited && !purses.inDoubt.has()
    if (isAwaited && !isSpared) return purses.inDoubt
    const interval = Math.min(Math.max(age(changedAt) / 4, shortest), longest)
    const isDue = age(listedAt) >= interval && [...jobs].some(isWatched)
    return isDue && purses.routine.has() ? purses.routine : undefined
  }

  const isWatched = (tag: Tag) => !unlisted.has(tag) || elements.has(tag)

  return {
    refresh: () => purses.refresh(),
    get spared() {
      return isSpared ? purses.spared() : undefined
    },
    get wantedSince() {
      return wantedSince
    },
    next(question) {
      const paying = payer(question)
      spending = paying ?? purses.inDoubt
      const explain = age(accountedAt) >= accountingGap && purses.inDoubt.has()
      const may = { queue: paying !== undefined, accounting: paying !== undefined || explain }
      return { may, more: [...suspects.keys()] }
    },
    heard({ jobs }, may, { now, jobs: reports, wants, spool, said, commands }) {
      spending.pay(commands)
      if (spool.size > 0) changedAt = clock.now()
      if (may.queue) listedAt = clock.now()
      if (said.accounting.kind !== 'not-asked') accountedAt = clock.now()
      suspects = new Map(wants)
      wantedSince = new Map([...wants.keys()].map((tag) => [tag, wantedSince.get(tag) ?? now]))
      elements.reported(unlisted, reports)
      if (said.queue.kind !== 'answered') return false
      const goesOn = elements.goingOn(said.queue)
      const missing = new Set([...jobs].filter((tag) => !goesOn(tag)))
      for (const tag of missing) if (!reports.has(tag) && !unlisted.has(tag)) suspects.set(tag, 'folder')
      unlisted = missing
      return suspects.size > wants.size
    },
    touch(inArrays) {
      changedAt = clock.now()
      elements.submitted(inArrays)
    },
  }
}

/** In ms. A clock that was set back makes everything due. */
function ageOf(time: number, clock: Clock): number {
  const age = clock.now() - time
  return age < 0 ? Infinity : age
}
