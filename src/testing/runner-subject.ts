import type { Runner } from '../runners/runner.ts'
import type { Subject } from './harness.ts'

export interface RunnerSubject extends Subject {
  readonly runner: Runner
  /** Another runner over the same machine and work folder, as after a restart. */
  readonly again: () => Promise<Runner>
  /** An empty folder that jobs can read and write: absolute, and seen from here under the same path. */
  readonly shared: string
  /** Cuts the way to the machine for all runners of this subject, or gives it back. Jobs go on. */
  readonly reachable: (yes: boolean) => void
}

/** A subject with how long to wait for what must happen, in milliseconds. */
export type PatientRunner = RunnerSubject & { readonly patience: number }
