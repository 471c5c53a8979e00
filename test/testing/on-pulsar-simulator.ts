import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  openPulsarSimulator,
  type PulsarSimulator,
  type PulsarSimulatorOptions,
} from '../../src/testing/pulsar-simulator/open-pulsar-simulator.ts'
import { openPulsarSubject, type PulsarSubject } from './pulsar-subject.ts'

export interface SimulatedSubject extends PulsarSubject {
  readonly simulator: PulsarSimulator
  /** Where the server keeps its jobs. */
  readonly staging: string
}

export const token = 's3cret/of+the server'

/** A runner over a simulated server, whose managers are `_default_` and, with ids of its own, `uuids`. */
export async function onPulsarSimulator(
  manager = '_default_',
  options: Omit<PulsarSimulatorOptions, 'folder'> = {},
): Promise<SimulatedSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'pulsar-simulator-'))
  const managers = { _default_: {}, uuids: { assignIds: 'uuid' } } as const
  const simulator = await openPulsarSimulator({ folder, token, managers, ...options })
  const subject = await openPulsarSubject({ url: simulator.url, token, manager })
  return {
    ...subject,
    simulator,
    staging: join(folder, 'staging'),
    async close() {
      await subject.close()
      await simulator.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}
