import type { KillPoint, Task } from './kill-at.ts'
import type { ScriptOrders } from './engine-child.ts'
import { requestFaults } from './subject/orders.ts'

/** Before and after every effect of a rehearsal, each named by what it is and how often that came before. */
export function pointsOfEffects(task: Task, lines: readonly string[]): readonly KillPoint[] {
  return lines.map((line) => ({ task, kind: 'effect', effect: JSON.parse(line) }))
}

/** At the first three requests of each kind of a rehearsal, all that can become of them. */
export function pointsOfRequests(lines: readonly string[]): readonly KillPoint[] {
  return lines.flatMap((line) => {
    const request: { readonly kind: string; readonly occurrence: number } = JSON.parse(line)
    const inShell = !['read', 'write', 'fetch', 'list'].includes(request.kind)
    const faults = requestFaults.filter((fault) => inShell || fault !== 'shell-killed')
    return request.occurrence > 3
      ? []
      : faults.map((fault): KillPoint => ({ task: 'run', kind: 'request', request: { ...request, fault } }))
  })
}

export interface Counted {
  readonly task: Task
  readonly script: string
  /** A word of the job that is meant; any when empty. */
  readonly job: string
}

/** At every command of a rehearsal, for each victim. */
export function pointsOfCommands(
  { task, script, job }: Counted,
  commands: readonly string[],
  victims: readonly ScriptOrders['victim'][],
): readonly KillPoint[] {
  return victims.flatMap((victim) =>
    commands.map((_, index): KillPoint => ({
      task,
      kind: 'command',
      command: { script, job, victim, at: index + 1, key: '' },
    })),
  )
}

/** At the first of every different command of a rehearsal: for scripts that run again and again. */
export function pointsOfDifferentCommands(
  { task, script, job }: Counted,
  commands: readonly string[],
  victims: readonly ScriptOrders['victim'][],
): readonly KillPoint[] {
  return victims.flatMap((victim) =>
    [...new Set(commands)].map((key): KillPoint => ({
      task,
      kind: 'command',
      command: { script, job, victim, at: 0, key },
    })),
  )
}

/** `count` of them, evenly spread. */
export function sample<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all
  return Array.from(
    { length: count },
    (_, index) => all[Math.floor(((index + 0.5) * all.length) / count)],
  ).flatMap((one) => (one === undefined ? [] : [one]))
}
