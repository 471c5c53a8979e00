import assert from 'node:assert/strict'

/** What a scheduler may answer, and who reads it. */
export interface Answers {
  /** Whole answers, as they were recorded. */
  readonly recorded: readonly string[]
  /** How many lines stand together at most, 8 without it: more than the longest thing that the reader takes as one. */
  readonly lines?: number
  /** Every end that a recorded answer tells of, `id word`, found by other means than the reader's. */
  told(text: string): Iterable<string>
  /** Every job that the reader takes for ended in this text, `id word`. */
  read(text: string): Iterable<string>
}

/** How many answers each reader gets: a part in every test run, all with `ABEYANCE_FUZZ=1000000`. */
export const fuzzRuns = Number(process.env['ABEYANCE_FUZZ'] ?? 10_000)

/**
 * Spoils recorded answers as a bad line, a full disk or a newer version would, and hands them to the reader. It must not
 * throw, and must not say that a job ended which none of the recorded answers says ended, with that word. The same seed
 * gives the same answers.
 */
export function fuzzAnswers(answers: Answers, runs = fuzzRuns, seed = 1): void {
  const told = new Set(answers.recorded.flatMap((text) => [...answers.told(text)]))
  const vocabulary = [...new Set(answers.recorded.flatMap((text) => text.match(/\w+/g) ?? []))]
  for (const text of answers.recorded)
    assert.ok([...answers.read(text)].length > 0, `nothing ended in a recorded answer:\n${text}`)
  const next = random(seed)
  const pick = <T>(from: readonly T[]): T => {
    const one = from[Math.floor(next() * from.length)]
    assert.ok(one !== undefined)
    return one
  }
  for (let run = 0; run < runs; run++) {
    let text = someLines(pick(answers.recorded), next, answers.lines ?? 8)
    for (let times = 1 + Math.floor(next() * 4); times > 0; times--)
      text = pick(faults)({ text, next, pick, other: pick(answers.recorded), vocabulary })
    for (const end of readOrSay(answers, text, run))
      assert.ok(told.has(end), `answer ${run} of seed ${seed}: false end ${end} in\n${text}`)
  }
}

/** A few lines that stand together: faults are many for one line then, and an answer is read quickly. */
function someLines(text: string, next: () => number, most: number): string {
  const lines = text.split('\n')
  const from = Math.floor(next() * lines.length)
  return lines.slice(from, from + 1 + Math.floor(next() * most)).join('\n')
}

function readOrSay(answers: Answers, text: string, run: number): Iterable<string> {
  try {
    return answers.read(text)
  } catch (error) {
    throw new Error(`answer ${run} made the reader throw:\n${text}`, { cause: error })
  }
}

interface Fault {
  readonly text: string
  readonly other: string
  readonly vocabulary: readonly string[]
  next(): number
  pick<T>(from: readonly T[]): T
}

const noise = '|:;,_+[]{}<>="\'/\\%-. \t\r\n\0 0123456789azAZé\u{FFFD}'.split('').concat('\u{1F600}')

/** Each gives a text that is spoiled in one way. */
const faults: readonly ((fault: Fault) => string)[] = [
  ({ text, next }) => text.slice(0, place(text, next)),
  ({ text, next }) => text.slice(place(text, next)),
  (fault) => cut(fault, 1),
  (fault) => cut(fault, 20),
  (fault) => cut(fault, 400),
  ({ text, next, pick }) => insert(text, next, pick(noise)),
  ({ text, next, pick }) => insert(text, next, Array.from({ length: 12 }, () => pick(noise)).join('')),
  (fault) => insert(cut(fault, 1), fault.next, fault.pick(noise)),
  ({ text, other, next }) => {
    const from = place(other, next)
    return insert(text, next, other.slice(from, from + Math.ceil(next() * 120)))
  },
  ({ text, next, pick }) => insert(text, next, `\n${pick(text.split('\n'))}\n`),
  ({ text, next, pick }) => {
    const lines = text.split('\n')
    lines.splice(Math.floor(next() * lines.length), 1, pick(lines))
    return lines.join('\n')
  },
  ({ text, next }) => {
    const lines = text.split('\n')
    lines.splice(Math.floor(next() * lines.length), 1)
    return lines.join('\n')
  },
  ({ text, next, pick, vocabulary }) => {
    const at = place(text, next)
    const before = text.slice(0, at).replace(/\w+$/, '')
    return before + pick(vocabulary) + text.slice(at).replace(/^\w+/, '')
  },
  ({ text }) => text.replaceAll('\n', '\r\n'),
  ({ text, next }) => {
    const at = place(text, next)
    return text.slice(0, at) + text.slice(at, at + 10).toLowerCase() + text.slice(at + 10)
  },
]

function place(text: string, next: () => number): number {
  return Math.floor(next() * (text.length + 1))
}

function cut({ text, next }: Fault, most: number): string {
  const at = place(text, next)
  return text.slice(0, at) + text.slice(at + Math.ceil(next() * most))
}

function insert(text: string, next: () => number, what: string): string {
  const at = place(text, next)
  return text.slice(0, at) + what + text.slice(at)
}

/** mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
