import { isJsonObject, type JsonObject } from '../../src/core/json.ts'
import type { ModuleShape } from '../../src/pipeline/connection.ts'
import type { ModuleCatalog, ModuleKind } from '../../src/pipeline/module-kind.ts'
import { shapeOf } from '../../src/pipeline/pipeline-builder.ts'
import type { PortType } from '../../src/pipeline/port-type.ts'

/** Ports as those of the real `command` type are: outputs follow from what is declared. */
export const command: ModuleKind = {
  type: 'command',
  version: 1,
  ports: ({ outputs }) => ({
    inputs: 'any',
    outputs: Object.fromEntries(
      Object.entries(isJsonObject(outputs) ? outputs : {}).map(([port, declared]) => [
        port,
        outputType(declared),
      ]),
    ),
  }),
}

export const align: ModuleKind = {
  type: 'acme/align',
  version: 2,
  same: [1],
  ports: () => ({
    inputs: {
      reads: { type: 'file' },
      preset: { type: 'string', optional: true },
      depths: { type: ['integer'], optional: true },
    },
    outputs: { bam: 'file', mapped: 'integer', good: 'boolean' },
  }),
}

export const catalog: ModuleCatalog = new Map([command, align].map((kind) => [kind.type, kind]))

/** A command as the typed builder takes it. */
export function commandShape<I, O>(parameters: JsonObject): ModuleShape<I, O> {
  return shapeOf({ type: 'command', version: 1, kind: command, parameters })
}

function outputType(declared: JsonObject[string]): PortType {
  if (!isJsonObject(declared)) return 'file'
  if ('files' in declared) return ['file']
  if ('folder' in declared) return 'folder'
  return 'text' in declared ? 'string' : 'json' in declared ? 'json' : 'file'
}
