import type { ErrorCode } from '../../core/error.ts'

/** When a host may be asked for a connection again. Times are those of the handed-in clock, in milliseconds. */
export interface Pace {
  /** Milliseconds from `now` until the next attempt; 0 for at once. */
  wait(now: number): number
  /** An attempt that began at `began` came to nothing. */
  failed(code: ErrorCode, began: number, now: number): void
  connected(now: number): void
  /** A connection that stood broke. */
  broke(now: number): void
}

/**
 * Pauses grow with each failure, by as much as the fault allows: a host that gives no sign of life is asked at most six
 * times in any ten minutes, one that refuses us is left alone for long, one whose sshd restarts is back in a moment.
 * Up to half of a pause is taken off by chance, so that not all who lost a host come back in the same moment.
 */
export function openPace(random: () => number = Math.random): Pace {
  let failures = 0
  let briefLives = 0
  let connectedAt = 0
  let notBefore = 0
  let silent: readonly number[] = []

  const pause = (times: number, { first, factor, last }: Manner) =>
    Math.min(first * factor ** Math.min(times - 1, 40), last) * (1 - random() / 2)

  return {
    wait(now) {
      // A clock that was set back would make a short pause a long one.
      return notBefore - now > longest ? 0 : Math.max(notBefore - now, 0)
    },
    failed(code, began, now) {
      failures += 1
      const manner = manners[code] ?? quick
      notBefore = now + pause(failures, manner)
      if (manner !== patient) return
      silent = [...silent, began].slice(-attemptsInWindow)
      const [sixth] = silent
      if (silent.length === attemptsInWindow && sixth !== undefined)
        notBefore = Math.max(notBefore, sixth + window)
    },
    connected(now) {
      failures = 0
      silent = []
      connectedAt = now
    },
    broke(now) {
      briefLives = now - connectedAt >= longLife ? 0 : briefLives + 1
      notBefore = briefLives === 0 ? 0 : now + pause(briefLives, brief)
    },
  }
}

interface Manner {
  readonly first: number
  readonly factor: number
  readonly last: number
}

const second = 1000
const minute = 60 * second
const quick: Manner = { first: second, factor: 2, last: 30 * second }
const brief: Manner = { first: second, factor: 2, last: 5 * second }
const patient: Manner = { first: 5 * second, factor: 3, last: 150 * second }
const mended: Manner = { first: 10 * second, factor: 2, last: 5 * minute }
const turnedAway: Manner = { first: minute, factor: 3, last: 30 * minute }

const manners: Readonly<Partial<Record<ErrorCode, Manner>>> = {
  unreachable: patient,
  'request-timeout': patient,
  'host-key-unknown': mended,
  'host-key-changed': mended,
  'host-key-revoked': mended,
  'authentication-failed': turnedAway,
  unsupported: turnedAway,
}

const attemptsInWindow = 6
const window = 10 * minute
const longest = 30 * minute
const longLife = minute
