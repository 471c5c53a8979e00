import { isDeepStrictEqual } from 'node:util'
import type { Wire } from '../pipeline/graph.ts'
import { digestValue } from './digest-value.ts'
import type { SourcePrint } from './sign-module.ts'
import { isUnknown, type Unknown } from './unknown-until.ts'

export type OutputWire = Extract<Wire, { kind: 'output' }>

/** How an output is signed now; `undefined` for one that nothing comes from, since its module was skipped. */
export type PrintOf = (wire: OutputWire) => SourcePrint | Unknown | undefined

/** Counts what was hashed, so that a test can hold the work to what an edit affects. */
export interface Tally {
  hashes: number
}

/** How the same place was wired and signed before. */
export interface Before {
  readonly wire: Wire
  readonly print: SourcePrint | Unknown
}

/** How a wire is signed; a value that was there before is not hashed again. `where` begins the path of one that is refused. */
export function printWire(
  wire: Wire,
  at: {
    readonly printOf: PrintOf
    readonly where: string
    readonly tally: Tally
    readonly before?: Before | undefined
  },
): SourcePrint | Unknown | undefined {
  switch (wire.kind) {
    case 'value':
      if (at.before && isDeepStrictEqual(at.before.wire, wire)) return at.before.print
      at.tally.hashes++
      return { value: digestValue(wire.value, at.where) }
    case 'output':
      return at.printOf(wire)
    case 'list': {
      const list: SourcePrint[] = []
      for (const [index, inner] of wire.wires.entries()) {
        const before = elementBefore(at.before, index)
        const print = printWire(inner, { ...at, where: `${at.where}[${index}]`, before })
        if (print === undefined) continue
        if (isUnknown(print)) return print
        list.push(print)
      }
      return { list }
    }
  }
}

/** Nothing where a source was skipped: places have shifted then. */
function elementBefore(before: Before | undefined, index: number): Before | undefined {
  if (before?.wire.kind !== 'list' || !('list' in before.print)) return undefined
  const wire = before.wire.wires[index]
  const print = before.print.list[index]
  const whole = before.wire.wires.length === before.print.list.length
  return whole && wire !== undefined && print !== undefined ? { wire, print } : undefined
}
