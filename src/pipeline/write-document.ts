import { toDocumentJson, type DocumentOptions } from './document-json.ts'
import type { Pipeline } from './pipeline.ts'

/** The pipeline's document (rule P1): reading it gives an equal pipeline. Groups stand in it. */
export async function toDocument(
  pipeline: Pipeline,
  as: 'yaml' | 'json',
  options: DocumentOptions = {},
): Promise<string> {
  const json = toDocumentJson(pipeline, options)
  if (as === 'json') return `${JSON.stringify(json, undefined, 2)}\n`
  const { stringify } = await import('yaml')
  // Anchors would make one text of what is only equal; long lines stay whole, so that scripts are easy to compare.
  return stringify(json, { aliasDuplicateObjects: false, lineWidth: 0 })
}
