import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { jobKey, workspaceId, type Tag } from '../core/ids.ts'
import { quote } from '../core/quote.ts'
import { tagOf } from '../core/tag-of.ts'
import type { JobReport } from '../runners/job-report.ts'
import type { JobSpec } from '../runners/job-spec.ts'
import type { LogAnswer, LogRange, Runner, Submission } from '../runners/runner.ts'
import { eventually } from './eventually.ts'

export type Ended = Extract<JobReport, { kind: 'ended' }>
export type Running = Extract<JobReport, { kind: 'running' }>

/** A small job of the suite: a script under `sh`. */
export function trial(script: string, more: Partial<JobSpec> = {}): JobSpec {
  const run = { kind: 'script', script, shell: 'sh', arguments: [] } as const
  return {
    run,
    staged: [],
    variables: {},
    environment: {},
    outputs: {},
    resources: {},
    load: [],
    ...more,
  }
}

/** A tag that nobody had before. */
export function newTag(): Tag {
  return tagOf(workspaceId('suite'), jobKey(randomUUID()), 1)
}

export function submission(spec: JobSpec, tag: Tag = newTag()): Submission {
  return { tag, name: 'suite', attempt: 1, spec }
}

/** Submits one job, which must be accepted. */
export async function submitted(runner: Runner, spec: JobSpec): Promise<Tag> {
  const job = submission(spec)
  const answers = await runner.submit([job], {})
  assert.equal(
    answers.get(job.tag)?.kind,
    'accepted',
    `submitting gave ${JSON.stringify(answers.get(job.tag))}`,
  )
  return job.tag
}

/** What is said of a job when it is looked into. */
export async function reportOf(runner: Runner, tag: Tag): Promise<JobReport> {
  const all = new Set([tag])
  const { reports } = await runner.look({ jobs: all, doubtful: all, urgent: all, ranges: [] }, {})
  const report = reports.get(tag)
  assert.ok(report, 'there is no report of the job')
  return report
}

/** Looks until the job has ended, in whatever way it wrote down. */
export function ended(runner: Runner, tag: Tag, patience: number): Promise<Ended> {
  return eventually('the job to end', patience, async () => {
    const report = await reportOf(runner, tag)
    return report.kind === 'ended' ? report : undefined
  })
}

export function running(runner: Runner, tag: Tag, patience: number): Promise<Running> {
  return eventually('the job to run', patience, async () => {
    const report = await reportOf(runner, tag)
    return report.kind === 'running' ? report : undefined
  })
}

/** Submits a job, waits for its end, and gives what it printed. */
export async function printed(runner: Runner, spec: JobSpec, patience: number): Promise<string> {
  const tag = await submitted(runner, spec)
  const { exit, incarnation } = await ended(runner, tag, patience)
  const [stdout, stderr] = await ranges(runner, [
    { tag, incarnation, stream: 'stdout', offset: 0, limit: 1 << 20 },
    { tag, incarnation, stream: 'stderr', offset: 0, limit: 1 << 20 },
  ])
  assert.deepEqual(exit, { kind: 'code', code: 0 }, `the job failed: ${textOf(stderr)}`)
  return textOf(stdout)
}

/** Answers to the ranges, in the order asked. */
export async function ranges(runner: Runner, asked: readonly LogRange[]): Promise<readonly LogAnswer[]> {
  const { logs } = await runner.look({ jobs: [], doubtful: new Set(), ranges: asked }, {})
  assert.equal(logs.length, asked.length, 'there is not one answer for each range')
  return asked.map((range) => {
    const answer = logs.find(({ tag, stream }) => tag === range.tag && stream === range.stream)
    assert.ok(answer, `there is no answer for ${range.stream}`)
    return answer
  })
}

export function textOf(answer: LogAnswer | undefined): string {
  assert.equal(answer?.kind, 'chunk', `no bytes of the stream: ${JSON.stringify(answer)}`)
  return answer?.kind === 'chunk' ? new TextDecoder().decode(answer.bytes) : ''
}

/** A script that waits until a file is there, for a minute at most. */
export function waitFor(path: string): string {
  return `n=0; while [ ! -e ${quote(path)} ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n+1)); done`
}
