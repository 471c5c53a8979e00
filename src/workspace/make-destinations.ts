import { didYouMean } from '../pipeline/nearest.ts'
import type { RunnerKind } from '../runners/runner.ts'
import { local as localTransport } from '../transports/local.ts'
import type { NamedDestination } from './configuration-destination.ts'
import { runnerKinds, type ConfiguredRunner } from './configured-runner.ts'
import { fromFolder } from './look-up-secret.ts'
import type { Destination } from './open-options.ts'
import { reachHost, type ReachContext } from './reach-host.ts'
import { stateFolder } from './state-folder.ts'

export interface Making extends ReachContext {
  /** Runners of modules under `use:`, by kind. */
  readonly runners: ReadonlyMap<string, RunnerKind>
  /** Whether those are all that there are: without code, one may be among what was not loaded. */
  readonly complete: boolean
}

/** The destinations that abeyance.yaml names, ready to be opened; nothing is connected to yet. */
export async function makeDestinations(
  named: Readonly<Record<string, NamedDestination>>,
  making: Making,
): Promise<Readonly<Record<string, Destination>>> {
  const made: [string, Destination][] = []
  for (const [name, one] of Object.entries(named)) {
    const { runner: configured, ...others } = one
    const runner = await kindOf(name, configured, making)
    if (runner) made.push([name, await makeDestination(name, others, runner, making)])
  }
  return Object.fromEntries(made)
}

async function kindOf(
  name: string,
  runner: ConfiguredRunner,
  { runners, complete, report }: Making,
): Promise<RunnerKind | undefined> {
  const found = (await runner.make?.()) ?? runners.get(runner.kind)
  const known = [...runnerKinds, ...runners.keys()]
  if (found === undefined && complete && !known.includes(runner.kind))
    report({
      code: 'unknown-type',
      message: `there is no runner \`${runner.kind}\`${didYouMean(runner.kind, known)}`,
      path: ['destinations', name, 'runner'],
    })
  return found
}

async function makeDestination(
  name: string,
  { reached, workFolder, ...settings }: Omit<NamedDestination, 'runner'>,
  runner: RunnerKind,
  making: Making,
): Promise<Destination> {
  if (reached)
    return {
      ...settings,
      runner,
      transport: await reachHost(reached, ['destinations', name], making),
      workFolder: workFolder ?? '~/abeyance',
    }
  const { folder } = making
  const work = workFolder === undefined ? stateFolder(folder).work : fromFolder(folder, workFolder)
  return { ...settings, runner, transport: localTransport(), workFolder: work }
}
