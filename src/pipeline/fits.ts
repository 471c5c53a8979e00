import { isJsonObject } from '../core/json.ts'
import { given, type FileReference, type FolderReference, type Given } from './pipeline.ts'
import type { PortType } from './port-type.ts'
import { isFile, isFolder } from './value.ts'

/** Whether what gives `from` may be connected to what takes `to`; where a type is `json` it is looked at when the value is there. */
export function fits(from: PortType, to: PortType): boolean {
  if (from === 'json' || to === 'json') return true
  if (typeof from !== 'string' && typeof to !== 'string') return fits(from[0], to[0])
  // A number may be whole: that too is looked at when it is there.
  return from === to || (isNumber(from) && isNumber(to))
}

/** As a document writes it: `file`, `[file]`. */
export function renderType(type: PortType): string {
  return typeof type === 'string' ? type : `[${renderType(type[0])}]`
}

/** What is wrong with a value for a port of this type, as the end of a sentence, or undefined. */
export function faultOfGiven(value: Given, type: PortType): string | undefined {
  if (typeof type !== 'string') {
    if (!isList(value)) return `must be a list, ${renderType(type)}, not ${show(value)}`
    return value.map((one) => faultOfGiven(one, type[0])).find((fault) => fault !== undefined)
  }
  if (isOfType(value, type)) return undefined
  const hint = type === 'file' || type === 'folder' ? ` (write \`{ ${type}: path }\`)` : ''
  return `must be ${type === 'integer' ? 'a whole number' : `a ${type}`}, not ${show(value)}${hint}`
}

export function isFileReference(value: Given): value is FileReference {
  return typeof value === 'object' && value !== null && given in value && 'file' in value
}

export function isFolderReference(value: Given): value is FolderReference {
  return typeof value === 'object' && value !== null && given in value && 'folder' in value
}

export function isList(value: Given): value is readonly Given[] {
  return Array.isArray(value)
}

function isOfType(value: Given, type: Extract<PortType, string>): boolean {
  switch (type) {
    case 'json':
      return true
    case 'file':
      return isFileReference(value) || isFile(value)
    case 'folder':
      return isFolderReference(value) || isFolder(value)
    case 'integer':
      return Number.isSafeInteger(value)
    case 'number':
      return Number.isFinite(value)
    case 'string':
    case 'boolean':
      return typeof value === type
  }
}

function isNumber(type: PortType): boolean {
  return type === 'number' || type === 'integer'
}

function show(value: Given): string {
  if (isFileReference(value)) return `the file ${value.file}`
  if (isFolderReference(value)) return `the folder ${value.folder}`
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value)
  if (text.length <= 40) return text
  return isList(value) ? 'a list' : isJsonObject(value) ? 'a mapping' : `${text.slice(0, 37)}...`
}
