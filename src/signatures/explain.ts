import { isDeepStrictEqual } from 'node:util'
import type { Components, GraphComponents, InputComponent } from './components.ts'
import type { SourcePrint } from './sign-module.ts'
import { additionsKey } from './sign-one.ts'
import { isUnknown } from './unknown-until.ts'

/** The first difference: the module farthest upstream, and there the first component. `part` is a parameter's key or a port. */
export interface Difference {
  readonly module: string
  readonly component: 'module' | 'type' | 'version' | 'replicate' | 'parameter' | 'input'
  readonly part?: string
  /** Such as: digest[1]: input `genome` changed: lambda.fa has other content. */
  readonly sentence: string
}

/** Why a module is signed otherwise than before (rule S8); `undefined` where it is not. */
export function explainDifference(
  before: GraphComponents,
  after: GraphComponents,
  path: string,
): Difference | undefined {
  const seen = new Set<string>()
  for (let module = path; ;) {
    const [was, is] = [before[module], after[module]]
    if (was === undefined && is === undefined) return undefined
    if (was === undefined) return difference(module, 'module', undefined, 'was not there before')
    if (is === undefined) return difference(module, 'module', undefined, 'is not there any more')
    if (isDeepStrictEqual(was.signature, is.signature)) return undefined
    seen.add(module)
    const above = upstreamDifference(was, is, before, after)
    if (above === undefined || seen.has(above)) return ownDifference(module, was, is)
    module = above
  }
}

/** A module that feeds this one in both, and is signed otherwise: the reason lies there or farther up. */
function upstreamDifference(
  was: Components,
  is: Components,
  before: GraphComponents,
  after: GraphComponents,
): string | undefined {
  for (const [port, input] of Object.entries(is.inputs)) {
    const old = was.inputs[port]
    if (old === undefined || isDeepStrictEqual(old.print, input.print)) continue
    const above = input.from.find(
      (path) =>
        old.from.includes(path) && !isDeepStrictEqual(before[path]?.signature, after[path]?.signature),
    )
    if (above !== undefined) return above
  }
  return undefined
}

function ownDifference(module: string, was: Components, is: Components): Difference {
  if (was.type !== is.type)
    return difference(module, 'type', undefined, `is of type ${is.type} now, before of ${was.type}`)
  if (was.version !== is.version)
    return difference(
      module,
      'version',
      undefined,
      `its type ${is.type} is of version ${is.version} now, before of ${was.version}`,
    )
  const parameter = firstDifferent(was.parameters, is.parameters)
  if (parameter === 'outputs' && is.type === 'map')
    return difference(module, 'parameter', parameter, 'what it runs for each element changed')
  if (parameter === additionsKey)
    return difference(
      module,
      'parameter',
      parameter,
      'what its destination adds, which it has signed, changed',
    )
  if (parameter !== undefined)
    return difference(
      module,
      'parameter',
      parameter,
      `parameter \`${parameter}\` ${changeOf(was.parameters[parameter], is.parameters[parameter])}`,
    )
  const input = firstDifferent(was.inputs, is.inputs)
  if (input !== undefined)
    return difference(
      module,
      'input',
      input,
      `input \`${input}\` ${inputChange(was.inputs[input], is.inputs[input])}`,
    )
  return difference(
    module,
    'replicate',
    undefined,
    `is replicate ${String(is.replicate ?? 'none')} now, before ${String(was.replicate ?? 'none')}`,
  )
}

function difference(
  module: string,
  component: Difference['component'],
  part: string | undefined,
  what: string,
): Difference {
  return { module, component, ...(part !== undefined && { part }), sentence: `${module}: ${what}` }
}

/** Keys in the order in which the later version has them. What is only shown of an input is not compared. */
function firstDifferent(
  was: Readonly<Record<string, unknown>>,
  is: Readonly<Record<string, unknown>>,
): string | undefined {
  const keys = [...Object.keys(is), ...Object.keys(was)]
  return keys.find((key) => !isDeepStrictEqual(signedPart(was[key]), signedPart(is[key])))
}

function signedPart(component: unknown): unknown {
  return typeof component === 'object' && component !== null && 'print' in component
    ? component.print
    : component
}

function changeOf(was: unknown, is: unknown): string {
  if (was === undefined) return 'is new'
  return is === undefined ? 'is not given any more' : 'changed'
}

function inputChange(was: InputComponent | undefined, is: InputComponent | undefined): string {
  if (was === undefined || is === undefined) return changeOf(was, is)
  if (isUnknown(is.print)) return `is not known until ${is.print.unknownUntil} has spoken`
  if (isUnknown(was.print)) return `was not known before ${was.print.unknownUntil} had spoken`
  if (isReordered(was.print, is.print)) return 'changed: the same sources come in another order'
  if (!isDeepStrictEqual(was.from, is.from))
    return `changed: it comes from ${sourceText(is)} now, before from ${sourceText(was)}`
  if (was.given !== undefined && is.given !== undefined) {
    if (was.given.text !== is.given.text)
      return `changed: it is ${is.given.text} now, before ${was.given.text}`
    return is.given.kind === 'files'
      ? `changed: ${is.given.text} has other content`
      : 'changed: it has another value'
  }
  if (is.from.length > 0) return `changed: ${is.from.join(', ')} gave another value`
  return 'changed'
}

function isReordered(was: SourcePrint, is: SourcePrint): boolean {
  if (!('list' in was && 'list' in is) || was.list.length !== is.list.length) return false
  const sorted = (prints: readonly SourcePrint[]) => prints.map((print) => JSON.stringify(print)).toSorted()
  return isDeepStrictEqual(sorted(was.list), sorted(is.list))
}

function sourceText({ from, given }: InputComponent): string {
  return [...from, ...(given === undefined ? [] : [given.text])].join(', ')
}
