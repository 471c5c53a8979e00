import { systemClock } from '../core/clock.ts'
import { budgetOf } from './budget-of.ts'
import type { BudgetOf } from './budget-report.ts'
import { settingsOf } from './open-destinations.ts'
import type { Destination, OpenOptions } from './open-options.ts'
import type { StateFolder } from './state-folder.ts'

/** What of the budget of each destination's host is spent, by destination: read from the books, no host is asked. Of one whose book cannot be read, nothing is said. */
export async function hostBudgets(
  { destinations = {}, hosts, clock = systemClock }: Pick<OpenOptions, 'destinations' | 'hosts' | 'clock'>,
  state: StateFolder,
): Promise<ReadonlyMap<string, BudgetOf>> {
  const books = hosts ?? (async () => state.hosts)
  const counted = [...settingsOf(destinations, state)].filter(([, settings]) => isCounted(settings))
  const read = counted.map(async ([name, settings]): Promise<readonly [string, BudgetOf][]> => {
    try {
      return [[name, await budgetOf(settings, books, clock.now())]]
    } catch {
      return []
    }
  })
  return new Map((await Promise.all(read)).flat())
}

/** Plain processes of this machine cost nobody anything. */
function isCounted({ runner, transport }: Destination): boolean {
  return runner.kind !== 'local' || transport.stream !== undefined
}
