import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { isFileReference, isFolderReference, isList } from './fits.ts'
import type { FileReference, FolderReference, Given, Source } from './pipeline.ts'

/** A source as its document writes it; `readSource` reads it back to an equal one. */
export function sourceJson(source: Source): Json {
  switch (source.kind) {
    case 'given':
      return givenJson(source.given)
    case 'input':
      return `$${source.input}`
    case 'output':
      return `$${source.module}.${source.port}`
    case 'list':
      return source.sources.map(sourceJson)
  }
}

/** A value as a document writes it: dollar signs that begin a text doubled, what only looks like a file taken literally. */
export function givenJson(value: Given): Json {
  if (typeof value === 'string') return escaped(value)
  if (isList(value)) return value.map(givenJson)
  if (isFileReference(value)) return { file: value.file, ...whereJson(value) }
  if (isFolderReference(value)) return { folder: value.folder, ...whereJson(value) }
  if (!isJsonObject(value)) return value
  const ambiguous = typeof value.file === 'string' || typeof value.folder === 'string' || '$literal' in value
  return ambiguous ? { $literal: value } : escapedIn(value)
}

function whereJson({ at, sign }: FileReference | FolderReference): JsonObject {
  const how = typeof sign === 'object' ? { pinned: sign.pinned } : sign
  return { ...(at !== undefined && { at }), ...(how !== undefined && { sign: how }) }
}

function escapedIn(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, escapedJson(value)]))
}

function escapedJson(json: Json): Json {
  if (typeof json === 'string') return escaped(json)
  if (Array.isArray(json)) return json.map(escapedJson)
  return isJsonObject(json) ? escapedIn(json) : json
}

function escaped(text: string): string {
  return text.startsWith('$') ? `$${text}` : text
}
