import assert from 'node:assert/strict'
import { it } from 'mocha'
import { nativeId, tag } from '../../src/core/ids.ts'
import { judgeQueued, type QueuedCase } from '../../src/runners/judge-queued.ts'
import type { AccountedJob, QueuedJob } from '../../src/runners/scheduler.ts'
import type { AccountingSaid, Found, QueueSaid } from '../../src/runners/scheduler-answer.ts'

const name = tag('jabc')
export const id = nativeId('12')
const now = 1_000_000_000
export const entry = (phase: QueuedJob['phase'], more: Partial<QueuedJob> = {}): QueueSaid => {
  const job: QueuedJob = { name, phase, word: phase.toUpperCase(), line: `12|${phase}`, ...more }
  return { kind: 'answered', at: now, jobs: new Map([[id, job]]), names: new Map([[name, id]]), unread: [] }
}
export const empty: QueueSaid = { kind: 'answered', at: now, jobs: new Map(), names: new Map(), unread: [] }
export const asked: QueueSaid = { kind: 'not-asked' }
export const down: QueueSaid = { kind: 'failed', words: 'Unable to contact slurm controller' }
export const spoiled: QueueSaid = { ...empty, unread: ['<html>'] }
export const off: AccountingSaid = { kind: 'off' }
const silent: AccountingSaid = { kind: 'not-asked' }
export const none: AccountingSaid = { kind: 'answered', jobs: new Map() }
export const row = (more: Partial<AccountedJob>): AccountingSaid => ({
  kind: 'answered',
  jobs: new Map([[id, { phase: 'ended', word: 'X', line: '12|row', ...more }]]),
})
export const completed = row({ code: 0 })
export const walltime = row({ reason: 'walltime' })
export const failed = row({ code: 1 })

const claim = (more: string) =>
  `there=yes n=1 revoked=no passed=no owner=12,0,node,34,56,boot,nonce,${now - 1000} ${more} exit= .`
export const elsewhere = claim('wrapper=unknown group=unknown leader=,')
export const here = claim('wrapper=yes group=yes leader=35,7')
export const dead = claim('wrapper=no group=no leader=,')
export const waits = `there=yes n=0 revoked=no submitter=gone since=${now - 600_000} native=12 waits=yes lives=no .`
export const nameless = (since: number, submitter = 'gone') =>
  `there=yes n=0 revoked=no submitter=${submitter} since=${now - since} native= waits=no lives=no .`
export const exited = (code: number, more = { passed: 'no', revoked: 'no' }) =>
  elsewhere
    .replace('exit=', `exit=v1,${code},-,-,${now - 9000},${now - 3000},0,0,end`)
    .replace('passed=no', `passed=${more.passed}`)
    .replace('revoked=no', `revoked=${more.revoked}`)

interface Case {
  readonly queue?: QueueSaid
  readonly accounting?: AccountingSaid
  readonly found?: Found
  readonly urgent?: boolean
  readonly known?: QueuedCase['known']
  readonly later?: number
  /** More was wanted at the first look already. */
  readonly wanted?: boolean
  readonly rooted?: boolean
}
export const judge = (
  line: string,
  {
    queue = asked,
    accounting = silent,
    found,
    urgent = true,
    known,
    later = 0,
    wanted = false,
    rooted,
  }: Case,
) =>
  judgeQueued(line, {
    tag: name,
    now: now + later,
    urgent,
    messageTimeout: 60_000,
    said: { queue, accounting, found: new Map(found && [[name, found]]) },
    ...(known && { known }),
    ...(wanted && { wantedSince: now }),
    ...(rooted && { rooted }),
  })

export type Row = readonly [what: string, line: string, about: Case, report: object, wants?: string]

/** A test for each row: a kind of report, what else stands in it, and what would have to be asked. */
export function judgeEach(state: string, rows: readonly Row[]): void {
  for (const [what, line, about, expected, wants] of rows)
    it(`${state} ${what}, gives ${Object.values(expected)[0]}`, () => {
      const judged = judge(line, about)
      const report: Record<string, unknown> = { ...judged.report }
      for (const [key, value] of Object.entries(expected))
        assert.deepEqual(report[key], value, JSON.stringify(judged))
      assert.equal(judged.wants, wants)
    })
}
