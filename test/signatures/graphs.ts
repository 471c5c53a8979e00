import { modulePath } from '../../src/core/ids.ts'
import type { FlatModule, Graph, Wire } from '../../src/pipeline/graph.ts'
import type { ModuleCatalog, ModuleKind } from '../../src/pipeline/module-kind.ts'
import type { Value } from '../../src/pipeline/value.ts'
import type { Knowledge } from '../../src/signatures/sign-graph.ts'

export function graphOf(...modules: readonly FlatModule[]): Graph {
  return { modules: new Map(modules.map((module) => [module.path, module])), outputs: {} }
}

export function flat(
  path: string,
  inputs: FlatModule['inputs'] = {},
  more: Partial<FlatModule> = {},
): FlatModule {
  return {
    path: modulePath(path),
    type: 'command',
    version: 1,
    parameters: { script: 'true' },
    inputs,
    settings: {},
    ...more,
  }
}

export const value = (of: Value): Wire => ({ kind: 'value', value: of })
export const list = (...wires: readonly Wire[]): Wire => ({ kind: 'list', wires })
export const output = (module: string, port = 'out'): Wire => ({
  kind: 'output',
  module: modulePath(module),
  port,
})

export function catalogOf(kinds: Readonly<Record<string, Partial<ModuleKind>>>): ModuleCatalog {
  const ports = () => ({ inputs: 'any' as const, outputs: { out: 'json' as const } })
  return new Map(Object.entries(kinds).map(([type, kind]) => [type, { type, version: 1, ports, ...kind }]))
}

export function knowing(
  catalog: ModuleCatalog = catalogOf({ command: {}, clock: { volatile: true } }),
  said: Readonly<Record<string, Readonly<Record<string, Value>>>> = {},
): Knowledge {
  return {
    catalog,
    resolve: (given) => {
      if (typeof given === 'object' && given !== null && ('file' in given || 'folder' in given))
        throw new Error('no file is named in these tests')
      return given as Value
    },
    valuesOf: (path) => said[path],
  }
}
