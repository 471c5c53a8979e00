import type { JsonObject } from '../core/json.ts'
import type { DocumentPath, Report } from './problem.ts'

/** The format that this version writes. */
export const documentFormat = 1

/** Whether a document is of a format that can be read; what stands in a pipeline as a group need not say one. */
export function checkFormat(json: JsonObject, path: DocumentPath, report: Report): boolean {
  const format = json.abeyance
  if (format === undefined && path.length > 0) return true
  if (format === documentFormat) return true
  const at = [...path, 'abeyance']
  if (typeof format === 'number' && format > documentFormat) {
    const message = `the document has format ${format}, and this version of abeyance reads up to format ${documentFormat}`
    report({ code: 'newer-format', message, path: at, hint: 'update abeyance' })
    return false
  }
  const message =
    format === undefined
      ? 'the document does not say its format'
      : `\`abeyance\` is the format of the document, not ${JSON.stringify(format)}`
  report({ code: 'wrong-shape', message, path: at, hint: `begin it with \`abeyance: ${documentFormat}\`` })
  return true
}
