import { messageOf } from '../core/error.ts'
import { checkCommand } from './check-command.ts'
import { isCommand } from './command-keys.ts'
import { checkSource, typeOfSource, type Level } from './check-source.ts'
import type { ModuleKind, PortTable } from './module-kind.ts'
import { faultOfPortName } from './names.ts'
import { didYouMean } from './nearest.ts'
import type { Module, OutputReference, Pipeline } from './pipeline.ts'
import type { PortType } from './port-type.ts'
import type { DocumentPath } from './problem.ts'

export type KindOf = (module: Module) => ModuleKind | undefined

/** The ports of a module: a group's are those of its pipeline. Undefined when nobody can say. */
export function portsOf(module: Module, kindOf: KindOf): PortTable | undefined {
  const { group } = module
  if (group === undefined) return portsOfKind(module, kindOf(module))
  return {
    inputs: Object.fromEntries(
      Object.entries(group.inputs).map(([name, input]) => [
        name,
        { type: input.type, optional: input.optional === true || input.default !== undefined },
      ]),
    ),
    outputs: Object.fromEntries(
      Object.entries(group.outputs).map(([port, output]) => [port, typeWithin(group, output, kindOf)]),
    ),
  }
}

/** Reports what is wrong with one module: its type, what its ports are given, its map, its condition, its command. */
export function checkModule(
  module: Module,
  kind: ModuleKind | undefined,
  types: readonly string[],
  level: Level,
): void {
  const path = [...level.path, 'modules', module.id]
  const ports = level.modules.get(module.id)?.ports
  if (module.group === undefined) checkType(module, kind, types, path, level)
  checkInputs(module, ports, path, level)
  checkMap(module, ports, path, level)
  if (module.when !== undefined) checkSource(module.when, 'boolean', [...path, 'when'], level)
  if (isCommand(module.type))
    checkCommand(
      module,
      { names: Object.keys(module.inputs), lists: listsOf(module, level) },
      path,
      level.report,
    )
}

function typeWithin(group: Pipeline, output: OutputReference, kindOf: KindOf): PortType {
  const from = group.modules.find(({ id }) => id === output.module)
  const type = from && portsOf(from, kindOf)?.outputs[output.port]
  if (type === undefined) return 'json'
  return from?.map === undefined ? type : [type]
}

// A type's own code may refuse parameters that make no sense; for commands all is said by `checkCommand`.
function portsOfKind(module: Module, kind: ModuleKind | undefined): PortTable | undefined {
  try {
    return kind?.ports(module.parameters)
  } catch {
    return undefined
  }
}

function checkType(
  module: Module,
  kind: ModuleKind | undefined,
  types: readonly string[],
  path: DocumentPath,
  level: Level,
): void {
  const { type, version } = module
  // Without a type, or without the group's pipeline: that has been said when it was read.
  if (type === '' || type === 'group') return
  if (kind === undefined)
    return level.report({
      code: 'unknown-type',
      message: `module \`${module.id}\` is of the type \`${type}\`, which nobody handed in${didYouMean(type, [...types, 'group'])}`,
      path: [...path, 'type'],
      hint: 'name the file that has it under `use:` in abeyance.yaml, or hand it in as `modules`',
    })
  if (version !== kind.version && kind.same?.includes(version) !== true)
    level.report({
      code: 'wrong-version',
      message: `module \`${module.id}\` asks for version ${version} of \`${type}\`, which is at version ${kind.version}`,
      path: [...path, 'version'],
      hint: 'leave `version` out to use the present one',
    })
  if (type === 'command') return
  try {
    kind.ports(module.parameters)
  } catch (error) {
    level.report({ code: 'wrong-shape', message: messageOf(error), path: [...path, 'parameters'] })
  }
}

function checkInputs(module: Module, ports: PortTable | undefined, path: DocumentPath, level: Level): void {
  const declared = ports?.inputs === 'any' ? undefined : ports?.inputs
  for (const [port, source] of Object.entries(module.inputs)) {
    const at = [...path, 'inputs', port]
    const known = declared !== undefined && Object.hasOwn(declared, port) ? declared[port] : undefined
    if (declared !== undefined && known === undefined)
      level.report({
        code: 'unknown-port',
        message: `module \`${module.id}\` has no port \`${port}\`${didYouMean(port, Object.keys(declared))}`,
        path: at,
      })
    const fault = faultOfPortName(port)
    if (fault !== undefined && known === undefined)
      level.report({ code: 'bad-name', message: `the port \`${port}\` ${fault}`, path: at })
    checkSource(source, takenBy(module, port, known?.type), at, level)
  }
  for (const [port, { optional }] of Object.entries(declared ?? {}))
    if (optional !== true && !Object.hasOwn(module.inputs, port))
      level.report({
        code: 'missing-input',
        message: `module \`${module.id}\` is given nothing at \`${port}\``,
        path: [...path, 'inputs', port],
        hint: `add \`${port}:\` under its \`inputs:\``,
      })
}

function takenBy(module: Module, port: string, type: PortType | undefined): PortType | undefined {
  return module.map?.over.includes(port) === true ? [type ?? 'json'] : type
}

function checkMap(module: Module, ports: PortTable | undefined, path: DocumentPath, level: Level): void {
  for (const port of module.map?.over ?? []) {
    if (Object.hasOwn(module.inputs, port)) continue
    const inputs =
      ports?.inputs === 'any' || ports === undefined ? Object.keys(module.inputs) : Object.keys(ports.inputs)
    // An input that is declared and not given has been reported as missing.
    if (ports?.inputs !== 'any' && inputs.includes(port)) continue
    level.report({
      code: 'unknown-reference',
      message: `module \`${module.id}\` is mapped over \`${port}\`, which is none of its inputs${didYouMean(port, inputs)}`,
      path: [...path, 'map'],
    })
  }
}

// What a port of a command holds when it runs: of a mapped one that is an element.
function listsOf(module: Module, level: Level): ReadonlySet<string> {
  return new Set(
    Object.entries(module.inputs).flatMap(([port, source]) => {
      const type = typeOfSource(source, level)
      const held = module.map?.over.includes(port) === true && typeof type === 'object' ? type[0] : type
      return typeof held === 'object' ? [port] : []
    }),
  )
}
