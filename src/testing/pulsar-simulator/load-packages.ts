import { isJsonObject, parseJson, type Json } from '../../core/json.ts'

/** Lines before the command; what is not known is left out without a word. Undefined for what breaks the server. */
export function loadPackages(
  packages: Readonly<Record<string, string>>,
  given: string | null,
): string | undefined {
  if (given === null) return ''
  const json = tryJson(given)
  const asked = isJsonObject(json) ? json['requirements'] : undefined
  if (!Array.isArray(asked)) return undefined
  const names = asked.map(nameOf)
  if (names.includes(undefined)) return undefined
  const lines = names.map((name) => packages[name ?? ''] ?? '')
  return lines.map((line) => (line === '' ? '' : `${line}\n`)).join('')
}

function nameOf(asked: Json): string | undefined {
  if (!isJsonObject(asked)) return undefined
  const { name, version } = asked
  if (typeof name !== 'string' || !(typeof version === 'string' || version === null)) return undefined
  return `${name}/${version}`
}

function tryJson(text: string): Json | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
