import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { systemClock } from '../../src/core/clock.ts'
import { AbeyanceError, isAbeyanceError } from '../../src/core/error.ts'
import { workspaceId, type Tag } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import { local as localRunner } from '../../src/runners/local.ts'
import type { JobReport } from '../../src/runners/job-report.ts'
import type { JobSpec } from '../../src/runners/job-spec.ts'
import type { CallOptions, LookQuestion, Runner } from '../../src/runners/runner.ts'
import { openObjects } from '../../src/staging/objects.ts'
import type { RunnerSubject } from '../../src/testing/runner-subject.ts'
import { runnerSuite } from '../../src/testing/runner-suite.ts'
import { newTag } from '../../src/testing/trial-job.ts'
import { local } from '../../src/transports/local.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { failedQuestions } from './failed-questions.ts'

/** The local runner over a way that can be cut; `change` makes it wrong. */
async function onThisMachine(change: (right: Runner) => Runner = (right) => right): Promise<RunnerSubject> {
  const shared = await mkdtemp(join(tmpdir(), 'runner-'))
  const objects = await openObjects(join(shared, 'objects'))
  const way = cuttable(local())
  const opened: Runner[] = []
  const open = () => {
    const kind = localRunner()
    const right = kind.open({
      transport: way.transport,
      workFolder: join(shared, 'work'),
      workspace: workspaceId('suite'),
      objects,
      logFolder: join(shared, 'logs'),
      endpointFolder: join(shared, 'endpoint'),
      logCap: 1 << 20,
      clock: systemClock,
      logger: silent,
      wake() {},
    })
    opened.push(right)
    return change(right)
  }
  return {
    runner: open(),
    again: async () => open(),
    shared,
    reachable: way.reachable,
    async close() {
      for (const each of opened) await each.close()
      await rm(shared, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

function cuttable(right: Transport) {
  let cut = false
  const transport: Transport = {
    ...right,
    async run(script, options) {
      if (cut) throw new AbeyanceError('unreachable', 'this machine is cut off; mend the way to it')
      return right.run(script, options)
    },
  }
  return { transport, reachable: (yes: boolean) => void (cut = !yes) }
}

describe('the local runner', () => {
  runnerSuite({ test: it }, () => onThisMachine())
})

describe('the runner suite', () => {
  const failures = (wrong: (right: Runner) => Partial<Runner>) =>
    failedQuestions(
      (harness) =>
        runnerSuite(harness, () => onThisMachine((right) => ({ ...right, ...wrong(right) })), {
          patience: 60_000, // all are asked at once
        }),
      'stops a job that does not listen to TERM', // it takes the grace between TERM and KILL
    )

  /** Changes what is said of each job. */
  const saying = (change: (report: JobReport) => JobReport) => (right: Runner) => ({
    async look(question: LookQuestion, options: CallOptions) {
      const { reports, logs } = await right.look(question, options)
      return { reports: new Map([...reports].map(([tag, report]) => [tag, change(report)] as const)), logs }
    },
  })
  const well = { incarnation: 1, exit: { kind: 'code', code: 0 }, startedAt: 1, endedAt: 1 } as const

  it('finds a runner that submits twice', async () => {
    const failed = await failures((right) => {
      const seen = new Set<Tag>()
      return {
        async submit(jobs, options) {
          const again = jobs.filter(({ tag }) => seen.has(tag)).map((job) => ({ ...job, tag: newTag() }))
          for (const { tag } of jobs) seen.add(tag)
          if (again.length > 0) await right.submit(again, options)
          return right.submit(jobs, options)
        },
      }
    })
    assert.deepEqual(failed, [
      'runs a job once, though it is submitted again while it runs and when it has ended',
    ])
  })

  it('finds a runner that takes an absent job for one that ended well', async () => {
    const failed = await failures(
      saying((report) =>
        report.kind === 'absent' ? { kind: 'ended', ...well, evidence: 'not in the queue' } : report,
      ),
    )
    assert.deepEqual(failed, [
      'gives one report for each job asked, and says absent of a stranger',
      'forgets a job that was cleaned away, and takes cleaning it again for no fault',
    ])
  })

  it('finds a runner that takes a missing exit file for exit code 0', async () => {
    const failed = await failures(
      saying((report) =>
        report.kind === 'vanished' ? { kind: 'ended', ...well, evidence: 'no exit' } : report,
      ),
    )
    assert.deepEqual(failed, ['never gives exit code 0 to a job that was killed together with its wrapper'])
  })

  it('finds a runner that drops the quoting of words', async () => {
    const split = (spec: JobSpec): JobSpec => {
      if (spec.run.kind !== 'command') return spec
      const [program, ...rest] = spec.run.words
      const words = rest.flatMap((word) =>
        word.some((part) => part === ' ends with a space ') ? [['ends']] : [word],
      )
      return { ...spec, run: { kind: 'command', words: program ? [program, ...words] : words } }
    }
    const failed = await failures((right) => ({
      submit: (jobs, options) =>
        right.submit(
          jobs.map((job) => ({ ...job, spec: split(job.spec) })),
          options,
        ),
    }))
    assert.deepEqual(failed, ['hands every word of a command on whole'])
  })

  it('finds a runner that says stopped and lets the job go on', async () => {
    const failed = await failures(() => ({
      cancel: async (tags) => new Map(tags.map((tag) => [tag, { kind: 'stopped', evidence: 'asked it to' }])),
    }))
    assert.deepEqual(failed, [
      'claims nothing of a machine that cannot be reached, and has lost nothing afterwards',
      'stops a job with all its children before it says so',
      'starts nothing that was cancelled before it was submitted',
    ])
  })

  it('finds a runner that answers for a machine it cannot reach', async () => {
    const failed = await failures((right) => ({
      look: (question, options) =>
        right.look(question, options).catch((error: unknown) => {
          if (!isAbeyanceError(error, 'unreachable')) throw error
          const absent: JobReport = { kind: 'absent', submitter: 'unknown', evidence: '' }
          return { reports: new Map([...question.jobs].map((tag) => [tag, absent])), logs: [] }
        }),
    }))
    assert.deepEqual(failed, [
      'claims nothing of a machine that cannot be reached, and has lost nothing afterwards',
    ])
  })
})
