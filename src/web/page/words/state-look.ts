import type { JobStateName, OutcomeKind, RunRow } from '../../contract.ts'
import type { MarkName } from './mark-path.ts'

/** How a state is shown: its colour and its mark differ both, so that nobody has to tell colours apart. */
export interface StateLook {
  readonly label: string
  readonly shade: Shade
  readonly mark: MarkName
}

export type Shade = 'calm' | 'wait' | 'busy' | 'good' | 'bad' | 'odd' | 'off'

export const jobLooks: Readonly<Record<JobStateName, StateLook>> = {
  submitting: { label: 'submitting', shade: 'calm', mark: 'up' },
  'submit-unknown': { label: 'submit unknown', shade: 'odd', mark: 'question' },
  queued: { label: 'queued', shade: 'wait', mark: 'clock' },
  held: { label: 'held', shade: 'wait', mark: 'pause' },
  running: { label: 'running', shade: 'busy', mark: 'play' },
  fetching: { label: 'fetching', shade: 'busy', mark: 'down' },
  succeeded: { label: 'succeeded', shade: 'good', mark: 'check' },
  failed: { label: 'failed', shade: 'bad', mark: 'cross' },
  cancelled: { label: 'cancelled', shade: 'off', mark: 'slash' },
  lost: { label: 'lost', shade: 'odd', mark: 'question' },
}

export const outcomeLooks: Readonly<Record<OutcomeKind, StateLook>> = {
  done: { label: 'done', shade: 'good', mark: 'check' },
  suspended: { label: 'suspended', shade: 'busy', mark: 'clock' },
  waiting: { label: 'waiting', shade: 'calm', mark: 'dots' },
  failed: { label: 'failed', shade: 'bad', mark: 'cross' },
  skipped: { label: 'skipped', shade: 'off', mark: 'skip' },
  unneeded: { label: 'unneeded', shade: 'off', mark: 'dash' },
  cancelled: { label: 'cancelled', shade: 'off', mark: 'slash' },
}

export const runLooks: Readonly<Record<RunRow['state'], StateLook>> = {
  open: { label: 'open', shade: 'busy', mark: 'play' },
  done: { label: 'done', shade: 'good', mark: 'check' },
  failed: { label: 'failed', shade: 'bad', mark: 'cross' },
  cancelled: { label: 'cancelled', shade: 'off', mark: 'slash' },
}

export const jobStateOrder: readonly JobStateName[] = [
  'running',
  'fetching',
  'queued',
  'held',
  'submitting',
  'submit-unknown',
  'failed',
  'lost',
  'cancelled',
  'succeeded',
]

/** A job of which something may still be heard. */
export function isOpen(state: JobStateName): boolean {
  return !['succeeded', 'failed', 'cancelled', 'lost'].includes(state)
}
