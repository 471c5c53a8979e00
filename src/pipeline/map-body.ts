import { AbeyanceError } from '../core/error.ts'
import type { FlatMap } from './graph.ts'
import type { ModuleCatalog, PortTable } from './module-kind.ts'
import type { MapShape, Module, Pipeline } from './pipeline.ts'

/** A map as the graph keeps it: its body is the group, or a pipeline of the one module. */
export function wrapMapped(module: Module, map: MapShape, catalog: ModuleCatalog): FlatMap {
  return {
    over: map.over,
    as: map.as,
    onElementFailure: map.onElementFailure,
    replicate: map.replicate === true,
    body: module.group ?? bodyOfOne(module, catalog),
    single: module.group === undefined,
  }
}

function bodyOfOne(module: Module, catalog: ModuleCatalog): Pipeline {
  const { map: _, when: __, replicate: ___, ...plain } = module
  const kind = catalog.get(module.type)
  if (kind === undefined)
    throw new AbeyanceError(
      'unknown-module-type',
      `module \`${module.id}\` is of the type \`${module.type}\`, which nobody handed in`,
    )
  const ports = kind.ports(module.parameters)
  const names = Object.keys(module.inputs)
  return {
    abeyance: 1,
    name: module.id,
    inputs: Object.fromEntries(names.map((name) => [name, { type: inputType(ports, name) }])),
    modules: [
      {
        ...plain,
        inputs: Object.fromEntries(names.map((name) => [name, { kind: 'input', input: name }])),
      },
    ],
    outputs: Object.fromEntries(
      Object.keys(ports.outputs).map((port) => [port, { kind: 'output', module: module.id, port }]),
    ),
  }
}

function inputType(ports: PortTable, name: string) {
  return ports.inputs === 'any' ? 'json' : (ports.inputs[name]?.type ?? 'json')
}
