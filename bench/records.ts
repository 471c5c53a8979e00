import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAppendFile } from '../src/core/system/append-file.ts'
import { lowdbStore } from '../src/records/lowdb.ts'
import type { Entry, RecordStore } from '../src/records/record-store.ts'
import type { Row } from './row.ts'

/** The record store against the bare disk, in one run. */
export async function recordRows(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-bench-'))
  try {
    const rows: Row[] = []
    for (const count of [100, 1_000, 10_000, 100_000])
      rows.push(...(await rowsAt(join(folder, String(count)), count)))
    return rows
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function rowsAt(folder: string, count: number): Promise<readonly Row[]> {
  const never = Number.MAX_SAFE_INTEGER
  const filled = await lowdbStore(folder, { snapshotAfter: never })
  await fill(filled, count)
  await filled.close()
  const opening = performance.now()
  const store = await lowdbStore(folder, { snapshotAfter: never })
  const opened = performance.now() - opening
  const rows = [await transition(store, folder, count)]
  if (count === 1_000 || count === 10_000) rows.push(openRow(count, opened))
  if (count === 100_000) rows.push(await grouped(store))
  await store.close()
  if (count === 100_000) rows.push(await snapshot(folder))
  return rows
}

const rounds = 300

/** Both take turns, so that a slow moment of the disk meets both. */
async function transition(store: RecordStore, folder: string, count: number): Promise<Row> {
  const file = await openAppendFile(join(folder, 'bare'))
  const line = `${JSON.stringify({ n: 1, entries: [['job', keyOf(0), job(0)]] })}\n`
  const bare: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds; round++) {
    bare.push(await timed(() => file.append(line).then(() => file.sync())))
    ours.push(await timed(() => store.put([jobEntry((round * 7919) % count)])))
  }
  await file.close()
  const [figure, limit] = [median(ours), median(bare)]
  const ratio = figure / limit
  return {
    what: `a durable transition, ${count.toLocaleString('en')} records in the store`,
    bar: '1.5 x of one append with fdatasync',
    figure: `${figure.toFixed(3)} ms`,
    limit: `${limit.toFixed(3)} ms`,
    ratio,
    met: ratio <= 1.5,
  }
}

/** Small records, as of outcomes, put without waiting for one another. */
async function grouped(store: RecordStore): Promise<Row> {
  const count = 200_000
  const started = performance.now()
  for (let done = 0; done < count; done += 10_000) {
    await Promise.all(
      Array.from({ length: 10_000 }, (_, index) =>
        store.put([
          { kind: 'outcome', key: `run/${done + index}`, value: { kind: 'done', by: 'computed', n: index } },
        ]),
      ),
    )
  }
  const perSecond = (count / (performance.now() - started)) * 1000
  return {
    what: 'durable transitions a second, grouped',
    bar: '100,000',
    figure: Math.round(perSecond).toLocaleString('en'),
    limit: '',
    met: perSecond >= 100_000,
  }
}

/**
 * Puts go on until two snapshots were written beside them; the loop is watched turn by turn. A turn counts with the
 * processor time that it took where that is less than its length: another process on the same core is not our hold.
 */
async function snapshot(folder: string): Promise<Row> {
  const path = join(folder, 'records.json')
  const store = await lowdbStore(folder, { snapshotAfter: 1 })
  const watch = watchLoop()
  let written = (await stat(path)).ino
  for (let seen = 0, index = 0; seen < 2 && index < 1_000_000; index += 20) {
    await store.put(Array.from({ length: 20 }, (_, next) => jobEntry((index + next) % 100_000)))
    const { ino } = await stat(path)
    if (ino !== written) seen += 1
    written = ino
  }
  const longest = watch.longest()
  await store.close()
  return {
    what: 'longest hold of the event loop while snapshots of 100,000 jobs and 200,000 outcomes are written',
    bar: '20 ms',
    figure: `${longest.toFixed(1)} ms`,
    limit: '',
    met: longest <= 20,
  }
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

function openRow(count: number, opened: number): Row {
  const bar = count === 1_000 ? 350 : 600
  return {
    what: `opening a store of ${count.toLocaleString('en')} records`,
    bar: `within the ${bar} ms from process start to first look`,
    figure: `${opened.toFixed(0)} ms`,
    limit: '',
    met: opened < bar / 2,
  }
}

async function fill(store: RecordStore, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1_000) {
    await store.put(
      Array.from({ length: Math.min(1_000, count - done) }, (_, index) => jobEntry(done + index)),
    )
  }
}

function jobEntry(index: number): Entry {
  return { kind: 'job', key: keyOf(index), value: job(index) }
}

function keyOf(index: number): string {
  return index.toString(16).padStart(64, '0')
}

function job(index: number) {
  return {
    key: keyOf(index),
    signature: keyOf(index),
    name: `digest[${index}] EcoRI`,
    destination: 'cluster',
    spec: {
      command: ['python3', 'digest.py', '--enzyme', 'EcoRI', '--genome', 'lambda.fasta'],
      inputs: { genome: { digest: keyOf(index), size: 49_000, name: 'lambda.fasta' } },
      outputs: { fragments: { path: 'fragments.tsv' } },
    },
    attempt: 1,
    tag: `j${index}`,
    state: { kind: 'queued', since: 1_700_000_000_000, nativeId: String(index) },
    earlier: [],
  }
}

async function timed(act: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await act()
  return performance.now() - started
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
}
