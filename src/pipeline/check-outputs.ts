import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { faultOfPortName } from './names.ts'
import { didYouMean } from './nearest.ts'
import type { DocumentPath, Report } from './problem.ts'

// The key that says what kind of output it is, and what may stand beside it.
const forms: Readonly<Record<string, readonly string[]>> = {
  file: ['optional', 'stays'],
  files: ['stays'],
  folder: [],
  text: [],
  json: ['schema'],
  stream: ['as'],
}

/** What is wrong with the outputs that a command declares: paths and patterns within the job's own folder. */
export function checkOutputs(outputs: Json, path: DocumentPath, report: Report): void {
  if (!isJsonObject(outputs))
    return report({
      code: 'wrong-shape',
      message: '`outputs` must be a mapping from ports to files',
      path,
      hint: 'such as `{ picture: gel.svg }`',
    })
  for (const [port, declared] of Object.entries(outputs)) {
    const at = [...path, port]
    const fault = faultOfPortName(port)
    if (fault !== undefined)
      report({ code: 'bad-name', message: `the output \`${port}\` ${fault}`, path: at })
    if (typeof declared === 'string') checkPath(declared, at, report)
    else if (isJsonObject(declared)) checkForm(port, declared, at, report)
    else report({ code: 'wrong-shape', message: `the output \`${port}\` must be a path`, path: at })
  }
}

function checkForm(port: string, declared: JsonObject, path: DocumentPath, report: Report): void {
  const kinds = Object.keys(forms).filter((kind) => Object.hasOwn(declared, kind))
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1)
    return report({
      code: 'wrong-shape',
      message: `the output \`${port}\` must be one of \`file\`, \`files\`, \`folder\`, \`text\`, \`json\`, \`stream\``,
      path,
    })
  const allowed = [kind, ...(forms[kind] ?? [])]
  for (const key of Object.keys(declared))
    if (!allowed.includes(key))
      report({
        code: 'unknown-key',
        message: `an output that is a \`${kind}\` has no \`${key}\`${didYouMean(key, allowed)}`,
        path: [...path, key],
      })
  if (kind === 'stream') return checkStream(declared, path, report)
  const place = declared[kind]
  if (typeof place === 'string') checkPath(place, [...path, kind], report)
  else report({ code: 'wrong-shape', message: `\`${kind}\` must be a path`, path: [...path, kind] })
  for (const key of ['optional', 'stays'])
    if (declared[key] !== undefined && typeof declared[key] !== 'boolean')
      report({ code: 'wrong-shape', message: `\`${key}\` is true or false`, path: [...path, key] })
}

function checkStream({ stream, as = 'file' }: JsonObject, path: DocumentPath, report: Report): void {
  const wrong = (key: string, message: string) =>
    report({ code: 'wrong-shape', message, path: [...path, key] })
  if (stream !== 'stdout' && stream !== 'stderr') wrong('stream', '`stream` is `stdout` or `stderr`')
  if (as !== 'file' && as !== 'text') wrong('as', '`as` is `file` or `text`')
}

function checkPath(place: string, path: DocumentPath, report: Report): void {
  const outside = place.startsWith('/') || place.split('/').includes('..')
  if (!outside && place !== '' && !place.includes('\0')) return
  report({
    code: 'bad-path',
    message:
      place === '' ? 'an output needs a path' : `the output \`${place}\` is not within the job's own folder`,
    path,
    hint: 'give a path relative to the folder that the job starts in, without `..`',
  })
}
