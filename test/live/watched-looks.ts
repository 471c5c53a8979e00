import type { RunnerKind } from '../../src/runners/runner.ts'

/** One look that a monitor took through a runner, in milliseconds of the process. */
export interface TakenLook {
  readonly begun: number
  readonly ended: number
  readonly answered: boolean
}

/** A runner whose looks are noted, in the order in which they ended. */
export function watchedLooks(kind: RunnerKind): {
  readonly kind: RunnerKind
  readonly looks: readonly TakenLook[]
} {
  const looks: TakenLook[] = []
  return {
    looks,
    kind: {
      ...kind,
      open(context) {
        const runner = kind.open(context)
        return {
          ...runner,
          async look(question, options) {
            const begun = performance.now()
            let answered = false
            try {
              const answer = await runner.look(question, options)
              answered = true
              return answer
            } finally {
              looks.push({ begun, ended: performance.now(), answered })
            }
          },
        }
      },
    },
  }
}
