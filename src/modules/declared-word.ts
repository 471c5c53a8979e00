import { AbeyanceError } from '../core/error.ts'
import { commandVariables, parseWord } from '../pipeline/word.ts'
import type { DeclaredPart, DeclaredWord } from './make-job-spec.ts'

/**
 * Reads one word of a command: `$port` or `${port}` is that input, `$$` a dollar sign, `$ABEYANCE_CORES` and its kin what
 * the attempt has. A word that is only `$port` may be a list: one word for each element. Throws `invalid-pipeline`.
 */
export function declaredWord(text: string): DeclaredWord {
  const pieces = parseWord(text)
  if (!pieces)
    throw new AbeyanceError(
      'invalid-pipeline',
      `the word \`${text}\` has a dollar sign that names no input; write \`$$\` for a dollar sign`,
    )
  const parts = pieces.map((piece): DeclaredPart => (typeof piece === 'string' ? piece : partOf(piece.name)))
  const [first] = parts
  if (parts.length === 1 && typeof first === 'object' && first.kind === 'port')
    return { kind: 'each', port: first.port }
  return { kind: 'word', parts }
}

function partOf(name: string): DeclaredPart {
  const variable = commandVariables.find((known) => known === name)
  return variable === undefined ? { kind: 'port', port: name } : { kind: 'variable', variable }
}
