import { AbeyanceError, messageOf } from '../core/error.ts'
import { parseJson, type Json } from '../core/json.ts'
import type { Schema } from '../pipeline/ports.ts'

/** A schema as JSON Schema, as a document holds it; `invalid-pipeline` for one that cannot be written so. */
export function schemaJson(schema: Schema): Json {
  const standard = schema['~standard']
  const jsonSchema: unknown = 'jsonSchema' in standard ? standard.jsonSchema : undefined
  if (typeof jsonSchema !== 'object' || jsonSchema === null || !('input' in jsonSchema))
    return refuse(standard.vendor, 'it gives none')
  if (typeof jsonSchema.input !== 'function') return refuse(standard.vendor, 'it gives none')
  try {
    return parseJson(JSON.stringify(jsonSchema.input({ target: 'draft-2020-12' })))
  } catch (error) {
    return refuse(standard.vendor, messageOf(error))
  }
}

function refuse(vendor: string, why: string): never {
  throw new AbeyanceError(
    'invalid-pipeline',
    `a schema of ${vendor} cannot be written as JSON Schema: ${why}; use one that can, or a moduleType, which takes any`,
  )
}
