import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { tag } from '../../../../src/core/ids.ts'
import { silent } from '../../../../src/core/logger.ts'
import { openAmqpServer } from '../../../../src/runners/pulsar/amqp/open-amqp-server.ts'
import { openEndpoint } from '../../../../src/runners/pulsar/endpoint/open-endpoint.ts'
import { homeOf } from '../../../../src/runners/pulsar/home.ts'
import type { PulsarServer } from '../../../../src/runners/pulsar/server.ts'
import { textBody } from '../../../../src/runners/pulsar/send.ts'
import { virtualClock } from '../../../../src/testing/virtual-clock.ts'
import { openSmallBroker, topology, type SmallBroker } from '../../../testing/small-broker.ts'

const one = tag('jaaaaaaaaaaaa')

describe('a Pulsar server that is spoken to by messages', () => {
  const clock = virtualClock()
  let folder: string
  let broker: SmallBroker
  let woken = 0
  const open = (): PulsarServer => {
    const url = new URL('https://engine.example.org/files/')
    const endpoint = openEndpoint({ folder, url, clock })
    const wake = () => void (woken += 1)
    return openAmqpServer({
      link: broker.link,
      topology,
      manager: 'hpc',
      endpoint,
      clock,
      logger: silent,
      wake,
    })
  }
  const submit = async (server: PulsarServer) => {
    await server.setUp(one, {})
    const path = await server.upload(one, homeOf(one).start('n1'), textBody('echo hi\n'), {})
    assert.equal(await server.submit(one, `( exec /bin/sh '${path}' )`, {}), true)
  }
  /** What is said at a look, with time for an answer that does not come. */
  const looked = async (server: PulsarServer) => {
    const said = server.look(one, {})
    await clock.advance(6000)
    return (await said)?.status
  }
  const asked = () => broker.sent.filter(({ to }) => to === 'status').length

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amqp-'))
    broker = openSmallBroker()
    woken = 0
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is sent one message with all that a job needs, and asked to say that it has it', async () => {
    const server = open()
    await submit(server)
    const [{ to, message } = { to: '', message: {} }] = broker.sent
    assert.equal(to, 'setup')
    assert.deepEqual(message['setup_params'], { job_id: one, use_metadata: true })
    assert.equal(message['command_line'], `( exec /bin/sh '../metadata/${one}/start.n1' )`)
    assert.match(JSON.stringify(message['remote_staging']), /"contents":"echo hi\\n"/)
    assert.match(JSON.stringify(message['acknowledge_queue']), /_ack"$/)
  })

  it('leaves a job queued until it has its message, and then waits for word of it', async () => {
    const server = open()
    assert.equal(await looked(server), 'lost')
    await submit(server)
    assert.equal(await looked(server), 'queued')
    await broker.acknowledge(broker.sent[0])
    assert.equal(await looked(server), 'preprocessing')
  })

  it('is believed its first end, which the next process finds, and told that it was heard', async () => {
    await submit(open())
    const update = {
      acknowledge_uuid: 'u1',
      acknowledge_queue: 'status_update_ack',
      job_id: one,
      status: 'complete',
      returncode: 5,
    }
    await broker.say({ job_id: one, status: 'running' })
    await broker.say(update)
    await broker.say({ ...update, status: 'failed' })
    assert.equal(woken, 3)
    const answers = broker.sent.filter(({ to }) => to === 'status_update_ack')
    assert.deepEqual(answers[0]?.message, { acknowledge_uuid_response: 'u1' })
    const next = open()
    assert.deepEqual(await next.look(one, {}), { status: 'complete', returncode: 5 })
    assert.equal(asked(), 0)
  })

  it('is asked at the first look, after a minute of silence, and then less and less often', async () => {
    const server = open()
    await submit(server)
    const first = server.look(one, {})
    await clock.advance(100)
    assert.equal(asked(), 1)
    await broker.say({ job_id: one, status: 'running' })
    assert.equal((await first)?.status, 'running')
    for (const [after, questions] of [
      [30_000, 1],
      [40_000, 1], // it said something meanwhile, which counts
      [120_000, 2],
      [60_000, 2],
      [300_000, 3],
    ] as const) {
      await clock.advance(after)
      await server.look(one, {})
      assert.equal(asked(), questions, `after ${after}`)
    }
  })

  it('is asked again and again after a kill, of whose end it does not tell', async () => {
    const server = open()
    await submit(server)
    await broker.acknowledge(broker.sent[0])
    await looked(server)
    const before = asked()
    for (let turn = 0; turn < 6; turn += 1) {
      await server.cancel(one, {})
      await server.look(one, {})
      await clock.advance(500)
    }
    assert.equal(broker.sent.filter(({ to }) => to === 'kill').length, 2)
    assert.equal(asked() - before, 2)
    await broker.say({ job_id: one, status: 'cancelled', returncode: -9 })
    assert.equal((await server.look(one, {}))?.status, 'cancelled')
  })

  it('is not listened to where it speaks of jobs of others, or says nothing that can be read', async () => {
    const server = open()
    await server.setUp(one, {})
    await broker.say({ job_id: 'jbbbbbbbbbbbb', status: 'complete' })
    for (const text of ['', '{', '[]', '{"job_id": 7}']) await broker.put(Buffer.from(text))
    assert.equal(woken, 0)
    assert.equal((await server.look(tag('jbbbbbbbbbbbb'), {}))?.status, 'lost')
  })

  it('tells nothing while its broker is not reached, and takes no job', async () => {
    const server = open()
    await submit(server)
    broker.reachable(false)
    await assert.rejects(server.look(one, {}), { code: 'connection-lost' })
    await assert.rejects(server.submit(one, 'true', {}), { code: 'connection-lost' })
    broker.reachable(true)
    assert.equal(await looked(server), 'queued')
  })

  it('is named with what to check where nobody has ever served its manager', async () => {
    broker.serves(false)
    await assert.rejects(submit(open()), {
      message: /served the manager hpc there; check `manager`.*app\.yml/,
    })
    assert.equal(await looked(open()), 'lost')
  })

  it('is not given what was stopped before it was submitted', async () => {
    const server = open()
    await server.upload(one, homeOf(one).stop, textBody('stop\n'), {})
    assert.equal(await looked(server), 'preprocessing')
    assert.equal(new TextDecoder().decode(await server.read(one, homeOf(one).stop, {})), 'stop\n')
  })

  it('removes a job by another one, and knows nothing of it afterwards', async () => {
    const server = open()
    await submit(server)
    await server.remove(one, {})
    const { to, message } = broker.sent.at(-1) ?? { to: '', message: {} }
    assert.equal(to, 'setup')
    assert.equal(message['command_line'], `rm -rf ../../${one}`)
    assert.equal(message['job_id'], `${one}-removed`)
    assert.equal(await looked(server), 'lost')
  })
})
