import type { Said } from '../server.ts'
import { isUnfetched, unfetched } from '../unfetched.ts'
import type { Update } from './messages.ts'

/** What is known of a job whose server is spoken to by messages; kept beside its files, since a message comes once. */
export interface Word {
  /** Since when it may have been published, in ms since 1970. */
  readonly asked?: number
  /** Since when the broker has it. */
  readonly launched?: number
  /** A server told that it has the message. */
  readonly taken?: true
  /** The last word that is no end. */
  readonly said?: Said
  /** The first word that is one. */
  readonly ended?: Said
  /** When a server said that it knows of no such job; it is believed when it says so again. */
  readonly lost?: number
}

/** What is final wins, the first of it: a server repeats itself, and calls a job that it held for failed complete when it is asked. */
export function foldUpdate(word: Word, update: Update, now: number): Word {
  const said = saidBy(update)
  if (word.ended) return word
  if (finals.has(said.status ?? '')) return { ...word, taken: true, ended: said }
  const { lost, ...known } = word
  if (said.status !== 'lost') {
    if (said.status === word.said?.status) return lost === undefined ? word : known
    return { ...known, taken: true, said }
  }
  if (isUnderway(word, now) || word.said?.status === 'lost') return word
  if (lost === undefined || lost > now) return { ...word, lost: now }
  return now - lost < secondAfter ? word : { ...word, taken: true, said }
}

/** What is to be made of a job by what was heard of it. */
export function saidOf(word: Word | undefined): Said {
  if (word?.launched === undefined && word?.said === undefined && word?.ended === undefined)
    return { status: 'lost' }
  if (word.ended) return word.ended
  if (word.said) return word.said
  if (word.taken) return { status: 'preprocessing' }
  return { status: 'queued', words: 'its message waits at the broker; no Pulsar server has taken it yet' }
}

/** Milliseconds: what was said before may be repeated, and after its start a server needs a while to find its jobs again. */
const secondAfter = 3000

const finals: ReadonlySet<string> = new Set(['complete', 'cancelled', 'failed'])

/** A server that was asked before it took the job knows of none such. */
const longestWay = 10 * 60_000

function isUnderway({ taken, said, asked = 0, launched = asked }: Word, now: number): boolean {
  return taken !== true && said === undefined && Math.abs(now - launched) < longestWay
}

/** Of its last words as many as anybody reads, and of its files the one that says why. */
function saidBy(update: Update): Said {
  const { status, returncode, job_stderr: stderr } = update
  return {
    status,
    ...(returncode !== undefined && { returncode }),
    ...(isUnfetched(update) && { job_directory_contents: [unfetched] }),
    ...(stderr !== undefined && stderr !== null && stderr !== '' && { job_stderr: stderr.slice(-2000) }),
  }
}
