import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { describe, it } from 'mocha'
import { runnerSuite } from '../../../src/testing/runner-suite.ts'
import { ended, submission, submitted, trial } from '../../../src/testing/trial-job.ts'
import { freePort } from '../../testing/free-port.ts'
import { cutOff, inFolder, keptFile, onPulling, type OnPulling } from '../../testing/on-pulling.ts'
import { openPulsarSubject, type PulsarSubject } from '../../testing/pulsar-subject.ts'
import { managers, serverOf } from './managers.ts'

const patience = 90_000
const bytes = randomBytes(2_000_000)

async function onEach(manager: string, act: (on: PulsarSubject, pull: OnPulling) => Promise<void>) {
  const { options } = serverOf(manager)
  const on = await openPulsarSubject(options)
  const pull = await onPulling({ ...options, context: on.context })
  try {
    await act(on, pull)
  } finally {
    await pull.close()
    await on.close()
  }
}

async function copying({ context }: PulsarSubject) {
  const value = await keptFile(context, inFolder(context, 'input'), bytes)
  return trial('cp "$in" out; mkdir d; echo "ü" > "d/ü x"', {
    staged: [{ path: 'in', value }],
    variables: { in: [{ staged: 'in' }] },
    outputs: { out: { kind: 'file', path: 'out', optional: false }, d: { kind: 'folder', path: 'd' } },
  })
}

async function comesHome(on: PulsarSubject, { runner }: OnPulling): Promise<void> {
  const spec = await copying(on)
  const tag = await submitted(runner, spec)
  const { exit, incarnation } = await ended(runner, tag, patience)
  assert.deepEqual(exit, { kind: 'code', code: 0 })
  const answer = await runner.fetch({ tag, incarnation, spec, outputs: true }, {})
  assert.equal(answer.kind, 'fetched', JSON.stringify(answer))
  const [given] = spec.staged
  assert.ok(given && 'value' in given && answer.kind === 'fetched')
  const out = answer.outputs['out']
  assert.ok(typeof out === 'object' && out !== null && 'digest' in out && given.value.digest === out.digest)
  assert.ok((await readFile(on.context.objects.path(given.value.digest))).equals(bytes))
}

for (const [manager, { what }] of Object.entries(managers))
  describe(`a real Pulsar server that comes to us for files, ${what}`, () => {
    const create = async () => {
      const listen = `127.0.0.1:${await freePort()}`
      return openPulsarSubject({
        ...serverOf(manager).options,
        endpoint: { url: `http://${listen}/`, listen },
      })
    }
    runnerSuite({ test: it }, create, { patience })

    it('fetches what was signed, and brings what was made', () =>
      onEach(manager, async (on, pull) => {
        await comesHome(on, pull)
        assert.equal(pull.asked.filter((one) => one.startsWith('GET')).length, 1)
        assert.equal(pull.asked.filter((one) => one.startsWith('POST')).length, 2)
      }))
  })

describe('a real Pulsar server that is given and taken from badly', () => {
  it('runs nothing on an input whose connection breaks midway', () =>
    onEach('_default_', async (on, pull) => {
      pull.answerFirst((asked) =>
        asked.startsWith('GET') ? cutOff(bytes.subarray(0, 5), bytes.length) : undefined,
      )
      const job = submission(await copying(on))
      const answer = (await pull.runner.submit([job], {})).get(job.tag)
      // Some servers see it, and some take it for whole.
      if (answer?.kind === 'accepted') {
        const { exit } = await ended(pull.runner, job.tag, patience)
        assert.deepEqual(exit, { kind: 'code', code: 125, reason: 'staging-in' })
      } else assert.ok(answer?.kind === 'refused' && answer.reason === 'staging-in', JSON.stringify(answer))
    }))

  it('loses an output that was answered 500 once, and it comes home', () =>
    onEach('_default_', async (on, pull) => {
      let failed = 0
      pull.answerFirst((asked) =>
        asked.startsWith('POST') && (failed += 1) === 1 ? new Response(null, { status: 500 }) : undefined,
      )
      await comesHome(on, pull)
      assert.ok(failed > 0)
    }))

  it('is served while four others hold back what they bring', () =>
    onEach('_default_', async (on, pull) => {
      const [port, path] = [new URL(pull.url).port, `${new URL(pull.url).pathname}jaaaaaaaaaaaa`]
      const stalled = Array.from({ length: 4 }, () => {
        const socket = connect(Number(port), '127.0.0.1')
        socket.write(`POST ${path}?until=9&key=x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx`)
        return socket
      })
      try {
        await Promise.all(stalled.map((socket) => once(socket, 'connect')))
        await comesHome(on, pull)
      } finally {
        for (const socket of stalled) socket.destroy()
      }
    }))
})
