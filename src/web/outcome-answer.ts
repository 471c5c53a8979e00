import type { Outcome } from '../records/outcome.ts'
import type { OutcomeAnswer } from './contract.ts'

/** An outcome as it is sent: without what only the engine needs of it. */
export function outcomeAnswer(outcome: Outcome): OutcomeAnswer {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'done', by: outcome.by }
    case 'suspended':
      return { kind: 'suspended', on: { ...outcome.on } }
    case 'waiting':
      return { kind: 'waiting', for: outcome.for }
    case 'failed':
      return { kind: 'failed', error: outcome.error }
    case 'skipped':
      return { kind: 'skipped', because: outcome.because, of: outcome.of }
    case 'unneeded':
    case 'cancelled':
      return { kind: outcome.kind }
  }
}
