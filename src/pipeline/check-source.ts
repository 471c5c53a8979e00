import { faultOfGiven, fits, renderType } from './fits.ts'
import type { PortTable } from './module-kind.ts'
import { didYouMean } from './nearest.ts'
import type { Module, OutputReference, Pipeline, Source } from './pipeline.ts'
import type { PortType } from './port-type.ts'
import type { DocumentPath, Report } from './problem.ts'

/** A pipeline while it is checked, with what is known of its modules' ports. */
export interface Level {
  readonly pipeline: Pipeline
  readonly path: DocumentPath
  readonly report: Report
  readonly modules: ReadonlyMap<string, { readonly module: Module; readonly ports: PortTable | undefined }>
}

/** Reports a source that names what is not there, or gives what the port does not take; `undefined` takes anything. */
export function checkSource(
  source: Source,
  takes: PortType | undefined,
  path: DocumentPath,
  level: Level,
): void {
  switch (source.kind) {
    case 'given': {
      const fault = takes === undefined ? undefined : faultOfGiven(source.given, takes)
      if (fault !== undefined)
        level.report({ code: 'wrong-type', message: `\`${nameOf(path)}\` ${fault}`, path })
      return
    }
    case 'list':
      return checkList(source.sources, takes, path, level)
    case 'input':
      if (!Object.hasOwn(level.pipeline.inputs, source.input))
        return reportUnknownInput(source.input, path, level)
      return checkType(`$${source.input}`, typeOfSource(source, level), takes, path, level)
    case 'output':
      if (!isThere(source, path, level)) return
      return checkType(`$${source.module}.${source.port}`, typeOfSource(source, level), takes, path, level)
  }
}

/** What a source gives, as far as the graph tells. */
export function typeOfSource(source: Source, level: Level): PortType | undefined {
  switch (source.kind) {
    case 'given':
      return Array.isArray(source.given) ? ['json'] : undefined
    case 'list':
      return ['json']
    case 'input':
      return Object.hasOwn(level.pipeline.inputs, source.input)
        ? level.pipeline.inputs[source.input]?.type
        : undefined
    case 'output': {
      const from = level.modules.get(source.module)
      const type = from?.ports?.outputs[source.port]
      return type !== undefined && from?.module.map !== undefined ? [type] : type
    }
  }
}

function checkList(
  sources: readonly Source[],
  takes: PortType | undefined,
  path: DocumentPath,
  level: Level,
): void {
  if (typeof takes === 'string' && takes !== 'json')
    return level.report({
      code: 'wrong-type',
      message: `\`${nameOf(path)}\` takes one ${takes}, not several`,
      path,
    })
  const each = typeof takes === 'string' ? takes : takes?.[0]
  sources.forEach((source, index) => checkSource(source, each, [...path, index], level))
}

function checkType(
  reference: string,
  gives: PortType | undefined,
  takes: PortType | undefined,
  path: DocumentPath,
  level: Level,
): void {
  if (gives === undefined || takes === undefined || fits(gives, takes)) return
  const several = typeof takes !== 'string' && fits(gives, takes[0])
  const single = typeof gives !== 'string' && fits(gives[0], takes)
  level.report({
    code: 'wrong-type',
    message: `\`${reference}\` gives ${renderType(gives)}, and \`${nameOf(path)}\` takes ${renderType(takes)}`,
    path,
    ...(several && { hint: `write \`[${reference}]\` for a list of one` }),
    ...(single && { hint: `\`map: ${nameOf(path)}\` runs the module once for each element` }),
  })
}

function reportUnknownInput(name: string, path: DocumentPath, level: Level): void {
  const inputs = Object.keys(level.pipeline.inputs)
  // A module named without its port is the likely slip.
  const ports = Object.keys(level.modules.get(name)?.ports?.outputs ?? {})
  const hint =
    ports.length > 0
      ? `\`${name}\` is a module: name one of its outputs, \`$${name}.${ports[0]}\``
      : 'add it under the `inputs:` of the pipeline'
  const message = `there is no input \`${name}\`${didYouMean(name, inputs)}`
  level.report({ code: 'unknown-reference', message, path, hint })
}

function isThere(source: OutputReference, path: DocumentPath, level: Level): boolean {
  const from = level.modules.get(source.module)
  if (from === undefined) {
    const message = `there is no module \`${source.module}\`${didYouMean(source.module, level.modules.keys())}`
    level.report({ code: 'unknown-reference', message, path })
    return false
  }
  if (from.ports === undefined || Object.hasOwn(from.ports.outputs, source.port)) return true
  const outputs = Object.keys(from.ports.outputs)
  const near = didYouMean(source.port, outputs)
  const hint =
    outputs.length === 0 ? 'it has no outputs' : `it has ${outputs.map((port) => `\`${port}\``).join(', ')}`
  const message = `module \`${source.module}\` has no output \`${source.port}\`${near}`
  level.report({ code: 'unknown-reference', message, path, hint })
  return false
}

// A place in a list is called by the list.
function nameOf(path: DocumentPath): string {
  return String(path.findLast((key) => typeof key === 'string') ?? '')
}
