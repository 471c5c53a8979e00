import type { Notice } from '../notifiers/notifier.ts'
import type { Entry } from '../records/record-store.ts'
import { openCanceller } from './canceller.ts'
import { cleanUp, type Cleaning } from './clean-up.ts'
import { openCollector } from './collector.ts'
import { openDispatcher } from './dispatcher.ts'
import { openFollower, type Follower } from './follower.ts'
import { openPause, type KnownPauses } from './pause.ts'
import { openPoller } from './poller.ts'
import { openReach, type Lapse, type Reach } from './reach.ts'
import { openRoster, type OpenJob } from './roster.ts'
import type { Spared } from '../runners/runner.ts'
import type { Station } from './station.ts'

/** All that goes on for one destination: who submits, looks, fetches and cancels there, and what they know. */
export interface Watch {
  readonly station: Station
  readonly follower: Follower
  readonly reach: Reach
  /** A job's open part was `before` and is `now`. */
  take(before: OpenJob | undefined, now: OpenJob | undefined): void
  /** Everything that is open was taken: the work begins. */
  begin(): void
  wake(): void
  /** When its host last answered a look. */
  answeredAt(): number | undefined
  /** One look now, and the fetches that it leads to; resolves when what was found is on disk. */
  look(): Promise<void>
  /** The same where the host answers: one that does not is probed at its own pace. */
  check(): Promise<void>
  /** Removes what retention or a discard left to be removed. */
  clean(): Promise<Cleaning>
  close(): Promise<void>
}

export interface WatchOptions extends Omit<Station, 'roster' | 'pause'> {
  /** Since when destinations do not answer, as an earlier process left it. */
  readonly unreachable: ReadonlyMap<string, Lapse>
  readonly pauses: KnownPauses
  readonly spared: ReadonlyMap<string, Spared>
  /** Where streams of ended attempts are kept. */
  readonly logFolder: string
  entriesFor(notice: Notice): readonly Entry[]
}

export function openWatch(options: WatchOptions): Watch {
  const { destination, store, clock, entriesFor, tell } = options
  const told = { destination: destination.name, store, clock, entriesFor, tell }
  const pause = openPause({ ...told, lifted: () => at?.dispatcher.poke() }, options.pauses)
  const station: Station = { ...options, pause, roster: openRoster(() => at?.canceller.poke()) }
  const { roster } = station
  const follower = openFollower({ clock, asked: () => poller?.poke() })
  const reach = openReach({ ...told, spared: options.spared }, options.unreachable)
  const begin = () => ({
    poller: openPoller(station, follower, reach),
    dispatcher: openDispatcher(station),
    collector: openCollector(station, options.logFolder),
    canceller: openCanceller(station),
  })
  let at: ReturnType<typeof begin> | undefined
  let poller: ReturnType<typeof openPoller> | undefined

  async function look(): Promise<void> {
    await poller?.look()
    await at?.collector.settled()
  }

  return {
    station,
    follower,
    reach,
    take(before, now) {
      if (before && before.tag !== now?.tag) roster.remove(before.tag)
      if (now) roster.set(now)
      at?.dispatcher.poke()
      if (now?.kind === 'fetching') at?.collector.poke()
      if (now && now.cancel !== 'no') at?.canceller.poke()
      poller?.touch()
    },
    begin() {
      at = begin()
      poller = at.poller
    },
    wake: () => poller?.wake(),
    answeredAt: () => poller?.answeredAt(),
    look,
    check: async () => (reach.lapse === undefined ? look() : undefined),
    clean: () => cleanUp(station),
    async close() {
      if (at) await Promise.all(Object.values(at).map((worker) => worker.close()))
    },
  }
}
