import type { Clock } from '../core/clock.ts'
import type { Tag } from '../core/ids.ts'
import type { LogAnswer, LogRange } from '../runners/runner.ts'
import { bytesIn, fullBudget, spend, waitFor, type ByteBudget } from './byte-budget.ts'
import type { LogPace } from './log-pace.ts'
import { openLookRoom } from './look-room.ts'

/**
 * Collects the log ranges that readers wait for at one destination, so that they ride in its one round trip: each when its
 * time has come and its job's bytes of this second are not used up (rule L2). What has to wait is asked for later, not dropped.
 */
export interface Follower {
  /** Resolves when a look brought the answer, rejects when the signal is aborted. */
  ask(range: LogRange, how: Asking): Promise<LogAnswer>
  waiting(): boolean
  /** Milliseconds until a look has something to bring; `Infinity` when nobody waits. */
  due(): number
  /** What a look now is to bring. */
  take(): readonly LogRange[]
  /** The look brought these; a range without an answer is asked for again. */
  answer(ranges: readonly LogRange[], answers: readonly LogAnswer[]): void
}

export interface Asking {
  readonly signal: AbortSignal
  /** The reader has not all that there is: it does not wait for the interval. */
  readonly soon: boolean
  readonly pace: Pick<LogPace, 'perSecond' | 'interval'>
}

interface Wanted {
  readonly range: LogRange
  readonly pace: Asking['pace']
  /** It rides no sooner than `wait` milliseconds after `since`. */
  since: number
  wait: number
  resolve(answer: LogAnswer): void
}

export function openFollower({ clock, asked }: { clock: Clock; asked(): void }): Follower {
  const wanted = new Set<Wanted>()
  const riding = new Map<LogRange, Wanted>()
  const budgets = new Map<Tag, ByteBudget>()
  const room = openLookRoom()
  const sizeOf = ({ range, pace }: Wanted) => Math.min(range.limit, pace.perSecond, room.bytes)
  const budgetOf = ({ range, pace }: Wanted) =>
    budgets.get(range.tag) ?? fullBudget(pace.perSecond, clock.now())

  return {
    ask(range, how) {
      const answer = want(wanted, range, how, clock.now())
      asked()
      return answer
    },
    waiting: () => wanted.size > 0,
    due() {
      const now = clock.now()
      const waitOf = (one: Wanted) => Math.max(restOf(one, now), waitFor(budgetOf(one), sizeOf(one), now))
      return [...wanted].reduce((least, one) => Math.min(least, waitOf(one)), Infinity)
    },
    take() {
      const now = clock.now()
      riding.clear()
      room.begins(now)
      const free = (each: Wanted) => bytesIn(budgetOf(each), now)
      for (const [one, limit] of chooseRiding(wanted, { free, sizeOf, room: room.bytes }, now)) {
        Object.assign(one, { since: now, wait: one.pace.interval })
        riding.set({ ...one.range, limit }, one)
      }
      room.asks([...riding.keys()].reduce((sum, { limit }) => sum + limit, 0))
      return [...riding.keys()]
    },
    answer(ranges, answers) {
      const now = clock.now()
      room.ends(now)
      for (const [tag, budget] of budgets) if (bytesIn(budget, now) === budget.perSecond) budgets.delete(tag)
      const left = new Set(answers)
      for (const range of ranges) {
        const answer = [...left].find((one) => fits(range, one))
        const one = riding.get(range)
        if (answer === undefined || one === undefined) continue
        left.delete(answer)
        if (answer.kind === 'chunk') budgets.set(range.tag, spend(budgetOf(one), answer.bytes.length, now))
        wanted.delete(one)
        one.resolve(answer)
      }
    },
  }
}

function want(
  wanted: Set<Wanted>,
  range: LogRange,
  { signal, soon, pace }: Asking,
  now: number,
): Promise<LogAnswer> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      wanted.delete(one)
      reject(signal.reason)
    }
    const one: Wanted = {
      range,
      pace,
      since: now,
      wait: soon ? 0 : pace.interval,
      resolve(answer) {
        signal.removeEventListener('abort', abort)
        resolve(answer)
      },
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    wanted.add(one)
  })
}

/** Those whose time has come, in the order in which they asked, as far as their jobs' budgets and the room of one look go. */
function* chooseRiding(
  wanted: Iterable<Wanted>,
  { free, sizeOf, room }: Measures,
  now: number,
): Generator<readonly [Wanted, number]> {
  const left = new Map<Tag, number>()
  let rest = room
  for (const one of wanted) {
    const { tag } = one.range
    const size = sizeOf(one)
    const there = left.get(tag) ?? free(one)
    if (restOf(one, now) > 0 || size > Math.min(there, rest)) continue
    left.set(tag, there - size)
    rest -= size
    yield [one, size]
  }
}

/** Bytes: what a job's budget has, what one range asks for, what one look may bring. */
interface Measures {
  free(one: Wanted): number
  sizeOf(one: Wanted): number
  readonly room: number
}

/** What is left of its wait; more than all of it means that the clock was set back, which stops nothing (rule M5). */
function restOf({ since, wait }: Wanted, now: number): number {
  const rest = since + wait - now
  return rest > wait ? 0 : Math.max(0, rest)
}

function fits(range: LogRange, answer: LogAnswer): boolean {
  const same =
    range.tag === answer.tag && range.incarnation === answer.incarnation && range.stream === answer.stream
  return same && (answer.kind === 'unavailable' || range.offset < 0 || range.offset === answer.offset)
}
