import type { Settings } from '../pipeline/settings.ts'
import type { DestinationDefaults } from '../runners/destination-defaults.ts'
import type { RunnerKind } from '../runners/runner.ts'

/** What the choice of a destination needs to know of each. */
export interface Routes {
  readonly destinations: ReadonlyMap<
    string,
    {
      readonly runner: RunnerKind
      readonly tags: readonly string[]
      readonly adds: DestinationDefaults
      /** It asks for job arrays, and its runner has none. */
      readonly goAlone?: boolean
    }
  >
  readonly default: string
  readonly byType: Readonly<Record<string, string>>
}

export interface Routed {
  readonly type: string
  readonly module: string
  readonly settings: Settings
  /** It names an image to run in. */
  readonly hasImage: boolean
}
