import { quote } from '../../core/quote.ts'

/** A script for a waiting shell as one word, and what the shell has to run before it reads that word. */
export interface Told {
  readonly before: string
  readonly word: string
}

/** So many beginnings a shell keeps, and so many scripts are compared with the next one. */
const most = 4
/** What is not worth to be kept, in characters. */
const least = 1024

/**
 * What one shell was told to keep: requests of a kind are alike for most of their length, so what two of them begin with is kept in a
 * variable there and does not travel again. Each script has to be told in the order in which the shell runs them.
 */
export function remember(): (script: string) => Told {
  const kept: string[] = []
  const recent: string[] = []
  let learnt = 0

  return (script) => {
    const known = longest(kept.filter((beginning) => script.startsWith(beginning)))
    const worth = known.length + least
    const alike = recent.filter((other) => other.length >= worth && script.startsWith(other.slice(0, worth)))
    const shared = longest(alike.map((other) => sharedLines(script, other)))
    recent.unshift(script)
    recent.length = Math.min(recent.length, most)
    if (shared.length < worth) {
      const at = kept.indexOf(known)
      return { before: '', word: at < 0 ? quote(script) : wordOf(at, script.slice(known.length)) }
    }
    const at = learnt++ % most
    kept[at] = shared
    return { before: `${variable(at)}=${quote(shared)}`, word: wordOf(at, script.slice(shared.length)) }
  }
}

const variable = (at: number) => `abeyance_${at}`

const wordOf = (at: number, rest: string) => `"$${variable(at)}"${quote(rest)}`

function longest(texts: readonly string[]): string {
  return texts.reduce((one, other) => (other.length > one.length ? other : one), '')
}

/** The whole lines that both begin with, so that no character is cut. */
function sharedLines(one: string, other: string): string {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return one.slice(0, one.lastIndexOf('\n', length - 1) + 1)
}
