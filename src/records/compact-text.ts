/**
 * The JSON text of a record as memory holds it smallest: flat, one byte a character, and with a single character for
 * its own key and for each fragment that nearly every record has. Characters that do not fit are escaped, since a single one
 * would double the memory of the whole text. A job suspended for a week costs about half of its text (rule M7).
 */
export function compactText(json: string, key: string): string {
  if (json.length < shortest && !wide.test(json)) return json
  const narrow = wide.test(json) ? json.replace(everyWide, escape) : json
  const keyless = key.length < shortestKey ? narrow : narrow.replaceAll(key, ownKey)
  const short = keyless.replace(everyFragment, (fragment) => codes.get(fragment) ?? fragment)
  return Buffer.from(short, 'latin1').toString('latin1')
}

/** The same JSON in full; what was escaped stays so. */
export function fullText(compact: string, key: string): string {
  return compact.replace(everyCode, (code) => (code === ownKey ? key : (fragments[placeOf(code)] ?? code)))
}

/** The same JSON as a person would read it: characters, not escapes. */
export function readableText(json: string): string {
  return json.includes('\\u') ? JSON.stringify(JSON.parse(json)) : json
}

// Only in memory, so it may change from version to version. An earlier one wins where two fit.
const fragments: readonly string[] = [
  '","spec":{"run":{"kind":"command","words":[["',
  '"environment":{},"outputs":{',
  '},"resources":{},"load":[]},"retry":[],"log":[',
  '"environment":',
  ',"outputs":',
  ',"resources":',
  ',"load":[',
  ',"retry":[',
  ',"log":[',
  '"}]]},"variables":{',
  '"]]},"variables":{',
  '"}],[{"staged":"',
  '"],[{"staged":"',
  '"}],["',
  '"],["',
  '},"staged":[{"path":"',
  '},"staged":[',
  '"at":{"kind":"workspace"}',
  '"at":{"kind":"path","path":"',
  '","value":{"kind":"file","name":"',
  '","value":{"kind":"file",',
  '"value":{"kind":"folder",',
  '"}},{"path":"',
  '"}}],',
  '{"kind":"file",',
  '{"kind":"file","path":"',
  '{"kind":"files","pattern":"',
  '{"kind":"folder","path":"',
  '","optional":false}',
  '","optional":true}',
  '"earlier":[],"state":{"kind":"',
  '"earlier":[',
  '"state":{"kind":"',
  '{"key":"',
  '","signature":"',
  '","destination":"',
  ',"attempt":1,"tag":"',
  ',"attempt":',
  '"tag":"',
  ',"incarnation":1',
  ',"incarnation":',
  ',"startedAt":',
  ',"endedAt":',
  'running","since":',
  'queued","since":',
  ',"since":',
  ',"nativeId":"',
  '"exit":{"kind":"code","code":0}',
  ',"size":',
  '"digest":"',
  '"name":"',
  '{"kind":"',
  '{"staged":"',
  '{"variable":"ABEYANCE_',
]

// What is not ASCII is escaped, so these stand for nothing else.
const ownKey = '\x80'
const firstCode = 0x81
const shortestKey = 8
const shortest = 128 // what is shorter gains less than the time that it takes
const wide = /[^\0-\x7f]/
const everyWide = /[^\0-\x7f]/g
const everyCode = /[\x80-\xff]/g
const everyFragment = new RegExp(fragments.map((text) => text.replace(/[{}[\]]/g, '\\$&')).join('|'), 'g')
const codes = new Map(fragments.map((text, place) => [text, String.fromCharCode(firstCode + place)]))

const placeOf = (code: string) => code.charCodeAt(0) - firstCode

function escape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
