import type { KillPoint } from './kill-at.ts'
import type { ScriptOrders } from './engine-child.ts'

/** Before and after every effect of a rehearsal, each named by what it is and how often that came before. */
export function pointsOfEffects(lines: readonly string[]): readonly KillPoint[] {
  return lines.map((line) => ({ kind: 'effect', effect: JSON.parse(line) }))
}

/** At every command of a rehearsal, for each victim. */
export function pointsOfCommands(
  script: string,
  job: string,
  commands: readonly string[],
  victims: readonly ScriptOrders['victim'][],
): readonly KillPoint[] {
  return victims.flatMap((victim) =>
    commands.map((_, index): KillPoint => ({
      kind: 'command',
      command: { script, job, victim, at: index + 1, key: '' },
    })),
  )
}

/** At the first of every different command of a rehearsal: for scripts that run again and again. */
export function pointsOfDifferentCommands(
  script: string,
  job: string,
  commands: readonly string[],
  victims: readonly ScriptOrders['victim'][],
): readonly KillPoint[] {
  const different = [...new Set(commands)]
  return victims.flatMap((victim) =>
    different.map((key): KillPoint => ({ kind: 'command', command: { script, job, victim, at: 0, key } })),
  )
}

/** `count` of them, evenly spread. */
export function sample<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all
  return Array.from({ length: count }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / count)]).flatMap(
    (one) => (one === undefined ? [] : [one]),
  )
}
