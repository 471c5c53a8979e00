import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import type { PortType } from '../pipeline/port-type.ts'
import type { Output } from '../runners/job-spec.ts'

/** Reads one declared output as documents and `command()` write it: `path`, `{ file, optional, stays }`, `{ files, stays }`, `{ folder }`, `{ text }`, `{ json, schema }`, `{ stream, as }`. */
export function declaredOutput(name: string, declared: Json): Output {
  const output = read(name, declared)
  if (output.kind === 'stream') return output
  const path = output.kind === 'files' ? output.pattern : output.path
  if (path === '' || path.startsWith('/') || path.split('/').includes('..')) {
    throw new AbeyanceError(
      'invalid-value',
      `output ${name}: \`${path}\` must be a path inside the job's own folder: relative, without \`..\``,
    )
  }
  return output
}

/** What a port that such an output feeds will see. */
export function outputType(output: Output): PortType {
  switch (output.kind) {
    case 'file':
      return output.optional ? 'json' : 'file'
    case 'files':
      return ['file']
    case 'folder':
      return 'folder'
    case 'text':
      return 'string'
    case 'stream':
      return output.as === 'file' ? 'file' : 'string'
    case 'json':
      return 'json'
  }
}

function read(name: string, declared: Json): Output {
  if (typeof declared === 'string') return { kind: 'file', path: declared, optional: false }
  if (isJsonObject(declared)) {
    const { file, files, folder, text, json, schema, optional, stream, as } = declared
    const stays = declared['stays'] === true ? ({ stays: true } as const) : {}
    if (typeof file === 'string') return { kind: 'file', path: file, optional: optional === true, ...stays }
    if (typeof files === 'string') return { kind: 'files', pattern: files, ...stays }
    if (typeof folder === 'string') return { kind: 'folder', path: folder }
    if (stream === 'stdout' || stream === 'stderr')
      return { kind: 'stream', stream, as: as === 'text' ? 'text' : 'file' }
    if (typeof text === 'string') return { kind: 'text', path: text }
    if (typeof json === 'string')
      return { kind: 'json', path: json, ...(schema === undefined ? {} : { schema }) }
  }
  throw new AbeyanceError(
    'invalid-value',
    `output ${name}: write a path, or one of { file, optional: true, stays: true }, { files: pattern, stays: true }, { folder }, { text }, { json, schema }, { stream: stdout }`,
  )
}
