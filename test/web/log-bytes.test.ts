import assert from 'node:assert/strict'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { JobState } from '../../src/records/job-state.ts'
import { intercept } from '../../src/core/system/effect.ts'
import { stateFolder } from '../../src/workspace/state-folder.ts'
import { bench } from '../workspace/bench.ts'
import { bytesOf, desk, eventsOf, keyOf, sampleJob, seed, succeeded } from './desk.ts'

async function kept(content: string | Buffer, gap?: object) {
  const on = await bench()
  const job = sampleJob('a', succeeded(1, 2))
  await seed(on.folder, [job])
  const path = join(stateFolder(on.folder).logs, `${job.tag}.1.stdout`)
  await writeFile(path, content)
  if (gap) await writeFile(`${path}.json`, JSON.stringify(gap))
  return { path, ...desk(await on.read()) }
}
const at = `api/jobs/${keyOf('a')}/logs/stdout`

describe('the bytes of a log', () => {
  it('are the whole, a range, or the tail, byte for byte', async () => {
    const bytes = Buffer.from('0123456789\u{1F600}<script>alert(1)</script>\0\xff')
    const { ask } = await kept(bytes)
    const whole = await ask(at)
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), bytes)
    assert.equal(whole.headers.get('content-type'), 'text/plain; charset=utf-8')
    assert.equal(whole.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(whole.headers.get('content-length'), String(bytes.length))
    const ranged = async (range: string) => {
      const response = await ask(at, { headers: { range } })
      return [response.status, response.headers.get('content-range'), await response.text()]
    }
    const size = bytes.length
    assert.deepEqual(await ranged('bytes=2-4'), [206, `bytes 2-4/${size}`, '234'])
    assert.deepEqual(await ranged('bytes=0-0'), [206, `bytes 0-0/${size}`, '0'])
    assert.deepEqual(await ranged(`bytes=${size - 2}-`), [
      206,
      `bytes ${size - 2}-${size - 1}/${size}`,
      bytes.subarray(-2).toString(),
    ])
    assert.deepEqual(await ranged('bytes=-3'), [
      206,
      `bytes ${size - 3}-${size - 1}/${size}`,
      bytes.subarray(-3).toString(),
    ])
    assert.deepEqual(await ranged(`bytes=${size}-`), [416, `bytes */${size}`, ''])
    const tail = await ask(`${at}?tail=4`)
    assert.deepEqual(Buffer.from(await tail.arrayBuffer()), bytes.subarray(-4))
    assert.equal(tail.headers.get('x-abeyance-offset'), String(size - 4))
  })

  it('are told of by HEAD, and saved under a safe name', async () => {
    const { ask } = await kept('hello')
    const head = await ask(at, { method: 'HEAD' })
    assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, '5', ''])
    const saved = await ask(`${at}?download=1`)
    assert.equal(saved.headers.get('content-disposition'), 'attachment; filename="a.1.stdout.txt"')
    assert.equal(saved.headers.get('content-type'), 'application/octet-stream')
    await saved.body?.cancel()
  })

  it('say what was left out of a kept stream, and go on behind it', async () => {
    const { ask } = await kept('headtail', { size: 100, head: 4, tail: 4 })
    const whole = await ask(at)
    assert.deepEqual([whole.headers.get('x-abeyance-skipped'), await whole.text()], ['4-96', 'headtail'])
    const inside = await ask(at, { headers: { range: 'bytes=50-99' } })
    assert.deepEqual([inside.headers.get('content-range'), await inside.text()], ['bytes 96-99/100', 'tail'])
    const before = await ask(at, { headers: { range: 'bytes=2-50' } })
    assert.deepEqual([before.headers.get('content-range'), await before.text()], ['bytes 2-3/100', 'ad'])
  })

  it('that cannot be had are a reason and a sentence (L3)', async () => {
    const { ask } = await kept('x')
    const response = await ask(at.replace('stdout', 'stderr'))
    assert.equal(response.status, 404)
    assert.deepEqual(await response.json(), {
      unavailable: { why: 'gone', sentence: 'Nothing was kept of the stderr of this attempt.' },
    })
  })

  it('of 1 GB give the tail first, at the cost of the tail (L2)', async () => {
    const { ask, path } = await kept('')
    const size = 2 ** 30
    const file = await open(path, 'r+')
    await file.truncate(size)
    await file.write(Buffer.from('the end'), 0, 7, size - 7)
    await file.close()
    const tail = await ask(`${at}?tail=7`)
    assert.deepEqual([await tail.text(), tail.headers.get('x-abeyance-size')], ['the end', String(size)])
    const before = process.memoryUsage().arrayBuffers
    const news = []
    for await (const event of eventsOf(await ask(`${at}/live`))) {
      news.push(event)
      if (event.event === 'end') break
    }
    assert.deepEqual(
      news.map(({ event }) => event),
      ['skipped', 'chunk', 'end'],
    )
    assert.deepEqual(news[0]?.data, { offset: 0, length: size - 65_536 })
    const [, chunk] = news
    assert.ok(chunk && bytesOf(chunk).length === 65_536 && bytesOf(chunk).toString().endsWith('the end'))
    assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 2 ** 20)
  })

  it('wait for a reader that is slow: two readers are two offsets (L4)', async () => {
    const { ask, path } = await kept('')
    const file = await open(path, 'r+')
    await file.truncate(256 * 2 ** 20)
    await file.close()
    // What the workspace loads when it is first needed is another copy here, under mocha: both are counted.
    const other = await import('../../src/core/system/effect.ts')
    const both = (interceptor: Parameters<typeof intercept>[0]) =>
      [intercept, other.intercept].forEach((one) => one(interceptor))
    const readers = [await ask(at), await ask(`${at}/live?from=start`)].map((one) => one.body?.getReader())
    let readings = 0
    both({ before: ({ operation, on }) => void (operation === 'read' && on === path && readings++) })
    try {
      for (const reader of readers) for (let n = 0; n < 4; n++) await reader?.read()
    } finally {
      both(undefined)
    }
    assert.ok(readings >= 6 && readings <= 16, `${readings} readings for 8 pieces`)
    for (const reader of readers) await reader?.cancel()
  })

  it('of an attempt before stay viewable (J5)', async () => {
    const on = await bench()
    const earlier: JobState = { kind: 'failed', since: 2, reason: 'exit-code', message: 'no', incarnation: 1 }
    const job = sampleJob('a', succeeded(1, 2), { attempt: 2 })
    const past = { attempt: 1, tag: sampleJob('b', earlier).tag, destination: 'local', state: earlier }
    await seed(on.folder, [{ ...job, earlier: [past] }])
    const logs = stateFolder(on.folder).logs
    await writeFile(join(logs, `${past.tag}.1.stdout`), 'first')
    await writeFile(join(logs, `${job.tag}.1.stdout`), 'second')
    const { ask } = desk(await on.read())
    assert.equal(await (await ask(`${at}?attempt=1`)).text(), 'first')
    assert.equal(await (await ask(at)).text(), 'second')
    assert.equal((await ask(`${at}?attempt=3`)).status, 404)
    const events = []
    for await (const one of eventsOf(await ask(`${at}/live`, { headers: { 'last-event-id': '2@1.1' } }))) {
      events.push(one.event === 'chunk' ? bytesOf(one).toString() : one.event)
      if (one.event === 'end') break
    }
    assert.deepEqual(events, ['rst', 'reset', 'second', 'end'])
  })
})
