import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Tag } from '../../src/core/ids.ts'
import type { LogFrom, LogNews } from '../../src/monitor/job-monitor.ts'
import type { OpenMonitor } from '../../src/monitor/open-monitor.ts'
import type { LogSettings } from '../../src/pipeline/log-settings.ts'
import { eventually } from '../../src/testing/eventually.ts'
import { bench, key, request, type Bench } from './monitor-fixture.ts'

let logFolder: string
beforeEach(async () => {
  logFolder = await mkdtemp(join(tmpdir(), 'abeyance-'))
})
afterEach(() => rm(logFolder, { recursive: true }))

interface Look {
  readonly at: number
  /** Bytes of logs that it brought; undefined where it asked for none. */
  readonly bytes: number | undefined
}

/** A monitor over a host whose looks are written down. */
async function watched({ host, clock, open }: Bench, logs: LogSettings = {}) {
  const looks: Look[] = []
  const look: typeof host.look = async (question, options) => {
    const answer = await host.look(question, options)
    const sizes = answer.logs.map((one) => (one.kind === 'chunk' ? one.bytes.length : 0))
    const bytes = sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0)
    looks.push({ at: clock.now(), bytes })
    return answer
  }
  const here = { name: 'here', runner: { ...host, look }, limits: {} }
  const monitor = await open({ logFolder, logs, destinations: new Map([['here', here]]) })
  return { monitor, looks }
}

function follow(monitor: OpenMonitor, from?: LogFrom) {
  const news: LogNews[] = []
  const seen = { news, done: false }
  const subscription = monitor.log$(key('a'), 'stdout', from).subscribe({
    next: (one) => news.push(one),
    complete: () => {
      seen.done = true
    },
  })
  return Object.assign(seen, { stop: () => subscription.unsubscribe() })
}

const bytesOf = (news: readonly LogNews[]) =>
  Buffer.concat(news.flatMap((one) => (one.kind === 'chunk' ? [one.bytes] : [])))

/** The job ends, and its stream was kept. */
async function end({ host, clock }: Bench, tag: Tag, content: Uint8Array | string): Promise<void> {
  await writeFile(join(logFolder, `${tag}.1.stdout`), content)
  host.end(tag)
  await clock.advance(120_000)
}

const bytes = (min: number, max: number) => fc.integer({ min, max }).map((count) => `${count} B`)
const caps: fc.Arbitrary<LogSettings> = fc.record(
  {
    chunk: bytes(1, 40),
    perSecond: bytes(1, 200),
    perJob: bytes(1, 200),
    interval: fc.integer({ min: 1, max: 1500 }).map((milliseconds) => `${milliseconds}ms`),
  },
  { requiredKeys: [] },
)
const writes = fc.array(fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.nat(700), fc.boolean()), {
  maxLength: 5,
})

describe('the caps of a live log (L2)', () => {
  it('defer and lose no byte, whatever they are, also where looks fail (L1)', () =>
    fc.assert(
      fc.asyncProperty(caps, writes, async (logs, written) => {
        const on = bench()
        const { monitor, looks } = await watched(on, logs)
        const { tag } = await monitor.start(request('a'))
        await on.clock.advance(200)
        const began = on.clock.now()
        const readers = [follow(monitor, 'start'), follow(monitor, 'start')]
        for (const [content, pause, fails] of written) {
          on.host.write(tag, content)
          if (fails) on.host.fault('look', 'after')
          await on.clock.advance(pause)
        }
        const whole = Buffer.concat(written.map(([content]) => content))
        const { perSecond = Infinity, perJob = Infinity, chunk = Infinity } = numbers(logs)
        let brought = 0
        for (const { at, bytes: came = 0 } of looks) {
          brought += came
          const most = perSecond * (1 + (at - began) / 1000)
          assert.ok(brought <= most, `${brought} bytes after ${at - began} ms`)
        }
        for (const { news } of readers) assert.ok(bytesOf(news).length <= perJob)
        await end(on, tag, whole)
        await eventually('both are done', 5000, async () => readers.every(({ done }) => done) || undefined)
        for (const { news } of readers) {
          assert.deepEqual(bytesOf(news), whole)
          for (const one of news) if (one.kind === 'chunk') assert.ok(one.bytes.length <= chunk)
        }
        await monitor.close()
        assert.equal(on.clock.timers, 0)
      }),
      { numRuns: 25 },
    ))

  it('per second are of one job, all its readers together, over time', async () => {
    const on = bench()
    const { monitor, looks } = await watched(on, { perSecond: '100 B', chunk: '50 B' })
    const { tag } = await monitor.start(request('a'))
    await on.clock.advance(200)
    on.host.write(tag, 'x'.repeat(5000))
    const readers = [follow(monitor, 'start'), follow(monitor, 'start')]
    await on.clock.advance(10_000)
    const brought = looks.reduce((sum, one) => sum + (one.bytes ?? 0), 0)
    assert.ok(brought > 1000 && brought <= 1100, `${brought} bytes`) // a second's worth at once, then so much each second
    for (const { news } of readers) assert.ok(bytesOf(news).length >= 500)
    on.clock.set(on.clock.now() - 3_600_000)
    await on.clock.advance(10_000)
    assert.ok(readers.every(({ news }) => bytesOf(news).length >= 1000)) // M5
    await monitor.close()
  })

  it('per job are told once; the rest comes from what is kept, and another incarnation begins anew', async () => {
    const on = bench()
    const { monitor, looks } = await watched(on, { perJob: '10 B', chunk: '4 B' })
    const { tag } = await monitor.start(request('a'))
    await on.clock.advance(200)
    on.host.write(tag, '0123456789abcdef')
    const seen = follow(monitor, 'start')
    await on.clock.advance(60_000)
    const sentence =
      '10 bytes of the stdout were given, which is the cap per job; the rest follows when the job has ended.'
    const capped = { kind: 'unavailable', stream: 'stdout', why: 'too-large', sentence } as const
    assert.deepEqual([bytesOf(seen.news).toString(), seen.news.at(-1)], ['0123456789', capped])
    assert.equal(looks.filter((one) => one.bytes !== undefined).length, 3)
    on.host.requeue(tag)
    on.host.write(tag, 'another life')
    await on.clock.advance(5000)
    assert.deepEqual(
      seen.news.slice(3).map((one) => (one.kind === 'chunk' ? bytesOf([one]).toString() : one.kind)),
      ['unavailable', 'reset', 'anot', 'her ', 'li', 'unavailable'],
    )
    await writeFile(join(logFolder, `${tag}.2.stdout`), 'another life, and more')
    await end(on, tag, '')
    await eventually('it is done', 5000, async () => seen.done || undefined)
    assert.match(bytesOf(seen.news).toString(), /^0123456789another life, and more$/)
    await monitor.close()
  })
})

describe('the interval of a live log (L2)', () => {
  it('is how often a look asks for what is new; looks for the sake of jobs come as before', async () => {
    const on = bench()
    const { monitor, looks } = await watched(on, { interval: '10s' })
    await monitor.start(request('a'))
    const { stop } = follow(monitor)
    await on.clock.advance(60_000)
    const rides = looks.filter(({ bytes: came }) => came !== undefined)
    assert.equal(rides.length, 6)
    assert.ok(looks.length > 60)
    stop()
    await monitor.close()
  })

  it('delays no end: what is left comes from what was kept as soon as the job has ended', async () => {
    const on = bench()
    const monitor = await on.open({ logFolder, logs: { interval: '1h' } })
    const { tag } = await monitor.start(request('a'))
    await on.clock.advance(200)
    const seen = follow(monitor)
    await on.clock.advance(60_000)
    await end(on, tag, 'all of it')
    await eventually('it is done', 5000, async () => seen.done || undefined)
    assert.equal(bytesOf(seen.news).toString(), 'all of it')
    await monitor.close()
    assert.equal(on.clock.timers, 0)
  })

  it('has the host asked more often than its jobs would, but not one look upon the other', async () => {
    const on = bench()
    const { monitor, looks } = await watched(on, { interval: '1ms' })
    await monitor.start(request('a'))
    await on.clock.advance(60_000)
    const { stop } = follow(monitor)
    looks.splice(0)
    await on.clock.advance(1000)
    assert.ok(looks.length > 45 && looks.length <= 51, `${looks.length} looks`) // one each 20 ms
    stop()
    looks.splice(0)
    await on.clock.advance(10_000)
    assert.ok(looks.length <= 14, `${looks.length} looks`) // one each 750 ms
    await monitor.close()
  })
})

describe('settings of the log', () => {
  it('are those of the job over those of the destination over those of the workspace', async () => {
    const on = bench({ logs: { tail: '5 B', chunk: '2 B' } })
    const monitor = await on.open({ logFolder, logs: { tail: '9 B', chunk: '9 B' } })
    const { tag } = await monitor.start(request('a', { logs: { chunk: '3 B' } }))
    await on.clock.advance(200)
    on.host.write(tag, '0123456789')
    const { news } = follow(monitor)
    await on.clock.advance(2000)
    const said = news.map((one) => (one.kind === 'chunk' ? bytesOf([one]).toString() : one))
    assert.deepEqual(said, [{ kind: 'skipped', stream: 'stdout', offset: 0, length: 5 }, '567', '89'])
    await monitor.close()
  })

  it('go on with a new attempt, and are those of a new run where one asks for it', async () => {
    const on = bench()
    const monitor = await on.open({ logFolder })
    const logs = { chunk: '3 B' }
    const again = async (more: { request?: ReturnType<typeof request> }) => {
      const job = await monitor.get(key('a'))
      await end(on, job?.tag ?? assert.fail(), '')
      await monitor.retry(key('a'), { by: 'ann', anew: true, ...more })
      await on.clock.advance(5000)
      return (await monitor.get(key('a')))?.logs
    }
    await monitor.start(request('a', { logs }))
    await on.clock.advance(200)
    assert.deepEqual(await again({}), logs)
    assert.deepEqual(await again({ request: request('a') }), {})
    await monitor.close()
  })

  it('are refused when the monitor opens where they are no sizes', async () => {
    await assert.rejects(bench({ logs: { chunk: '3 apples' } }).open(), { code: 'invalid-value' })
  })
})

function numbers(logs: LogSettings): Partial<Record<keyof LogSettings, number>> {
  return Object.fromEntries(Object.entries(logs).map(([name, text]) => [name, Number.parseInt(text, 10)]))
}
