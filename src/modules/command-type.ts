import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import type { PortTable } from '../pipeline/module-kind.ts'
import type { Settings } from '../pipeline/settings.ts'
import { declaredJob, declaredOutputs } from './declared-job.ts'
import { outputType } from './declared-output.ts'
import { makeJobSpec } from './make-job-spec.ts'
import type { AnyModuleType, Values } from './module-type.ts'

/** The type behind `command:` and `script:`: a job that is data alone, so that no code is needed to go on after a restart. */
export const commandType: AnyModuleType = {
  type: 'command',
  version: 1,
  kind: {
    type: 'command',
    version: 1,
    ports: commandPorts,
    signed: signedParameters,
  },
  act: {
    kind: 'job',
    job: (inputs, { parameters, settings }) => ({
      spec: makeJobSpec(declaredJob(parameters), inputs, settings.resources ?? {}),
      settings,
    }),
  },
  checkInputs: (inputs) => Promise.resolve(inputs),
  checkOutputs: checkDeclared,
}

/** Whatever its inputs name, and what it declares as outputs. */
export function commandPorts(parameters: JsonObject): PortTable {
  const outputs = Object.entries(declaredOutputs(parameters)).map(([name, output]) => [
    name,
    outputType(output),
  ])
  return { inputs: 'any', outputs: Object.fromEntries(outputs) }
}

/** Where an output is kept is no part of what it is: what says so is not signed (rule S3). */
export function signedParameters(parameters: JsonObject): JsonObject {
  const { outputs } = parameters
  if (!isJsonObject(outputs) || !Object.values(outputs).some(says)) return parameters
  const signed = Object.entries(outputs).map(([name, output]): [string, Json] => [name, withoutStays(output)])
  return { ...parameters, outputs: Object.fromEntries(signed) }
}

function says(output: Json): output is JsonObject {
  return isJsonObject(output) && 'stays' in output
}

/** As it would be written if it came home. */
function withoutStays(output: Json): Json {
  if (!says(output)) return output
  const { stays: _, ...others } = output
  const { file } = others
  return file !== undefined && Object.keys(others).length === 1 ? file : others
}

export async function checkDeclared(outputs: Values, parameters: JsonObject): Promise<Values> {
  for (const [name, output] of Object.entries(declaredOutputs(parameters)))
    if (output.kind === 'json' && output.schema !== undefined) await checkJson(name, output.schema, outputs)
  return outputs
}

/** A value that a job wrote, against the JSON Schema that the module declares for it. */
async function checkJson(name: string, schema: Json, outputs: Values): Promise<void> {
  const { z } = await import('zod')
  const checked = z.fromJSONSchema(schemaOf(name, schema)).safeParse(outputs[name])
  if (checked.success) return
  throw new AbeyanceError(
    'invalid-value',
    `output ${name} is not what its schema says: ${z.prettifyError(checked.error)}`,
  )
}

function schemaOf(name: string, schema: Json): Record<string, unknown> | boolean {
  if (typeof schema === 'boolean') return schema
  if (isJsonObject(schema)) return { ...schema }
  throw new AbeyanceError('invalid-pipeline', `output ${name}: \`schema\` must be a JSON Schema, an object`)
}

/** The settings of a module over those of its type. */
export function settingsOver(module: Settings, type: Settings): Settings {
  const resources = { ...type.resources, ...module.resources }
  const logs = { ...type.logs, ...module.logs }
  return {
    ...type,
    ...module,
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(Object.keys(logs).length > 0 && { logs }),
  }
}
