import type { Wire } from './graph.ts'

/** Several wires in order; where all are known values it is one value, so that a list signs alike however it was written. */
export function wireOfList(wires: readonly Wire[]): Wire {
  const values = wires.flatMap((wire) => (wire.kind === 'value' ? [wire.value] : []))
  return values.length === wires.length ? { kind: 'value', value: values } : { kind: 'list', wires }
}
