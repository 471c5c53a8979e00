/** Bytes that may come now: time fills it, what came empties it, and it holds one second's worth at the most. */
export interface ByteBudget {
  readonly perSecond: number
  /** What it held at a time, in milliseconds since 1970. */
  readonly held: number
  readonly at: number
}

export function fullBudget(perSecond: number, now: number): ByteBudget {
  return { perSecond, held: perSecond, at: now }
}

export function bytesIn({ perSecond, held, at }: ByteBudget, now: number): number {
  if (now < at) return perSecond // the clock was set back, which stops nothing (rule M5)
  return Math.min(perSecond, held + ((now - at) * perSecond) / 1000)
}

/** More may have come than it held: then it takes longer to fill. */
export function spend(budget: ByteBudget, bytes: number, now: number): ByteBudget {
  return { ...budget, held: bytesIn(budget, now) - bytes, at: now }
}

/** Milliseconds until it holds so many bytes, which are no more than it can hold. */
export function waitFor(budget: ByteBudget, bytes: number, now: number): number {
  return Math.max(0, Math.ceil(((bytes - bytesIn(budget, now)) * 1000) / budget.perSecond))
}
