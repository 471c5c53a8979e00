import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { eventually } from '../../src/testing/eventually.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { fastClock, sshBench, type SshBench } from './ssh-bench.ts'

// The clock of these tests goes ten times as fast, so that pauses between connections take less of everybody's time.
const soon = { deadline: 200_000 }
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

const back = (transport: Transport) =>
  eventually('the host to answer again', 15_000, async () => {
    const answer = await transport.run('echo back', soon).catch(() => undefined)
    return answer && text(answer.stdout)
  })

/** Every piece of it differs from every other. */
const large = Buffer.alloc(12 * 2 ** 20)
for (let at = 0; at < large.length; at += 4) large.writeUInt32LE((at * 2654435761) % 2 ** 32, at)

describe('ssh over a way that fails', () => {
  let bench: SshBench
  beforeEach(async () => {
    bench = await sshBench({}, { clock: fastClock(10) })
    await bench.transport.run(':', soon)
  })
  afterEach(() => bench.close())

  it('ends requests at their deadline when nothing gets through, and goes on when it does again', async () => {
    const { transport, proxy } = bench
    proxy.hold()
    const late = { code: 'request-timeout' }
    await assert.rejects(transport.run('echo', { deadline: 1000 }), late)
    await assert.rejects(transport.list('/', { deadline: 1000 }), late)
    await assert.rejects(transport.write('~/file', Buffer.from('x'), { deadline: 1000 }), late)
    proxy.heal()
    assert.equal(await back(transport), 'back\n')
  })

  it('carries everything over a slow way', async () => {
    const { transport, proxy, there } = bench
    proxy.slow(400_000)
    const answer = await transport.run('head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2', soon)
    assert.deepEqual([answer.stdout.length, answer.stderr.length], [60_000, 60_000])
    await transport.write(`${there}/file`, large.subarray(0, 60_000), soon)
    assert.deepEqual(await readFile(`${there}/file`), large.subarray(0, 60_000))
  })

  it('says of an answer cut short that it may have been carried out', async () => {
    const { transport, proxy } = bench
    proxy.cutAfter(200_000, 'back')
    await assert.rejects(transport.run('head -c 1000000 /dev/zero', soon), {
      code: 'connection-lost',
      retryable: true,
      message: /may have been carried out/,
    })
    assert.equal(await back(transport), 'back\n')
  })

  it('runs nothing of a script that did not arrive whole', async () => {
    const { transport, proxy, there } = bench
    for (const [size, after] of [
      [12_000, 2_000],
      [300_000, 1_000],
      [300_000, 150_000],
      [300_000, 290_000],
    ] as const) {
      const script = `: >${there}/ran\n${`# ${'x'.repeat(97)}\n`.repeat(size / 100)}`
      proxy.cutAfter(after, 'there')
      await assert.rejects(transport.run(script, soon), { code: 'connection-lost' })
      assert.equal(await back(transport), 'back\n')
      assert.ok(!existsSync(`${there}/ran`), `a script of ${size} cut after ${after}`)
    }
  })

  it('goes on with a large file where it was cut off, both ways', async () => {
    const { transport, proxy, there, here } = bench
    await writeFile(`${here}/large`, large)
    const source = { localPath: `${here}/large` }
    proxy.cutAfter(9 * 2 ** 20, 'there')
    await assert.rejects(transport.write(`${there}/large`, source, soon), { code: 'connection-lost' })
    await back(transport)
    const sent: number[] = []
    await transport.write(`${there}/large`, source, { ...soon, progress: (done) => sent.push(done) })
    assert.ok((sent[0] ?? 0) > 2 * 2 ** 20, `it began at ${sent[0]}`)
    assert.equal(sent.at(-1), large.length)
    assert.deepEqual([await readFile(`${there}/large`), await readdir(there)], [large, ['large']])

    proxy.cutAfter(8 * 2 ** 20, 'back')
    await assert.rejects(transport.fetch(`${there}/large`, `${here}/home/large`, soon), {
      code: 'connection-lost',
    })
    await back(transport)
    const fetched: number[] = []
    await transport.fetch(`${there}/large`, `${here}/home/large`, {
      ...soon,
      progress: (done) => fetched.push(done),
    })
    assert.ok((fetched[0] ?? 0) > 2 * 2 ** 20, `it began at ${fetched[0]}`)
    assert.deepEqual(
      [await readFile(`${here}/home/large`), await readdir(`${here}/home`)],
      [large, ['large']],
    )
  })

  it('does not trust a part that is not what was sent', async () => {
    const { transport, proxy, there, here } = bench
    await writeFile(`${here}/large`, large)
    proxy.cutAfter(10 * 2 ** 20, 'there')
    await assert.rejects(transport.write(`${there}/large`, { localPath: `${here}/large` }, soon))
    await back(transport)
    const [part] = await readdir(there)
    await truncate(`${there}/${part}`, 0)
    await truncate(`${there}/${part}`, 9 * 2 ** 20) // zeros, as after a power cut
    await transport.write(`${there}/large`, { localPath: `${here}/large` }, soon)
    assert.deepEqual([await readFile(`${there}/large`), await readdir(there)], [large, ['large']])
  })

  it('leaves nothing there of a small file that was cut off, once it was written again', async () => {
    const { transport, proxy, there } = bench
    const bytes = large.subarray(0, 500_000)
    proxy.cutAfter(300_000, 'there')
    await assert.rejects(transport.write(`${there}/file`, bytes, soon), { code: 'connection-lost' })
    await back(transport)
    await transport.write(`${there}/file`, bytes, soon)
    assert.deepEqual([await readFile(`${there}/file`), await readdir(there)], [bytes, ['file']])
  })
})

describe('ssh to a host that is gone without a word', () => {
  it('connects anew once a request and what should end it went unanswered', async () => {
    const bench = await sshBench({}, { clock: fastClock(10) })
    const { proxy, transport, there } = bench
    try {
      await transport.run(':', soon)
      proxy.forsake()
      await assert.rejects(transport.run('echo', { deadline: 2000 }), { code: 'request-timeout' })
      await assert.rejects(transport.list('/', { deadline: 2000 }), { code: /timeout|lost/ })
      assert.equal(await back(transport), 'back\n')
      assert.deepEqual(await transport.list(there, soon), [])
    } finally {
      await bench.close()
    }
  })
})
