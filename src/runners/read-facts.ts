/** What a look says of one job, `key=value` by `key`; undefined where the line was cut off. */
export type Facts = ReadonlyMap<string, string>

export function readFacts(line: string): Facts | undefined {
  const words = line.split(' ')
  if (words.pop() !== '.') return undefined
  const facts = new Map<string, string>()
  for (const word of words) {
    const cut = word.indexOf('=')
    if (cut < 1) return undefined
    facts.set(word.slice(0, cut), word.slice(cut + 1))
  }
  return facts
}
