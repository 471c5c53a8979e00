import { AbeyanceError } from '../core/error.ts'
import { isOptional, type Ports } from '../pipeline/ports.ts'
import type { Value } from '../pipeline/value.ts'
import { plainForm } from '../signatures/plain-form.ts'
import type { Values } from './module-type.ts'

/**
 * Values as the schemas of their ports make them, defaults filled in; all faults at once, each with port, path and what was expected
 * (rule P2). What an output is called that is not declared is a fault too, so that a misspelt name is not silently lost.
 */
export async function checkPorts(which: 'input' | 'output', ports: Ports, values: Values): Promise<Values> {
  const checked: Record<string, Value> = {}
  const faults = Object.keys(values)
    .filter((port) => !Object.hasOwn(ports, port))
    .map((port) => `${which} ${port}: is not declared; declared are ${Object.keys(ports).join(', ')}`)
  for (const [port, schema] of Object.entries(ports)) {
    const result = await schema['~standard'].validate(
      values[port] ?? (values[port] === null && !isOptional(schema) ? null : undefined),
    )
    if (result.issues)
      for (const { path = [], message } of result.issues)
        faults.push(`${which} ${[port, ...path.map(keyOf)].join('.')}: ${message}`)
    else if (result.value !== undefined) checked[port] = asValue(result.value, `${which} ${port}`)
  }
  if (faults.length > 0) throw new AbeyanceError('invalid-value', faults.join('; '))
  return checked
}

function keyOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment)
}

/** What a schema made of a value crosses the port as JSON, or not at all. */
function asValue(value: unknown, where: string): Value {
  plainForm(value, where)
  return value as Value
}
