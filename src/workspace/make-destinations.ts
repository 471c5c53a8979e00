import { isAbeyanceError } from '../core/error.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import type { RunnerKind } from '../runners/runner.ts'
import { local as localTransport } from '../transports/local.ts'
import type { NamedDestination } from './configuration-destination.ts'
import { runnerKinds, type ConfiguredRunner, type MadeRunner } from './configured-runner.ts'
import { fromFolder, lookUpSecret } from './look-up-secret.ts'
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
  configured: ConfiguredRunner,
  making: Making,
): Promise<MadeRunner | undefined> {
  const { runners, complete, report } = making
  if (configured.make) return makeRunner(name, configured.make, making)
  const runner = runners.get(configured.kind)
  const known = [...runnerKinds, ...runners.keys()]
  if (runner === undefined && complete && !known.includes(configured.kind))
    report({
      code: 'unknown-type',
      message: `there is no runner \`${configured.kind}\`${didYouMean(configured.kind, known)}`,
      path: ['destinations', name, 'runner'],
    })
  return runner && { runner }
}

/** What only the runner knows to be wrong is told at its options. */
async function makeRunner(
  name: string,
  make: NonNullable<ConfiguredRunner['make']>,
  making: Making,
): Promise<MadeRunner | undefined> {
  const path = ['destinations', name, 'options']
  try {
    return await make((reference, option) => lookUpSecret(reference, [...path, option], making))
  } catch (error) {
    if (!isAbeyanceError(error, 'invalid-configuration')) throw error
    making.report({ code: 'wrong-shape', message: error.message, path })
    return undefined
  }
}

async function makeDestination(
  name: string,
  { reached, workFolder, ...settings }: Omit<NamedDestination, 'runner'>,
  { runner, transport, workFolder: ownFolder }: MadeRunner,
  making: Making,
): Promise<Destination> {
  if (transport) return { ...settings, runner, transport, workFolder: ownFolder ?? '/' }
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
