import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { quote } from '../../../src/core/quote.ts'
import { write } from '../../../src/core/system/files.ts'
import type { PulsarFaults } from '../../../src/testing/pulsar-simulator/faults.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import {
  ended,
  newTag,
  reportOf,
  running,
  submission,
  submitted,
  trial,
  waitFor,
} from '../../../src/testing/trial-job.ts'
import { followStreams } from '../../testing/follow-streams.ts'
import { onPulsarSimulator, token, type SimulatedSubject } from '../../testing/on-pulsar-simulator.ts'

const patience = 30_000

/** Each test has a server of its own. */
function withServer(name: string, test: (on: SimulatedSubject) => Promise<void>) {
  it(name, async function () {
    this.timeout(60_000)
    const on = await onPulsarSimulator()
    try {
      await test(on)
    } finally {
      await on.close()
    }
  })
}

/** Submits as the monitor does: what was surely not submitted again, what is in doubt after a look. */
async function submitUntilAccepted({ runner, shared }: SimulatedSubject, staged = 'input') {
  const script = `echo ran >> ${quote(`${shared}/ran`)}; cat "$input"`
  const job = submission(
    trial(script, {
      staged: [{ path: 'in/put', text: staged }],
      variables: { input: [{ staged: 'in/put' }] },
    }),
  )
  await eventually('the job to be accepted', patience, async () => {
    const answer = (await runner.submit([job], {})).get(job.tag)
    assert.notEqual(answer?.kind, 'refused', JSON.stringify(answer))
    if (answer?.kind === 'accepted') return true
    // A look may fail, too; then nobody knows.
    const report = await reportOf(runner, job.tag).catch(() => undefined)
    return report && ['queued', 'running', 'ended'].includes(report.kind) ? true : undefined
  })
  return job.tag
}

const submissionFaults: readonly (readonly [string, PulsarFaults])[] = [
  ['its set-up is done and not answered', { losesSetUp: { times: 1 } }],
  ['its script arrives by half', { cutsUpload: { times: 1 } }],
  ['its submission does not arrive', { losesSubmit: { times: 1 } }],
  ['its submission arrives and is not answered', { losesSubmitReply: { times: 1 } }],
  [
    'the answer is lost and a second submission starts it again',
    { losesSubmitReply: { times: 1 }, submitsTwice: true },
  ],
  ['what stands before the server is busy', { busy: { times: 3 } }],
  ['connections break', { down: { times: 3 } }],
]

describe('a job on Pulsar', () => {
  for (const manager of ['_default_', 'uuids'])
    it(`runs once, whatever breaks while it is submitted, manager ${manager}`, async function () {
      this.timeout(60_000)
      const outcomes = await Promise.all(
        submissionFaults.map(async ([what, faults]) => {
          const on = await onPulsarSimulator(manager)
          try {
            on.simulator.faults.set(faults)
            const tag = await submitUntilAccepted(on)
            const { exit } = await ended(on.runner, tag, patience)
            await ended(on.runner, await submitted(on.runner, trial('sleep 0.3')), patience)
            return [what, exit, await readFile(join(on.shared, 'ran'), 'utf8')]
          } finally {
            await on.close()
          }
        }),
      )
      const once = submissionFaults.map(([what]) => [what, { kind: 'code', code: 0 }, 'ran\n'])
      assert.deepEqual(outcomes, once)
    })

  withServer(
    'ends with its own code, though its server was started anew and says that it runs',
    async (on) => {
      const tag = await submitted(on.runner, trial(`${waitFor(`${on.shared}/go`)}; exit 7`))
      await running(on.runner, tag, patience)
      on.simulator.restart()
      await write(`${on.shared}/go`, '')
      assert.deepEqual((await ended(on.runner, tag, patience)).exit, { kind: 'code', code: 7 })
    },
  )

  withServer('is stopped, though its server forgets to cancel it', async (on) => {
    on.simulator.faults.set({ forgetsCancel: true })
    const tag = await submitted(on.runner, trial('sleep 600'))
    await running(on.runner, tag, patience)
    const answer = (await on.runner.cancel([tag], {})).get(tag)
    assert.equal(answer?.kind, 'stopped')
    const { exit } = await ended(on.runner, tag, patience)
    assert.deepEqual(exit, { kind: 'signal', signal: 'SIGTERM' })
  })

  withServer('fails before its command, where what was sent is not what was signed', async (on) => {
    const { runner, staging, shared, context } = on
    await write(`${shared}/big`, 'x'.repeat(100))
    const kept = await context.objects.keep(`${shared}/big`, 'copy')
    const value = { kind: 'file', name: 'big', ...kept, at: { kind: 'workspace' } } as const
    const job = submission(
      trial(`${waitFor(`${shared}/go`)}; : > ${quote(`${shared}/ran`)}`, {
        staged: [{ path: 'big', value }],
      }),
    )
    on.simulator.faults.set({ losesSubmit: true })
    assert.equal((await runner.submit([job], {})).get(job.tag)?.kind, 'doubt')
    // As a connection leaves it that broke after some bytes, with a server that did not notice.
    const home = join(staging, job.tag, 'metadata', job.tag)
    const [sent = ''] = (await readdir(home)).filter((name) => name.startsWith('sent.'))
    await write(join(home, sent, '0'), 'xxxxx')
    const [script = ''] = (await readdir(home)).filter((name) => name.startsWith('start.'))
    on.simulator.faults.set({})
    const { runProcess } = await import('../../../src/core/system/run-process.ts')
    await runProcess({ command: ['/bin/sh', join(home, script)], deadline: 30_000 })
    const { exit } = await ended(runner, job.tag, patience)
    assert.deepEqual(exit, { kind: 'code', code: 125, reason: 'staging-in' })
    assert.equal((await readdir(shared)).includes('ran'), false)
  })

  withServer(
    'gives 2 MiB of text and bytes live, byte for byte, to one reader and to the next process',
    (on) => followStreams(on, on.staging, patience),
  )

  withServer('has its output fetched again where a download is cut', async (on) => {
    const spec = trial('head -c 200000 /dev/zero > zeros', {
      outputs: { zeros: { kind: 'file', path: 'zeros', optional: false } },
    })
    const tag = await submitted(on.runner, spec)
    const { incarnation } = await ended(on.runner, tag, patience)
    const question = { tag, incarnation, spec, outputs: true }
    on.simulator.faults.set({ cutsDownload: { times: 1 } })
    await assert.rejects(on.runner.fetch(question, {}), { retryable: true })
    assert.equal((await on.runner.fetch(question, {})).kind, 'fetched')
  })

  withServer(
    'is refused with plain words where the token is wrong, and the token is in no error',
    async (on) => {
      const { pulsar } = await import('../../../src/runners/pulsar.ts')
      const wrong = 'wrong-secret-of-a-token'
      const portal = createServer((request, answer) => answer.end(`log in to go on to ${request.url}`))
      portal.listen(0, '127.0.0.1')
      await once(portal, 'listening')
      const at = portal.address()
      assert.ok(at !== null && typeof at === 'object')
      for (const [url, given] of [
        [on.url, wrong],
        ['http://127.0.0.1:1/', token],
        [on.url.replace('http:', 'https:'), token],
        [`http://127.0.0.1:${at.port}/`, token],
      ] as const) {
        const runner = pulsar({ url, token: given }).open(on.context)
        const job = submission(trial(':'))
        const said = JSON.stringify([
          (await runner.submit([job], {})).get(job.tag),
          await runner.look({ jobs: [], doubtful: new Set([newTag()]), ranges: [] }, {}).then(
            () => 'answered',
            (error: unknown) => [String(error), error instanceof Error ? [error.stack, error.cause] : []],
          ),
          [...(await runner.cancel([job.tag], {})).values()],
        ])
        await runner.close()
        assert.match(
          said,
          /does not take the token|nothing listens there|no TLS is spoken there|gave what no Pulsar says/,
        )
        for (const form of [given, encodeURIComponent(given)]) assert.equal(said.includes(form), false, said)
      }
      portal.close()
    },
  )
})

describe('the address of a Pulsar server', () => {
  it('must be https, unless it is this machine or said to be insecure', async () => {
    const { pulsar } = await import('../../../src/runners/pulsar.ts')
    assert.throws(() => pulsar({ url: 'http://pulsar.example.org:8913' }), { code: 'invalid-configuration' })
    assert.throws(() => pulsar({ url: 'https://token@pulsar.example.org/' }), {
      code: 'invalid-configuration',
    })
    for (const url of ['https://pulsar.example.org', 'http://localhost:8913/', 'http://[::1]:8913/'])
      assert.equal(pulsar({ url }).kind, 'pulsar')
    assert.equal(pulsar({ url: 'http://pulsar.example.org:8913', insecure: true }).kind, 'pulsar')
  })
})
