/**
 * What became of a job by the code in `failed`. `ran`: its own process ended, perhaps with trouble after it. `killed`: ended by a signal.
 * `limit`: ended at one of its limits. `again`: it goes back to the queue. `unstarted`: it did not run, for a reason that lies
 * with the job, and stays in the queue as an error until someone deletes it. `host`: its host lost it.
 */
export type Failure = 'ran' | 'killed' | 'limit' | 'again' | 'unstarted' | 'host'

/** Reads the field `failed`: code and words have to fit each other, else it is a word that we do not know. */
export function readFailure(field: string): { readonly code: number; readonly failure: Failure } | undefined {
  const [, digits = '', words = ''] = /^(\d{1,3})(?:\s*: *(.*))?$/.exec(field) ?? []
  const code = Number(digits)
  const [beginning = '', failure] = failures.get(code) ?? []
  const fits = beginning === '' ? words === '' : words.toLowerCase().startsWith(beginning)
  return digits !== '' && failure && fits ? { code, failure } : undefined
}

/** sge_status(5); the words begin so in all versions, also where they end otherwise. Jobs that fail before they run are scheduled again. */
const failures: ReadonlyMap<number, readonly [string, Failure]> = new Map<number, readonly [string, Failure]>(
  [
    [0, ['', 'ran']],
    [1, ['assumedly before job', 'again']],
    [3, ['before writing config', 'again']],
    [4, ['before writing pid', 'again']],
    [5, ['on reading config', 'again']],
    [6, ['setting processor set', 'again']],
    [7, ['before prolog', 'again']],
    [8, ['in prolog', 'again']],
    [9, ['before pestart', 'again']],
    [10, ['in pestart', 'again']],
    [11, ['before job', 'again']],
    [12, ['before pestop', 'ran']],
    [13, ['in pestop', 'ran']],
    [14, ['before epilog', 'ran']],
    [15, ['in epilog', 'ran']],
    [16, ['releasing processor set', 'ran']],
    [17, ['through signal', 'killed']],
    [18, ['shepherd returned error', 'host']],
    [19, ['before writing exit_status', 'host']],
    [20, ['found unexpected error file', 'host']],
    [21, ['in recognizing job', 'host']],
    [22, ['removed manually', 'host']],
    [24, ['migrating', 'again']],
    [25, ['rescheduling', 'again']],
    [26, ['opening ', 'unstarted']],
    [27, ['searching requested shell', 'unstarted']],
    [28, ['chang', 'unstarted']],
    [30, ['rescheduling', 'again']],
    [36, ['checking configured daemons', 'host']],
    [37, ['qmaster enforced', 'limit']],
    [38, ['adding supplementary group', 'host']],
    [100, ['assumedly after job', 'killed']],
  ],
)
