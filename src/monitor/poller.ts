import { isAbeyanceError, messageOf } from '../core/error.ts'
import type { Tag } from '../core/ids.ts'
import type { LookAnswer } from '../runners/runner.ts'
import { openBreaker } from './breaker.ts'
import { chooseDoubtful, lookInterval, urgentOf } from './cadence.ts'
import type { Follower } from './follower.ts'
import type { Reach } from './reach.ts'
import type { Station } from './station.ts'
import { takeReports } from './take-reports.ts'
import { within } from './within.ts'
import { workerLoop } from './worker-loop.ts'

/** Looks at one destination for all its jobs and followed logs in one round trip, as often as it is worth it. */
export interface Poller {
  /** The runner says that something may have happened: a look now, but not one upon the other. */
  wake(): void
  /** A job changed here: it is young again. */
  touch(): void
  /** A log is followed. */
  poke(): void
  /** A look now, thorough; resolves when what it found is on disk, also where it failed. */
  look(): Promise<void>
  /** When its host last answered; undefined where it has not been asked, or has not answered yet. */
  answeredAt(): number | undefined
  close(): Promise<void>
}

export function openPoller(station: Station, follower: Follower, reach: Reach): Poller {
  const { roster, clock, settings, signal } = station
  const look = openLook(station, follower, reach)
  let asked: (() => void)[] = []
  let woken = false
  let lastChange = clock.now()
  let lastLook = -Infinity

  async function turn(): Promise<number> {
    const wait = signal.aborted ? Infinity : untilDue()
    if (wait > 0 && !signal.aborted) return wait
    const waiting = asked
    asked = []
    woken = false
    try {
      if (!isIdle() && !signal.aborted) await look.once()
    } finally {
      lastLook = clock.now()
      for (const resolve of waiting) resolve()
    }
    return signal.aborted ? Infinity : untilDue()
  }

  function untilDue(): number {
    if (asked.length > 0) return 0
    const now = clock.now()
    if (lastLook > now) lastLook = -Infinity // the clock was set back
    if (isIdle()) return Infinity
    const pause = look.pause()
    if (pause !== undefined) return lastLook + pause - now
    const usual = woken ? settings.wakeGap : lookInterval(roster, { now, lastChange }, settings)
    const forJobs = hasJobs() ? lastLook + usual - now : Infinity
    return Math.min(forJobs, Math.max(lastLook + settings.wakeGap - now, follower.due()))
  }

  const hasJobs = () => roster.watched.size + roster.lost.size > 0
  const isIdle = () => !hasJobs() && !follower.waiting()

  const loop = workerLoop({ ...station, name: `poller of ${station.destination.name}` }, turn)
  return {
    wake() {
      woken = true
      loop.poke()
    },
    touch() {
      lastChange = clock.now()
      loop.poke()
    },
    poke: () => loop.poke(),
    look() {
      look.thoroughly()
      const done = new Promise<void>((resolve) => asked.push(resolve))
      loop.poke()
      return signal.aborted ? Promise.resolve() : done
    },
    answeredAt: () => look.answeredAt(),
    close: () => loop.close(),
  }
}

interface Look {
  once(): Promise<void>
  /** The next one looks into every job, and asks whoever may know of it. */
  thoroughly(): void
  /** How long a host that failed is left alone; undefined while it answers. */
  pause(): number | undefined
  answeredAt(): number | undefined
}

/** One round trip. A host that fails changes nothing in any record: it is asked again, ever more rarely, and people are told once (rule M4). */
function openLook(station: Station, follower: Follower, reach: Reach): Look {
  const { destination, roster, clock, logger, settings, signal } = station
  const unclear = new Map<Tag, string>()
  const breaker = openBreaker(settings)
  let thorough = true
  let wanted = false
  let answeredAt: number | undefined

  async function ask(): Promise<LookAnswer> {
    const ranges = follower.take()
    const doubtful = chooseDoubtful(roster, { now: clock.now(), all: thorough }, settings)
    const urgent = wanted ? doubtful : urgentOf(roster, doubtful)
    thorough = false
    wanted = false
    const question = { jobs: tags(station), doubtful, urgent, ranges }
    const limits = { clock, deadline: settings.lookDeadline, signal }
    const answer = await within(`looking at ${destination.name}`, limits, (ours) =>
      destination.runner.look(question, { signal: ours }),
    )
    follower.answer(ranges, answer.logs)
    return answer
  }

  async function failed(error: unknown): Promise<void> {
    if (signal.aborted) return
    const why = messageOf(error)
    thorough = true
    breaker.failed(clock.now())
    logger.warn({ destination: destination.name, error: why }, 'a look failed')
    const { since } = breaker
    if (isAbeyanceError(error, 'quota-used-up')) {
      const { until } = error.details
      await reach.spare({
        why,
        until: typeof until === 'number' ? until : clock.now() + (breaker.pause ?? 0),
      })
    }
    if (isAbeyanceError(error, 'login-needed')) await reach.lost({ since, why, login: true })
    else if (breaker.fallen) await reach.lost({ since, why })
  }

  return {
    async once() {
      let answer: LookAnswer
      try {
        answer = await ask()
      } catch (error) {
        return failed(error)
      }
      breaker.answered()
      answeredAt = clock.now()
      await reach.found()
      await reach.spare(answer.spared)
      await takeReports(station, answer.reports, unclear)
    },
    thoroughly() {
      thorough = true
      wanted = true
    },
    pause: () => breaker.pause,
    answeredAt: () => answeredAt,
  }
}

function* tags({ roster }: Station): Iterable<Tag> {
  yield* roster.watched.keys()
  yield* roster.lost.keys()
}
