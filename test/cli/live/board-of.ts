import { jobKey, modulePath, nativeId, runId, signature, tag } from '../../../src/core/ids.ts'
import type { Board } from '../../../src/cli/live/board.ts'
import type { JobRecord } from '../../../src/records/job-record.ts'
import type { JobState } from '../../../src/records/job-state.ts'
import type { Outcome } from '../../../src/records/outcome.ts'
import type { RunRecord } from '../../../src/records/run-record.ts'

/** `now` of these tests, in ms since 1970; everything began four minutes before. */
export const now = 1_800_000_000_000
const began = now - 240_000

export const id = runId('0199a3c4-0000-7000-8000-00000000c4f1')

export const run: RunRecord = {
  id,
  name: 'lambda digest',
  pipeline: {},
  inputs: {},
  files: {},
  targets: [],
  fresh: [],
  onFailure: 'continue',
  resume: 'auto',
  destinations: {},
  base: '/',
  state: 'open',
  startedAt: began,
}

export const states: Readonly<Record<string, JobState>> = {
  running: {
    kind: 'running',
    since: now - 60_000,
    nativeId: nativeId('7'),
    incarnation: 1,
    startedAt: now - 60_000,
  },
  queued: { kind: 'queued', since: now - 200_000, nativeId: nativeId('7') },
  failed: {
    kind: 'failed',
    since: now - 1000,
    reason: 'out-of-memory',
    message: 'it took 25 GiB',
    incarnation: 1,
  },
  waiting: { kind: 'submitting', since: began },
  succeeded: {
    kind: 'succeeded',
    since: now - 500,
    outputs: {},
    incarnation: 1,
    startedAt: now - 90_000,
    endedAt: now - 30_000,
  },
}

export function jobOfState(place: number, state: JobState, more: Partial<JobRecord> = {}): JobRecord {
  return {
    key: jobKey(String(place).padStart(64, '0')),
    signature: signature(String(place).padStart(64, '0')),
    name: `digest[${place}]`,
    destination: 'hpc',
    spec: {
      run: { kind: 'command', words: [] },
      staged: [],
      variables: {},
      environment: {},
      outputs: {},
      resources: {},
      load: [],
    },
    retry: [],
    log: [],
    attempt: 1,
    tag: tag(`j${place}`),
    state,
    earlier: [],
    ...more,
  }
}

/** A board on which one run speaks of all these jobs. */
export function boardOf(jobs: readonly JobRecord[], more: Partial<Board> = {}): Board {
  const outcomes = new Map<string, Outcome>(
    jobs.map((job) => [
      job.name,
      job.state.kind === 'failed'
        ? { kind: 'failed', error: { code: 'job-failed', message: 'no' }, job: job.key }
        : { kind: 'suspended', on: { kind: 'job', module: modulePath(job.name), job: job.key, attempt: 1 } },
    ]),
  )
  outcomes.set('gel', { kind: 'waiting', for: [modulePath('digest')] })
  return {
    runs: new Map([[id, { record: run, outcomes }]]),
    jobs: new Map(jobs.map((job) => [job.key, job])),
    spoken: new Set(jobs.map(({ key }) => key)),
    times: new Map(
      jobs.map(({ key, state }) => [
        key,
        { attempt: 1, submittedAt: began, ...(state.kind === 'running' && { startedAt: state.startedAt }) },
      ]),
    ),
    percents: new Map(),
    travels: new Map(),
    destinations: () => new Map([['hpc', { runner: 'slurm', limits: {}, answeredAt: now - 3000 }]]),
    close() {},
    ...more,
  }
}
