import type { JsonObject } from '../core/json.ts'
import type { ModuleShape } from '../pipeline/connection.ts'
import type { PortTable } from '../pipeline/module-kind.ts'
import { shapeOf } from '../pipeline/pipeline-builder.ts'
import { isOptional, portTypeOf, type Ports, type PortsGiven, type PortsTaken } from '../pipeline/ports.ts'
import type { Settings } from '../pipeline/settings.ts'
import { checkPorts } from './check-ports.ts'
import { settingsOver } from './command-type.ts'
import { literalJob, type JobDefinition } from './literal-job.ts'
import type { Act, AnyModuleType, CollectContext, ComputeContext, Values } from './module-type.ts'

/** A module type with code: `compute`, or a `job` and, where its outputs need more than being fetched, `collect`. */
export type ModuleDefinition<P extends Ports, Q extends Ports> = {
  readonly type: string
  /** Signed; raise it when the same inputs give other outputs (rule S6). */
  readonly version: number
  /** Older versions that mean the same. */
  readonly same?: readonly number[]
  /** What it gives may differ each time (rule S4). */
  readonly volatile?: true
  /** What a destination adds to its jobs may change their results, and is signed (rule S5). */
  readonly signDestination?: true
  readonly inputs: P
  readonly outputs: Q
} & (
  | { compute(inputs: PortsTaken<P>, context: ComputeContext): Promise<PortsGiven<Q>> }
  | {
      /** The strings in its words are literal: values are there already. */
      job(inputs: PortsTaken<P>): JobDefinition & Settings
      collect?(context: CollectContext): Promise<Partial<PortsGiven<Q>>>
    }
)

/**
 * Makes a module type; hand it to `openWorkspace({ modules })`, and use it in pipelines. Values are checked by the schemas of its
 * ports as they cross (rule P2): a bad one fails the module with `invalid-value`, which names port, path and what was expected.
 */
export function moduleType<const P extends Ports, const Q extends Ports>(
  definition: ModuleDefinition<P, Q>,
): AnyModuleType & ModuleShape<PortsGiven<P>, PortsTaken<Q>> {
  const { type, version, same, volatile, signDestination, inputs, outputs } = definition
  const table = portTable(inputs, outputs)
  const kind = {
    type,
    version,
    ...(same && { same }),
    ...(volatile && { volatile }),
    ...(signDestination && { signDestination }),
    ports: () => table,
  }
  const shape = shapeOf<PortsGiven<P>, PortsTaken<Q>>({ type, version, kind })
  return Object.freeze({
    ...shape,
    act: actOf(definition),
    checkInputs: (values: Values) => checkPorts('input', inputs, values),
    checkOutputs: (values: Values, _parameters: JsonObject) =>
      checkPorts('output', outputs, onlyDeclared(definition, values)),
  })
}

function portTable(inputs: Ports, outputs: Ports): PortTable {
  return {
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([port, schema]) => [
        port,
        { type: portTypeOf(schema), ...(isOptional(schema) && { optional: true }) },
      ]),
    ),
    outputs: Object.fromEntries(Object.entries(outputs).map(([port, schema]) => [port, portTypeOf(schema)])),
  }
}

// The values were checked by the very schemas that these types come from, or are about to be: here the compiler is told so.
function actOf<P extends Ports, Q extends Ports>(definition: ModuleDefinition<P, Q>): Act {
  if ('compute' in definition)
    return {
      kind: 'compute',
      compute: async (inputs, context) =>
        (await definition.compute(inputs as PortsTaken<P>, context)) as Values,
    }
  const { collect } = definition
  return {
    kind: 'job',
    job(inputs, { settings }) {
      const defined = definition.job(inputs as PortsTaken<P>)
      const over = settingsOver(settings, settingsIn(defined))
      return { spec: literalJob(defined, over.resources ?? {}), settings: over }
    },
    ...(collect && { collect: async (context) => (await collect(context)) as Values }),
  }
}

/** A job may declare outputs for its `collect` alone; they are no ports. */
function onlyDeclared<P extends Ports, Q extends Ports>(
  definition: ModuleDefinition<P, Q>,
  values: Values,
): Values {
  if ('compute' in definition) return values
  return Object.fromEntries(
    Object.entries(values).filter(([port]) => Object.hasOwn(definition.outputs, port)),
  )
}

function settingsIn({ label, destination, tags, resources, retry, log, logs }: Settings): Settings {
  return {
    ...(label !== undefined && { label }),
    ...(destination !== undefined && { destination }),
    ...(tags && { tags }),
    ...(resources && { resources }),
    ...(retry && { retry }),
    ...(log && { log }),
    ...(logs && { logs }),
  }
}
