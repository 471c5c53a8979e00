import type { QueuedJob } from '../scheduler.ts'

/**
 * What a state of `qstat` says. It is a set of letters, in whatever order: where the job is (q, w, t, r), what keeps it (h, s, S,
 * T, N, P), that it was started again (R), failed to start (E) or is being deleted (d). A letter that is not documented, one that comes twice, or a set
 * that does not say where the job is, is an unknown word.
 */
export function readState(word: string): QueuedJob['phase'] {
  const letters = new Set(word)
  if (letters.size !== word.length || !/^[dERhqwtrsSTNP]+$/.test(word)) return 'unknown'
  if (!/[qwtrsSTNP]/.test(word)) return 'unknown'
  if (letters.has('d')) return 'ending'
  if (letters.has('E')) return 'held'
  if (/[sSTNP]/.test(word)) return 'suspended'
  if (/[rt]/.test(word)) return 'running'
  return letters.has('h') ? 'held' : 'waiting'
}

/** Why a job stands still, where the letters tell. */
export function whyOf(word: string, native: string): string | undefined {
  if (word.includes('E'))
    return `it could not be started: \`qstat -j ${native}\` says why, \`qmod -cj ${native}\` tries again`
  if (/[qw]/.test(word) && word.includes('h'))
    return 'held by its owner, an operator, or a job that it waits for'
  if (word.includes('T')) return 'suspended by the load of its queue'
  if (word.includes('S')) return 'suspended with its queue'
  if (word.includes('P')) return 'suspended for another job'
  return undefined
}
