import { posix } from 'node:path'

/** What a file imports: a file of the tree by its path, or a package or built-in module by its name. */
export type Import =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'package'; readonly name: string }

const statements = [
  /^import\s+(?:[\w$*{},\s]+?\s*from\s*)?(['"])([^'"\n]+)\1/gm,
  /^export\s+(?:type\s+)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})\s*from\s*(['"])([^'"\n]+)\1/gm,
  // Also in the middle of a line: `await import('yaml')`, and in types `import('xstate').Actor`.
  /\bimport\(\s*(['"])([^'"\n]+)\1/g,
]

/**
 * All imports of a source text: `import`, `import type`, side effects, `export from`, dynamic ones with a literal.
 * It leans on prettier: a statement starts its line.
 */
export function importsOf(path: string, text: string): readonly Import[] {
  const code = withoutComments(text)
  const specifiers = statements.flatMap((statement) =>
    [...code.matchAll(statement)].map(([, , specifier = '']) => specifier),
  )
  return [...new Set(specifiers)].map((specifier) => resolve(path, specifier))
}

/** The text without comments that start their line or follow a space, so that prose is never taken for code. */
export function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

function resolve(from: string, specifier: string): Import {
  if (specifier.startsWith('.')) return { kind: 'file', path: posix.join(posix.dirname(from), specifier) }
  return { kind: 'package', name: specifier }
}
