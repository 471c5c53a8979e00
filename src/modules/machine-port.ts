import { AbeyanceError } from '../core/error.ts'
import type { FlatModule } from '../pipeline/graph.ts'
import type { InputPort } from '../pipeline/module-kind.ts'
import type { Settings } from '../pipeline/settings.ts'
import type { Values } from './module-type.ts'

/** What is done to one machine is not done to another: the name of the destination is an input of such types, and so signed. */
export const machinePort: InputPort = { type: 'string' }

/** The settings of a job that goes to the machine of its input; a setting that names another is `invalid-value`. */
export function atMachine(type: string, inputs: Values, settings: Settings): Settings {
  const machine = textAt(type, 'machine', inputs)
  const { destination = machine } = settings
  if (destination === machine) return { ...settings, destination }
  throw new AbeyanceError(
    'invalid-value',
    `${type}: its machine is \`${machine}\`, and its \`destination\` \`${destination}\`: leave \`destination\` out`,
  )
}

/** The same before anything has run, where the machine is known by then. */
export function machineOf({
  type,
  inputs,
}: Pick<FlatModule, 'type' | 'inputs'>): Pick<Settings, 'destination'> {
  const { machine } = inputs
  if (!typesWithMachine.has(type) || machine?.kind !== 'value' || typeof machine.value !== 'string') return {}
  return { destination: machine.value }
}

const typesWithMachine: ReadonlySet<string> = new Set(['copy-from', 'copy-to', 'existing-job'])

export function textAt(type: string, port: string, inputs: Values): string {
  const text = inputs[port]
  if (typeof text === 'string' && text !== '') return text
  throw new AbeyanceError(
    'invalid-value',
    `${type}: \`${port}\` must be a text; got ${JSON.stringify(text ?? null)}`,
  )
}
