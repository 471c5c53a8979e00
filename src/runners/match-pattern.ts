/**
 * Whether paths match a pattern of outputs: `*` and `?` within a name, `**` over folders, `[abc]`, `{png,svg}`. As in
 * shells, a name that begins with a dot is matched only by a pattern that has it.
 */
export function matchPattern(pattern: string): (path: string) => boolean {
  const expressions = braces(pattern.replace(/^(\.\/)+/, '')).map(expression)
  return (path) => expressions.some((one) => one.test(path))
}

/** Each text that a pattern with `{a,b}` stands for; a brace that is not closed is a brace. */
function braces(pattern: string): readonly string[] {
  const found = /^((?:[^{\\]|\\.)*)\{/su.exec(pattern)
  const before = found?.[1]
  if (before === undefined) return [pattern]
  const parts = splitBraces(pattern.slice(before.length + 1))
  if (!parts) return braces(pattern.slice(before.length + 1)).map((rest) => `${before}\\{${rest}`)
  return parts.choices.flatMap((choice) => braces(choice + parts.rest).map((rest) => before + rest))
}

function splitBraces(
  text: string,
): { readonly choices: readonly string[]; readonly rest: string } | undefined {
  const choices: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === '\\') at++
    else if (letter === '{') depth++
    else if (letter === ',' && depth === 0) {
      choices.push(text.slice(from, at))
      from = at + 1
    } else if (letter === '}' && depth-- === 0)
      return { choices: [...choices, text.slice(from, at)], rest: text.slice(at + 1) }
  }
  return undefined
}

function expression(pattern: string): RegExp {
  const names = pattern.split('/')
  const texts = names.map((name, place) => {
    const last = place === names.length - 1
    if (name === '**') return last ? '(?:(?!\\.)[^/]+(?:/(?!\\.)[^/]+)*)' : '(?:(?!\\.)[^/]+/)*'
    return nameExpression(name) + (last ? '' : '/')
  })
  return new RegExp(`^${texts.join('')}$`, 'su')
}

function nameExpression(name: string): string {
  const shown = /^[*?[]/.test(name) ? '(?!\\.)' : ''
  const pieces = name.match(/\\.|\[!?\]?[^\]]*\]|[^]/gsu) ?? []
  return shown + pieces.map(pieceExpression).join('')
}

function pieceExpression(piece: string): string {
  if (piece === '*') return '[^/]*'
  if (piece === '?') return '[^/]'
  if (piece.length > 2 && piece.startsWith('[')) {
    const negated = piece[1] === '!' || piece[1] === '^'
    const inside = piece.slice(negated ? 2 : 1, -1).replace(/[\\[\]^&~|]/g, '\\$&')
    return `[${negated ? '^' : ''}${inside}]`
  }
  const letter = piece.startsWith('\\') && piece.length > 1 ? piece.slice(1) : piece
  return letter.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')
}
