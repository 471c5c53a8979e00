import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { lastValueFrom, tap } from 'rxjs'
import type { Tag } from '../../src/core/ids.ts'
import type { JobEvent, LogFrom, LogNews } from '../../src/monitor/job-monitor.ts'
import { eventually } from '../../src/testing/eventually.ts'
import type { OpenMonitor } from '../../src/monitor/open-monitor.ts'
import { bench, key, request } from './monitor-fixture.ts'

let logFolder: string
beforeEach(async () => {
  logFolder = await mkdtemp(join(tmpdir(), 'abeyance-'))
})
afterEach(() => rm(logFolder, { recursive: true }))

const logs = { chunk: '7 B' }

function follow(monitor: OpenMonitor, from: LogFrom) {
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

function text(news: readonly LogNews[]): string {
  return Buffer.concat(news.flatMap((one) => (one.kind === 'chunk' ? [one.bytes] : []))).toString()
}

async function keep(
  tag: Tag,
  content: string,
  gap?: { head: number; tail: number; size: number },
): Promise<void> {
  const path = join(logFolder, `${tag}.1.stdout`)
  await writeFile(path, content)
  if (gap) await writeFile(`${path}.json`, JSON.stringify(gap))
}

describe('log$', () => {
  it('gives every byte once, through characters cut in two, the end of the job and a second reader', async () => {
    const { clock, host, open } = bench()
    const monitor = await open({ logFolder, logs })
    const { tag } = await monitor.start(request('a'))
    const first = follow(monitor, 'start')
    await clock.advance(200)
    host.write(tag, 'naïve 🧬🧬🧬 text\n')
    await clock.advance(2000)
    const second = follow(monitor, 'start')
    host.write(tag, 'and more 🧪\n')
    await clock.advance(2000)
    await keep(tag, 'naïve 🧬🧬🧬 text\nand more 🧪\nlast words')
    host.end(tag)
    await clock.advance(2000)
    while (!first.done || !second.done) await new Promise((resolve) => setImmediate(resolve))
    for (const { news } of [first, second])
      assert.equal(text(news), 'naïve 🧬🧬🧬 text\nand more 🧪\nlast words')
    assert.equal(first.news[0]?.kind, 'unavailable')
    await monitor.close()
    assert.equal(clock.timers, 0)
  })

  it('reads the tail only where it is asked for, and says what it left out', async () => {
    const { clock, host, open } = bench()
    const monitor = await open({ logFolder, logs })
    const { tag } = await monitor.start(request('a'))
    await clock.advance(200)
    host.write(tag, '0123456789')
    const { news } = follow(monitor, { last: 3 })
    await clock.advance(2000)
    assert.deepEqual(news[0], { kind: 'skipped', stream: 'stdout', offset: 0, length: 7 })
    assert.equal(text(news), '789')
    await monitor.close()
  })

  it('until now ends when all is given that was there, whether the job runs, waits or has ended', async () => {
    const { clock, host, open } = bench()
    const monitor = await open({ logFolder, logs })
    const read = async () => {
      const news: LogNews[] = []
      const done = lastValueFrom(
        monitor.log$(key('a'), 'stdout', 'start', { until: 'now' }).pipe(tap((one) => news.push(one))),
        { defaultValue: undefined },
      )
      await clock.advance(2000)
      await done
      return news
    }
    const { tag } = await monitor.start(request('a'))
    assert.deepEqual(
      (await read()).map(({ kind }) => kind),
      ['unavailable'],
    )
    await clock.advance(200)
    assert.deepEqual(await read(), [])
    host.write(tag, 'naïve 🧬🧬🧬 text\n')
    assert.equal(text(await read()), 'naïve 🧬🧬🧬 text\n')
    await keep(tag, 'the end')
    host.end(tag)
    await clock.advance(2000)
    assert.equal(text(await read()), 'the end')
    await monitor.close()
    assert.equal(clock.timers, 0)
  })

  it('says the gap of a stream that was kept in part', async () => {
    const { clock, host, open } = bench()
    const monitor = await open({ logFolder, logs })
    const { tag } = await monitor.start(request('a'))
    await clock.advance(200)
    await keep(tag, 'headtail', { head: 4, tail: 4, size: 1000 })
    host.end(tag)
    await clock.advance(2000)
    const seen = follow(monitor, 'start')
    while (!seen.done) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(
      seen.news.map((one) => (one.kind === 'chunk' ? `${one.offset} ${text([one])}` : one)),
      ['0 head', { kind: 'skipped', stream: 'stdout', offset: 4, length: 992 }, '996 tail'],
    )
    await monitor.close()
  })

  it('begins anew with a new incarnation, and when the stream was truncated', async () => {
    const { clock, host, open } = bench()
    const monitor = await open({ logFolder, logs })
    const { tag } = await monitor.start(request('a'))
    await clock.advance(200)
    const { news } = follow(monitor, { offset: 3 })
    host.write(tag, 'ab')
    await clock.advance(2000)
    host.requeue(tag)
    await clock.advance(2000)
    host.write(tag, 'cd')
    await clock.advance(2000)
    const said = news.map((one) => (one.kind === 'chunk' ? text([one]) : one.kind))
    assert.deepEqual(said, ['reset', 'ab', 'reset', 'cd'])
    await monitor.close()
  })

  it('rides in the one round trip of the look, one chunk at a time', async () => {
    const { clock, host, open } = bench()
    const monitor = await open({ logFolder, logs })
    const { tag } = await monitor.start(request('a'))
    await clock.advance(60_000)
    const looks = host.calls.look
    host.write(tag, 'x'.repeat(70))
    const { news, stop } = follow(monitor, 'start')
    await clock.advance(1000)
    const chunks = news.filter(({ kind }) => kind === 'chunk').length
    assert.equal(chunks, 10)
    assert.ok(host.calls.look - looks >= 10)
    stop()
    await monitor.close()
    assert.equal(clock.timers, 0)
  })

  it('names a job that it does not know', async () => {
    const monitor = await bench().open({ logFolder, logs })
    const error = await new Promise<Error>((resolve) => {
      monitor.log$(key('zz'), 'stdout').subscribe({ error: resolve })
    })
    assert.match(error.message, /there is no job zz/)
    await monitor.close()
  })
})

describe('log rules', () => {
  it('give progress, one notice for each attempt also over a restart, and an early end', async () => {
    const { clock, host, store, open } = bench()
    const log = [
      { pattern: 'step (\\d+)%', then: 'progress' as const },
      { pattern: 'converged', then: 'notice' as const },
      { pattern: 'NaN', then: 'cancel' as const },
    ]
    const first = await open({ logFolder })
    const { tag } = await first.start(request('a', { log }))
    const events: JobEvent[] = []
    first.events$.subscribe((event) => events.push(event))
    await clock.advance(200)
    host.write(tag, `step 10%\rstep 20%\n${'long'.repeat(10_000)}\nconver`)
    await clock.advance(2000)
    host.write(tag, 'ged 🧬\nconverged again\n')
    await clock.advance(2000)
    const percents = events.flatMap((event) => (event.kind === 'progress' ? [event.percent] : []))
    assert.deepEqual(percents, [10, 20])
    const matched = events.flatMap((event) => (event.kind === 'matched' ? [event.line] : []))
    assert.deepEqual(matched, ['converged 🧬'])
    await first.close()
    const second = await open({ logFolder })
    await clock.advance(2000)
    host.write(tag, 'loss is NaN\n', 'stderr')
    await clock.advance(5000)
    const state = (await second.get(key('a')))?.state
    assert.equal(state?.kind === 'failed' && state.reason, 'stopped-by-rule')
    const told: string[] = []
    for await (const { value } of store.all('notice')) told.push(JSON.stringify(value))
    assert.equal(told.filter((one) => one.includes('log-matched')).length, 1)
    await second.discard(key('a'))
    for await (const left of store.all('workspace', 'matched/')) assert.fail(left.key)
    await second.close()
  })

  it('give a notice also of a job that ended within a look, and end none that has', async () => {
    const { clock, host, store, open } = bench({ start: 'by-hand' })
    const log = [
      { pattern: 'warning', then: 'notice' as const },
      { pattern: 'warning', then: 'cancel' as const },
    ]
    const monitor = await open({ logFolder })
    const { tag } = await monitor.start(request('a', { log }))
    await clock.advance(200)
    host.run(tag)
    host.write(tag, 'warning: short of space\n')
    host.end(tag)
    await writeFile(join(logFolder, `${tag}.1.stdout`), 'warning: short of space\n')
    await clock.advance(2000)
    assert.equal((await monitor.get(key('a')))?.state.kind, 'succeeded')
    const told = async () => {
      const events: string[] = []
      for await (const { value } of store.all('notice')) events.push(JSON.stringify(value))
      return events.some((one) => one.includes('log-matched')) || undefined
    }
    await eventually('it is told', 5000, told) // what is kept is read from the disk, which no virtual clock moves
    await monitor.close()
  })
})
