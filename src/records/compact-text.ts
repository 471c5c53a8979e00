/**
 * JSON text as the engine keeps it smallest: flat, and one byte a character. Characters that do not fit are escaped,
 * since a single one would double the memory of the whole text.
 */
export function compactText(json: string): string {
  const narrow = wide.test(json) ? json.replace(everyWide, escape) : json
  return Buffer.from(narrow, 'latin1').toString('latin1')
}

/** The same JSON as a person would read it: characters, not escapes. */
export function readableText(json: string): string {
  return json.includes('\\u') ? JSON.stringify(JSON.parse(json)) : json
}

const wide = /[^\0-\xff]/
const everyWide = /[^\0-\xff]/g

function escape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
