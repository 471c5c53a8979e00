/** All ranges of one look, however many follow: its answer is held in memory (rule L4). */
const most = 16 * 2 ** 20
const least = 16 * 1024

/** Milliseconds: a look that took longer keeps the news of jobs back, which ride in it. */
const [quick, slow] = [500, 2000]

/** How many bytes of logs a look may bring: half of what made the last one slow, or fail; twice as many after one that was quick. */
export interface LookRoom {
  readonly bytes: number
  /** A look begins; one that began before and did not end has failed. */
  begins(now: number): void
  /** It asks for so many bytes. */
  asks(bytes: number): void
  ends(now: number): void
}

export function openLookRoom(): LookRoom {
  let bytes = most
  let look: { readonly at: number; asked: number } | undefined
  const shrink = (asked: number) => {
    if (asked > 0) bytes = Math.max(least, Math.floor(asked / 2))
  }
  return {
    get bytes() {
      return bytes
    },
    begins(now) {
      if (look) shrink(look.asked)
      look = { at: now, asked: 0 }
    },
    asks(asked) {
      if (look) look.asked = asked
    },
    ends(now) {
      if (look === undefined) return
      const took = now - look.at
      if (took > slow) shrink(look.asked)
      else if (took < quick) bytes = Math.min(most, bytes * 2)
      look = undefined
    },
  }
}
