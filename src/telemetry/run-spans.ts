import type { Outcome } from '../records/outcome.ts'
import type { RunRecord } from '../records/run-record.ts'
import { moduleName } from './job-spans.ts'
import type { SpanFacts } from './span-facts.ts'

/** The span of a run that has ended, or nothing of one that has not. */
export function runSpan(run: RunRecord, outcomes: Iterable<Outcome>): SpanFacts | undefined {
  const { id, name, state, startedAt, endedAt } = run
  if (endedAt === undefined) return undefined
  const counts = new Map<string, number>()
  for (const outcome of outcomes) {
    const kind = outcome.kind === 'done' ? outcome.by : outcome.kind
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return {
    name: `run ${name}`,
    start: startedAt,
    end: endedAt,
    error: state === 'done' ? undefined : state,
    attributes: {
      'abeyance.run.id': id,
      'abeyance.run.name': name,
      'abeyance.run.state': state,
      ...Object.fromEntries([...counts].map(([kind, count]) => [`abeyance.run.modules.${kind}`, count])),
    },
  }
}

export interface EndedModule {
  readonly path: string
  readonly outcome: Outcome
  readonly start: number
  readonly end: number
}

/** The span of a module that did something; what was reused, skipped or not needed is counted with its run. */
export function moduleSpan({ path, outcome, start, end }: EndedModule): SpanFacts | undefined {
  const isDone = outcome.kind === 'done' && outcome.by !== 'reused'
  if (!isDone && outcome.kind !== 'failed') return undefined
  return {
    name: `module ${moduleName(path)}`,
    start: Math.min(start, end),
    end,
    error: outcome.kind === 'failed' ? outcome.error.code : undefined,
    attributes: {
      'abeyance.module': path,
      'abeyance.module.outcome': outcome.kind === 'done' ? outcome.by : outcome.kind,
      'abeyance.signature': outcome.kind === 'done' ? outcome.signature : undefined,
    },
  }
}
