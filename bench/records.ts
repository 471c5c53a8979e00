import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAppendFile, type AppendFile } from '../src/core/system/append-file.ts'
import { jobEntry } from '../src/monitor/kept-job.ts'
import { lowdbStore } from '../src/records/lowdb.ts'
import type { Entry, RecordStore } from '../src/records/record-store.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'
import { suspendedJob } from './suspended-job.ts'

/** The record store against the bare disk, in one run. */
export async function recordRows(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-bench-'))
  try {
    const rows: Row[] = []
    for (const count of counts) rows.push(await transition(join(folder, String(count)), count))
    rows.push(await snapshot(join(folder, String(counts.at(-1)))))
    rows.push(await grouped(join(folder, 'grouped')))
    return rows
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const counts = [100, 1_000, 10_000, 100_000]
const never = Number.MAX_SAFE_INTEGER
const rounds = 300

/** Both take turns, so that a slow moment of the disk meets both. */
async function transition(folder: string, count: number): Promise<Row> {
  const store = await lowdbStore(folder, { snapshotAfter: never })
  await fill(store, count)
  const file = await openAppendFile(join(folder, 'bare'))
  const line = `${JSON.stringify({ n: 1, entries: [['job', 'key', suspendedJob(0)]] })}\n`
  const bare: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds; round++) {
    const entry = jobEntry(suspendedJob((round * 7919) % count))
    bare.push(await timed(() => file.append(line).then(() => file.sync())))
    ours.push(await timed(() => store.put([entry])))
  }
  await file.close()
  await store.close()
  const [figure, limit] = [median(ours), median(bare)]
  return {
    what: `a durable transition, ${count.toLocaleString('en')} records in the store`,
    bar: '1.5 x of one append with fdatasync',
    figure: `${figure.toFixed(3)} ms`,
    limit: `${limit.toFixed(3)} ms`,
    ratio: figure / limit,
    met: figure / limit <= 1.5,
  }
}

const transitions = 200_000
const atOnce = 10_000

/** Small records, as of outcomes, put without waiting for one another; and the same text appended and synced bare. */
async function grouped(folder: string): Promise<Row> {
  const store = await lowdbStore(folder, { snapshotAfter: never })
  const file = await openAppendFile(join(folder, 'bare'))
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let run = 0; run < 5; run++) {
    bare.push(await perSecond((from) => appendAll(file, from)))
    ours.push(await perSecond((from) => putAll(store, from)))
  }
  await file.close()
  await store.close()
  const [best, limit] = [Math.max(...ours), Math.max(...bare)]
  return {
    what: 'durable transitions a second, grouped: the best of 5 runs',
    bar: '100,000',
    figure: `${thousands(best)} (median ${thousands(median(ours))})`,
    limit: `${thousands(limit)} as JSON lines, a sync every 128 KiB`,
    ratio: limit / best,
    met: best >= 100_000,
  }
}

async function perSecond(act: (from: number) => Promise<unknown>): Promise<number> {
  const took = await timed(async () => {
    for (let done = 0; done < transitions; done += atOnce) await act(done)
  })
  return (transitions / took) * 1000
}

function putAll(store: RecordStore, from: number): Promise<unknown> {
  return Promise.all(Array.from({ length: atOnce }, (_, index) => store.put([outcome(from + index)])))
}

async function appendAll(file: AppendFile, from: number): Promise<void> {
  let text = ''
  for (let index = 0; index < atOnce; index++) {
    text += `${JSON.stringify(outcome(from + index))}\n`
    if (text.length < 128 * 1024 && index < atOnce - 1) continue
    await file.append(text)
    await file.sync()
    text = ''
  }
}

function outcome(index: number): Entry {
  return { kind: 'outcome', key: `run/${index}`, value: { kind: 'done', by: 'computed', n: index } }
}

/**
 * Puts go on until two snapshots were written beside them; the loop is watched turn by turn. A turn counts with the
 * processor time that it took where that is less than its length: another process on the same core is not our hold.
 */
async function snapshot(folder: string): Promise<Row> {
  const bare = await lowdbStore(folder, { snapshotAfter: never })
  const limit = await longestHold(bare, after(1000))
  await bare.close()
  const path = join(folder, 'records.json')
  const store = await lowdbStore(folder, { snapshotAfter: 1 })
  let written = (await stat(path)).ino
  let seen = 0
  const longest = await longestHold(store, async () => {
    const { ino } = await stat(path)
    if (ino !== written) seen += 1
    written = ino
    return seen === 2
  })
  await store.close()
  return {
    what: 'longest hold of the event loop while two snapshots of 100,000 records are written beside puts',
    bar: '20 ms',
    figure: `${longest.toFixed(1)} ms`,
    limit: `${limit.toFixed(1)} ms with the puts alone`,
    ratio: longest / limit,
    met: longest <= 20,
  }
}

const mostPuts = 50_000

/** Puts until it is enough. */
async function longestHold(store: RecordStore, enough: () => Promise<boolean>): Promise<number> {
  const watch = watchLoop()
  for (let index = 0; index < mostPuts; index++) {
    await store.put(Array.from({ length: 20 }, (_, next) => jobEntry(suspendedJob((index + next) % 1000))))
    if (await enough()) break
  }
  return watch.longest()
}

function after(times: number): () => Promise<boolean> {
  return () => Promise.resolve(--times < 0)
}

function watchLoop(): { longest(): number } {
  let longest = 0
  let last = performance.now()
  let used = process.cpuUsage()
  let ticking = true
  const tick = () => {
    const now = performance.now()
    const { user, system } = process.cpuUsage(used)
    longest = Math.max(longest, Math.min(now - last, (user + system) / 1000))
    last = now
    used = process.cpuUsage()
    if (ticking) setImmediate(tick)
  }
  setImmediate(tick)
  return {
    longest() {
      ticking = false
      return longest
    },
  }
}

async function fill(store: RecordStore, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1_000) {
    await store.put(
      Array.from({ length: Math.min(1_000, count - done) }, (_, index) =>
        jobEntry(suspendedJob(done + index)),
      ),
    )
  }
}

async function timed(act: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await act()
  return performance.now() - started
}

function thousands(figure: number): string {
  return Math.round(figure).toLocaleString('en')
}
