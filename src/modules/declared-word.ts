import type { DeclaredPart, DeclaredWord, Variable } from './make-job-spec.ts'

const variables: readonly Variable[] = [
  'ABEYANCE_CORES',
  'ABEYANCE_MEMORY_MIB',
  'ABEYANCE_ATTEMPT',
  'ABEYANCE_TAG',
]
const reference = /\$\$|\$\{([A-Za-z][A-Za-z0-9_]*)\}|\$([A-Za-z][A-Za-z0-9_]*)/g

/**
 * Reads one word of a command: `$port` or `${port}` is that input, `$$` a dollar sign, `$ABEYANCE_CORES` and its kin what
 * the attempt has. A word that is only `$port` may be a list: one word for each element.
 */
export function declaredWord(text: string): DeclaredWord {
  const parts: DeclaredPart[] = []
  let from = 0
  for (const match of text.matchAll(reference)) {
    if (match.index > from) parts.push(text.slice(from, match.index))
    parts.push(partOf(match[1] ?? match[2]))
    from = match.index + match[0].length
  }
  if (from < text.length || parts.length === 0) parts.push(text.slice(from))
  const [first] = parts
  if (parts.length === 1 && typeof first === 'object' && first.kind === 'port')
    return { kind: 'each', port: first.port }
  return { kind: 'word', parts }
}

function partOf(name: string | undefined): DeclaredPart {
  if (name === undefined) return '$'
  const variable = variables.find((known) => known === name)
  return variable === undefined ? { kind: 'port', port: name } : { kind: 'variable', variable }
}
