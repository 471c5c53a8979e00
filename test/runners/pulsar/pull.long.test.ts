import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { z } from 'zod'
import { digest as asDigest } from '../../../src/core/ids.ts'
import { pulsar } from '../../../src/runners/pulsar.ts'
import type { Runner, Travel } from '../../../src/runners/runner.ts'
import { digestFile } from '../../../src/signatures/digest-file.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import { ended, reportOf, submission, submitted, trial } from '../../../src/testing/trial-job.ts'
import { freePort } from '../../testing/free-port.ts'
import { cutOff, inFolder, keptFile, onPulling, type OnPulling } from '../../testing/on-pulling.ts'
import { onPulsarSimulator, token, type SimulatedSubject } from '../../testing/on-pulsar-simulator.ts'

const patience = 30_000
const bytes = randomBytes(300_000)

describe('a Pulsar server that comes to us for files', function () {
  this.timeout(60_000)
  let on: SimulatedSubject
  let pull: OnPulling
  const open = async (manager = '_default_') => {
    on = await onPulsarSimulator(manager)
    pull = await onPulling({ ...on, token, manager, url: on.simulator.url })
  }
  beforeEach(() => open())
  afterEach(async () => {
    await pull.close()
    await on.close()
  })

  async function copying(script = 'cp "$in" out; mkdir d; echo "ü" > "d/ü x"') {
    const value = await keptFile(on.context, inFolder(on.context, 'input'), bytes)
    return trial(script, {
      staged: [{ path: 'in', value }],
      variables: { in: [{ staged: 'in' }] },
      outputs: { out: { kind: 'file', path: 'out', optional: false }, d: { kind: 'folder', path: 'd' } },
    })
  }
  const fetched = async (
    runner: Runner,
    tag: Awaited<ReturnType<typeof submitted>>,
    spec: ReturnType<typeof trial>,
  ) => {
    const { exit, incarnation } = await ended(runner, tag, patience)
    assert.deepEqual(exit, { kind: 'code', code: 0 })
    const travels: Travel[] = []
    const answer = await runner.fetch(
      { tag, incarnation, spec, outputs: true },
      { travelled: (_, travel) => void travels.push(travel) },
    )
    assert.equal(answer.kind, 'fetched', JSON.stringify(answer))
    const out = answer.kind === 'fetched' ? answer.outputs['out'] : undefined
    const { digest } = z.object({ digest: z.string().transform(asDigest) }).parse(out)
    assert.ok((await readFile(on.context.objects.path(digest))).equals(bytes))
    return travels
  }
  const downloads = () => on.simulator.requests.filter((one) => /GET .*\/files$/.test(one)).length

  for (const manager of ['_default_', 'uuids'])
    it(`fetches what was signed, brings what was made, and is told of both ways, manager ${manager}`, async () => {
      await pull.close()
      await on.close()
      await open(manager)
      const spec = await copying()
      const job = submission(spec)
      const there: Travel[] = []
      const answers = await pull.runner.submit([job], { travelled: (_, travel) => void there.push(travel) })
      assert.equal(answers.get(job.tag)?.kind, 'accepted')
      await ended(pull.runner, job.tag, patience)
      const before = downloads()
      const home = await fetched(pull.runner, job.tag, spec)
      assert.equal(home.at(-1)?.done, 300_003)
      assert.equal(downloads() - before, 6) // whether it was claimed again, the listing, both streams, and both of what was said around it
      assert.equal(pull.asked.filter((one) => one.startsWith('GET ')).length, 1)
      assert.equal(pull.asked.filter((one) => one.startsWith('POST ')).length, 2)
      await pull.runner.clean([job.tag], {})
      assert.deepEqual(await readdir(on.context.endpointFolder), ['key'])
    })

  it('runs nothing on half an input, also where it takes that for whole', async () => {
    on.simulator.faults.set({ cutsPull: { times: 1 } })
    const spec = await copying()
    const tag = await submitted(pull.runner, spec)
    assert.deepEqual((await ended(pull.runner, tag, patience)).exit, {
      kind: 'code',
      code: 125,
      reason: 'staging-in',
    })
  })

  const refusals: readonly (readonly [string, () => void, RegExp])[] = [
    ['breaks off', () => pull.answerFirst((asked) => (asked.startsWith('GET') ? cutOff(bytes.subarray(0, 5), 300_000) : undefined)), /asked for nothing/],
    ['is refused', () => pull.answerFirst(() => new Response(null, { status: 503 })), /does it reach/],
  ] // prettier-ignore
  for (const [what, happens, words] of refusals)
    it(`is refused as staging, with the cause as it shows here, where an input ${what}`, async () => {
      happens()
      const job = submission(await copying())
      const answer = (await pull.runner.submit([job], {})).get(job.tag)
      assert.ok(answer?.kind === 'refused' && answer.reason === 'staging-in', JSON.stringify(answer))
      assert.match(answer.message, words)
    })

  it('is refused with the name of a file that changed before it was fetched', async () => {
    const path = inFolder(on.context, 'named')
    await writeFile(path, bytes)
    const value = {
      kind: 'file',
      name: 'named',
      ...(await digestFile(path)),
      at: { kind: 'path', path },
    } as const
    await appendFile(path, 'more')
    const job = submission(trial(':', { staged: [{ path: 'named', value }] }))
    const answer = (await pull.runner.submit([job], {})).get(job.tag)
    assert.ok(answer?.kind === 'refused' && answer.reason === 'staging-in', JSON.stringify(answer))
    assert.match(answer.message, /was not given \(409\): it is not what was signed any more/)
  })

  it('loses an output that was answered 500 once, and it is read over there', async () => {
    let failed = 0
    pull.answerFirst((asked) =>
      asked.startsWith('POST') && (failed += 1) === 1 ? new Response(null, { status: 500 }) : undefined,
    )
    const spec = await copying()
    await fetched(pull.runner, await submitted(pull.runner, spec), spec)
    assert.ok(failed >= 2)
  })

  it('brings what is damaged on the way, and it is not taken for what it should be', async () => {
    pull.answerFirst((asked, request) => {
      if (!asked.startsWith('POST')) return undefined
      return request.arrayBuffer().then(() => new Response(null, { status: 400 }))
    })
    const spec = await copying()
    await fetched(pull.runner, await submitted(pull.runner, spec), spec)
  })

  it('goes on for the next process, by the addresses that it was given before', async () => {
    let gates: (() => void)[] = []
    const held = new Promise<void>((resolve) => gates.push(resolve))
    pull.answerFirst((asked) => (asked.startsWith('GET') ? held.then(() => undefined) : undefined))
    const spec = await copying()
    const stop = new AbortController()
    const job = submission(spec)
    const first = pull.runner.submit([job], { signal: stop.signal })
    while (!pull.asked.some((one) => one.startsWith('GET')))
      await new Promise((resolve) => setTimeout(resolve, 20))
    stop.abort()
    await first
    await pull.runner.close()
    for (const open of gates) open()
    gates = []
    const next = pulsar({ url: on.simulator.url, token, endpoint: { url: 'http://127.0.0.1:1/' } }).open(
      on.context,
    )
    await fetched(next, job.tag, spec)
    await next.close()
  })

  for (const manager of ['_default_', 'uuids'])
    it(`is asked anew where it gave up while we were away, and the job runs once, manager ${manager}`, async () => {
      await pull.close()
      await on.close()
      await open(manager)
      let isAway = true
      const stop = new AbortController()
      pull.answerFirst((asked) => {
        if (!isAway) return undefined
        stop.abort() // as killed in the middle of it
        return new Response(null, { status: asked === '' ? 500 : 503 })
      })
      const spec = await copying('cp "$in" out; mkdir d; echo >> d/ran')
      const job = submission(spec)
      await pull.runner.submit([job], { signal: stop.signal })
      isAway = false
      const server = { url: on.simulator.url, token, manager }
      const next = await onPulling({ ...server, context: on.context })
      try {
        await eventually('that its server gave up', patience, async () => {
          const report = await reportOf(next.runner, job.tag)
          return report.kind === 'absent' ? report : undefined
        })
        assert.equal((await next.runner.submit([job], {})).get(job.tag)?.kind, 'accepted')
        await fetched(next.runner, job.tag, spec)
      } finally {
        await next.close()
      }
    })

  it('is told where nothing can be served, before anything is sent', async () => {
    const port = await freePort()
    const taken = createServer().listen(port, '127.0.0.1')
    await once(taken, 'listening')
    const endpoint = { url: `http://127.0.0.1:${port}/`, listen: `127.0.0.1:${port}` }
    const runner = pulsar({ url: on.simulator.url, token, endpoint }).open(on.context)
    try {
      const job = submission(await copying())
      const answer = (await runner.submit([job], {})).get(job.tag)
      assert.ok(answer?.kind === 'not-tried', JSON.stringify(answer))
      assert.match(answer.message, /it is taken, by another program/)
      assert.equal(
        on.simulator.requests.some((one) => one.endsWith('/submit')),
        false,
      )
    } finally {
      await runner.close()
      taken.close()
    }
  })

  it('is served by two destinations at one place, and by nobody when both are closed', async () => {
    const port = await freePort()
    const endpoint = { url: `http://127.0.0.1:${port}/`, listen: `127.0.0.1:${port}` }
    const two = [1, 2].map(() => pulsar({ url: on.simulator.url, token, endpoint }).open(on.context))
    const spec = await copying()
    for (const runner of two) {
      await fetched(runner, await submitted(runner, spec), spec)
      await runner.close()
    }
    const socket = connect(port, '127.0.0.1')
    const [error]: unknown[] = await once(socket, 'error')
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')
    assert.equal((await readdir(join(on.context.endpointFolder))).length, 3)
  })
})

describe('the settings of an endpoint', () => {
  const url = 'http://127.0.0.1:8913/'
  const wrong: readonly (readonly [string, Parameters<typeof pulsar>[0], RegExp])[] = [
    ['pull without one', { url, staging: 'pull' }, /needs an `endpoint`/],
    ['one with push', { url, staging: 'push', endpoint: { url } }, /means nothing/],
    ['plain http to another machine', { url, endpoint: { url: 'http://example.org/' } }, /plain http/],
    ['no address', { url, endpoint: { url: 'example.org' } }, /no plain http or https address/],
    ['a place without a port', { url, endpoint: { url, listen: '127.0.0.1' } }, /ADDRESS:PORT/],
    ['no time', { url, endpoint: { url, expires: 'soon' } }, /no duration/],
  ]
  for (const [what, options, words] of wrong)
    it(`are refused: ${what}`, () => assert.throws(() => pulsar(options), words))
})
