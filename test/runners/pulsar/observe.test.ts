import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../../src/core/error.ts'
import { nativeId, tag as asTag, workspaceId } from '../../../src/core/ids.ts'
import { silent } from '../../../src/core/logger.ts'
import { makeHold, type Hold } from '../../../src/runners/pulsar/hold.ts'
import { readRange } from '../../../src/runners/pulsar/read-range.ts'
import { observe } from '../../../src/runners/pulsar/observe.ts'
import { serverTransport } from '../../../src/runners/pulsar/server-transport.ts'
import type { PulsarServer } from '../../../src/runners/pulsar/server.ts'
import { virtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts'
import { onPulsarSimulator } from '../../testing/on-pulsar-simulator.ts'

const tag = asTag('jaaaaaaaaaaaa')
const claim = `${tag},0,node/4026,12,99,boot,abcd,1000`
const exit = 'v1,3,-,-,1000,2000,10,20,end'

interface Served {
  /** `refused` stands for error 500. */
  readonly says: string | null
  readonly code?: number
  /** By name, below the attempt's folder. */
  readonly files?: Readonly<Record<string, string>>
}

/** A server that only answers, over a clock that is moved by hand. */
function holdOf(served: Served): {
  readonly hold: Hold
  readonly clock: VirtualClock
  serve(next: Served): void
} {
  let now = served
  const clock = virtualClock(0)
  const none = () => Promise.reject(new Error('not asked for here'))
  const server: PulsarServer = {
    name: 'pulsar at host',
    version: none,
    setUp: none,
    upload: async (_, name) => {
      now = { ...now, files: { ...now.files, [name.slice(tag.length + 1)]: 'over' } }
      return name
    },
    submit: none,
    cancel: none,
    remove: none,
    close() {},
    look: async () =>
      now.says === 'odd'
        ? Promise.reject(new AbeyanceError('transport-failed', 'what?', { details: { odd: true } }))
        : now.says === 'refused'
          ? undefined
          : { status: now.says, returncode: now.code ?? null, job_stderr: 'bash: no\n' },
    async stream(id, name, sink) {
      const text = await this.read(id, name, {})
      return text !== undefined && (await sink(text), true)
    },
    async read(_, name) {
      const text = now.files?.[name.startsWith(tag) ? name.slice(tag.length + 1) : name]
      return text === undefined ? undefined : Buffer.from(`${text}\n`)
    },
  }
  const context = {
    clock,
    transport: serverTransport('host'),
    workFolder: '/',
    workspace: workspaceId('w'),
    objects: { keep: none, keepBytes: none, has: none, path: () => '', async *all() {}, remove: none },
    logFolder: '/',
    endpointFolder: '/',
    logCap: 0,
    logger: silent,
    wake() {},
  }
  return { hold: makeHold({ server, context, staging: 'push' }), clock, serve: (next) => void (now = next) }
}

/** Looks again where one look is not enough. */
async function observed(served: Served) {
  const { hold, clock } = holdOf(served)
  const first = await observe(hold, tag, {})
  if (first.kind !== 'unclear' || !/may begin all the same/.test(first.evidence)) return first
  await clock.advance(29_999)
  assert.equal((await observe(hold, tag, {})).kind, 'unclear')
  assert.equal(await hold.server.read(tag, `${tag}/over`, {}), undefined)
  await clock.advance(1)
  const second = await observe(hold, tag, {})
  assert.ok(await hold.server.read(tag, `${tag}/over`, {}), 'it may still begin')
  assert.deepEqual(await observe(hold, tag, {}), second)
  return second
}

const known = { nativeId: nativeId(tag), incarnation: 0, startedAt: 0 }

describe('what is so of a job on Pulsar', () => {
  const cases: readonly (readonly [string, Served, object])[] = [
    ['an exit counts, whatever the server says', { says: 'running', files: { 'claim.1': claim, 'run.1/exit': exit } }, { kind: 'ended', incarnation: 1, exit: { kind: 'code', code: 3 } }], // prettier-ignore
    ['an exit counts where the server lost the job', { says: 'lost', files: { 'claim.1': claim, 'run.1/exit': exit } }, { kind: 'ended' }], // prettier-ignore
    ['an exit counts where the server breaks over the job', { says: 'refused', files: { 'claim.1': claim, 'run.1/exit': exit } }, { kind: 'ended' }], // prettier-ignore
    ['complete with code 0 is no end while it gives signs of life', { says: 'complete', code: 0, files: { 'claim.1': claim, 'run.1/beat': '1' } }, { kind: 'running', incarnation: 1 }], // prettier-ignore
    ['an exit of an earlier incarnation does not count', { says: 'running', files: { 'claim.1': claim, 'run.1/exit': exit, 'claim.2': claim } }, { kind: 'running', incarnation: 2 }], // prettier-ignore
    ['an exit counts where its answer cannot be read', { says: 'odd', files: { 'claim.1': claim, 'run.1/exit': exit } }, { kind: 'ended' }], // prettier-ignore
    ['an answer that cannot be read is unclear', { says: 'odd' }, { kind: 'unclear' }],
    ['half an exit is unclear', { says: 'complete', files: { 'claim.1': claim, 'run.1/exit': 'v1,0' } }, { kind: 'unclear' }], // prettier-ignore
    ['a killed wrapper, of which nothing runs', { says: 'running', files: { 'claim.1': claim, 'run.1/gone': '5' } }, { kind: 'vanished', reason: 'wrapper-killed', incarnation: 1 }], // prettier-ignore
    ['a word that the server does not know itself is no end', { says: null }, { kind: 'queued' }],
    ['running, and nothing claimed', { says: 'running' }, { kind: 'queued', started: true }],
    ['a word that nobody knows', { says: 'sleeping' }, { kind: 'unclear' }],
    ['a server that breaks over a job', { says: 'refused' }, { kind: 'unclear' }],
    ['lost, and nothing claimed', { says: 'lost' }, { kind: 'absent', submitter: 'none' }],
    ['set up, and not submitted', { says: 'preprocessing' }, { kind: 'absent', submitter: 'gone' }],
    ['failed, and nothing claimed', { says: 'failed' }, { kind: 'vanished', reason: 'submission-refused', hearsay: true }], // prettier-ignore
    ['complete with code 0, and nothing claimed', { says: 'complete', code: 0 }, { kind: 'vanished', incarnation: 0, hearsay: true }], // prettier-ignore
    [
      'cancelled by somebody else',
      { says: 'cancelled' },
      { kind: 'vanished', reason: 'cancelled-by-administrator' },
    ],
    ['cancelled by us', { says: 'cancelled', files: { stop: 'stop' } }, { kind: 'vanished', reason: 'cancelled-by-us' }], // prettier-ignore
  ]
  for (const [name, served, expected] of cases)
    it(`follows from evidence: ${name}`, async () => {
      const report = await observed(served)
      assert.deepEqual({ ...report, ...expected }, report)
    })

  for (const [name, served] of [
    ['it never began', { says: 'complete', code: 1 }],
    ['it failed', { says: 'running', files: { 'claim.1': claim, 'run.1/exit': exit } }],
    ['it was killed', { says: 'running', files: { 'claim.1': claim, 'run.1/gone': '5' } }],
    ['it waits and its scheduler has started it', { says: 'running' }],
  ] as const)
    it(`comes with what was said around the job, where ${name}`, async () => {
      const said = { said: 'mv: disk full', job_stderr: `module: no such thing\nslurmstepd: oom-kill` }
      const before: Served = served
      const report = await observed({ ...before, files: { ...before.files, ...said } })
      assert.match(
        'evidence' in report ? report.evidence : '',
        /mv: disk full;.*no such thing\nslurmstepd: oom-kill$/,
      )
    })

  it('says that a complete job without a code has none', async () => {
    const report = await observed({ says: 'complete' })
    assert.match('evidence' in report ? report.evidence : '', /without a code, as after a kill/)
  })

  it('is waiting, where a job that was accepted is being prepared for long', async () => {
    const report = await observe(holdOf({ says: 'preprocessing' }).hold, tag, {}, known)
    assert.equal(report.kind, 'queued')
  })

  it('is doubt after silence: soon where the server holds it for over, with a note where it does not', async () => {
    for (const [says, after, expected] of [
      ['complete', 30_000, { kind: 'vanished', reason: 'wrapper-killed', hearsay: true }],
      ['lost', 30_000, { kind: 'vanished', hearsay: true }],
      ['running', 60_000, { kind: 'running', unseen: true }],
    ] as const) {
      const { hold, clock, serve } = holdOf({ says, files: { 'claim.1': claim, 'run.1/beat': '1' } })
      await observe(hold, tag, {})
      await clock.advance(after - 1)
      const before = await observe(hold, tag, {})
      assert.equal(before.kind === 'running' && before.unseen, undefined)
      await clock.advance(1)
      const report = await observe(hold, tag, {})
      assert.deepEqual({ ...report, ...expected }, report)
      serve({ says, files: { 'claim.1': claim, 'run.1/beat': '2' } })
      const again = await observe(hold, tag, {})
      assert.equal(again.kind === 'running' && again.unseen, undefined)
    }
  })
})

describe('a job on Pulsar that its server called over before it began', () => {
  it('is forbidden to begin, where somebody else cancelled it: its scheduler may not have heard', async () => {
    const { hold, clock } = holdOf({ says: 'cancelled' })
    assert.equal((await observe(hold, tag, {})).kind, 'unclear')
    await clock.advance(30_000)
    const report = await observe(hold, tag, {})
    assert.equal(report.kind === 'vanished' && report.reason, 'cancelled-by-administrator')
    assert.ok(await hold.server.read(tag, `${tag}/over`, {}), 'it may still begin')
  })

  it('is told to end itself, and runs where it has begun by then', async () => {
    const { hold, clock, serve } = holdOf({ says: 'complete' })
    assert.equal((await observe(hold, tag, {})).kind, 'unclear')
    await clock.advance(30_000)
    serve({ says: 'complete', files: { 'claim.1': claim, 'run.1/beat': '1' } })
    assert.equal((await observe(hold, tag, {})).kind, 'running')
    assert.equal(await hold.server.read(tag, `${tag}/over`, {}), undefined)
  })
})

describe('two readers of one stream on Pulsar', () => {
  it('are each given each byte once', async () => {
    const pieces = {
      'run.1/live/stdout.0': 'AAAA',
      'run.1/live/stdout.5': 'BBBB',
      'run.1/live/stdout.10': 'CCCC',
    }
    const { hold } = holdOf({ says: 'running', files: { 'claim.1': claim, ...pieces } })
    await observe(hold, tag, {})
    const range = { tag, incarnation: 1, stream: 'stdout', offset: 0, limit: 1000 } as const
    for (const answer of await Promise.all([0, 1].map(() => readRange(hold, range, {}))))
      assert.equal(answer.kind === 'chunk' && Buffer.from(answer.bytes).toString(), 'AAAA\nBBBB\nCCCC\n')
  })
})

describe('a look at many jobs on Pulsar', () => {
  it('costs one request for each that runs', async function () {
    this.timeout(60_000)
    const on = await onPulsarSimulator()
    try {
      const { submitted, running, trial, waitFor } = await import('../../../src/testing/trial-job.ts')
      const tags = [0, 1, 2].map(() => submitted(on.runner, trial(waitFor(`${on.shared}/go`))))
      const jobs = await Promise.all(tags)
      for (const job of jobs) await running(on.runner, job, 30_000)
      const before = on.simulator.requests.length
      await on.runner.look({ jobs: jobs.values(), doubtful: new Set(), ranges: [] }, {}) // once only
      assert.equal(on.simulator.requests.length - before, jobs.length)
    } finally {
      await on.close()
    }
  })
})
