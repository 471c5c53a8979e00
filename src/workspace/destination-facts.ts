import { settingsOf } from './open-destinations.ts'
import type { OpenOptions } from './open-options.ts'
import type { StateFolder } from './state-folder.ts'
import type { DestinationFacts } from './workspace.ts'

/** What people are shown of the destinations that are configured; nothing is opened for it. */
export function destinationFacts(
  { destinations = {} }: Pick<OpenOptions, 'destinations'>,
  state: StateFolder,
  answeredAt: (destination: string) => number | undefined = () => undefined,
): ReadonlyMap<string, DestinationFacts> {
  const facts = new Map<string, DestinationFacts>()
  for (const [name, { runner, limits = {} }] of settingsOf(destinations, state)) {
    const at = answeredAt(name)
    facts.set(name, {
      runner: runner.kind,
      limits,
      ...(at !== undefined && { answeredAt: at }),
    })
  }
  return facts
}
