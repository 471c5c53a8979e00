import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { systemClock } from '../src/core/clock.ts'
import type { Tag } from '../src/core/ids.ts'
import { silent } from '../src/core/logger.ts'
import { openAppendFile } from '../src/core/system/append-file.ts'
import { jobEntry } from '../src/monitor/kept-job.ts'
import { openMonitor } from '../src/monitor/open-monitor.ts'
import type { Outbox } from '../src/monitor/outbox.ts'
import { lowdbStore } from '../src/records/lowdb.ts'
import type { RecordStore } from '../src/records/record-store.ts'
import type { JobReport } from '../src/runners/job-report.ts'
import type { Runner } from '../src/runners/runner.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'
import { suspendedJob, workspace } from './suspended-job.ts'

const run = promisify(execFile)
const outbox: Outbox = { entriesFor: () => [], poke() {}, close: () => Promise.resolve() }

/** What a look at many suspended jobs costs, and what it takes to hold them. */
export async function monitorRows(): Promise<Row[]> {
  return [...(await look()), await firstLook(), await memory()]
}

/** 10,000 suspended jobs in the real store, one look in which 1 % of them ended; the median of some rounds. */
async function look(): Promise<Row[]> {
  const jobs = 10_000
  const { store, puts, close } = await filled(jobs)
  const host = quietHost()
  const monitor = await openMonitor({
    store,
    workspace,
    outbox,
    clock: systemClock,
    logger: silent,
    destinations: new Map([['here', { name: 'here', runner: host.runner, limits: {} }]]),
    logFolder: '/nonexistent',
    settings: { quickest: 3_600_000, slowest: 3_600_000, wakeGap: 0, fetchesAtOnce: 0 },
  })
  await monitor.look()
  const rounds: { cpu: number; blocked: number; written: number; trips: number }[] = []
  for (let round = 0; round < 9; round++) {
    host.change(jobs / 100)
    puts.count = 0
    const looks = host.looks()
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const before = process.cpuUsage()
    monitor.wake('here')
    await host.settled()
    const { user, system } = process.cpuUsage(before)
    await sleep(5) // a block shows when the loop turns again
    delay.disable()
    const [cpu, blocked] = [(user + system) / 1000, delay.max / 1e6]
    rounds.push({ cpu, blocked, written: puts.count, trips: host.looks() - looks })
  }
  await monitor.close()
  await close()
  const bare = await bareLook(jobs)
  const cpu = median(rounds.map((round) => round.cpu))
  const blocked = median(rounds.map((round) => round.blocked))
  const written = Math.max(...rounds.map((round) => round.written))
  const trips = Math.max(...rounds.map((round) => round.trips))
  const what = 'look at 10,000 suspended jobs, 1 % changed'
  return [
    {
      ...row(`${what}: CPU`, '15 ms', `${cpu.toFixed(1)} ms`, cpu <= 15),
      limit: `${bare.cpu.toFixed(1)} ms for the answer's map, and 100 records parsed, written, synced`,
      ratio: cpu / bare.cpu,
    },
    {
      ...row(`${what}: longest block`, '20 ms', `${blocked.toFixed(1)} ms`, blocked <= 20),
      limit: `${bare.blocked.toFixed(1)} ms for the same`,
      ratio: blocked / bare.blocked,
    },
    counted(`${what}: records written`, written, jobs / 100),
    counted(`${what}: round trips`, trips, 1),
  ]
}

/** Milliseconds of what no look can go without. */
async function bareLook(jobs: number): Promise<{ cpu: number; blocked: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-bench-'))
  const file = await openAppendFile(join(folder, 'bare'))
  const tags = Array.from({ length: jobs }, (_, place) => `j${place}`)
  const records = Array.from({ length: jobs / 100 }, (_, place) => JSON.stringify(suspendedJob(place)))
  const [times, blocks]: [number[], number[]] = [[], []]
  for (let round = 0; round < 9; round++) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const before = process.cpuUsage()
    const reports = new Map(tags.map((tag) => [tag, 'quiet']))
    let text = ''
    for (const record of records) text += `${JSON.stringify(JSON.parse(record))}\n`
    await file.append(reports.size === jobs ? text : '')
    await file.sync()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
    await sleep(5)
    delay.disable()
    blocks.push(delay.max / 1e6)
  }
  await file.close()
  await rm(folder, { recursive: true })
  return { cpu: median(times), blocked: median(blocks) }
}

/** The same look as the first of a process, when nothing of the code ran before. */
async function firstLook(): Promise<Row> {
  const costs: number[] = []
  for (let round = 0; round < 5; round++) costs.push((await held(10_000, 100)).cpu)
  return {
    what: "the same as a fresh process's first look: CPU",
    bar: 'none: code is compiled meanwhile',
    figure: `${median(costs).toFixed(1)} ms`,
    limit: '',
  }
}

/** 100,000 suspended jobs with their records in the real store, in a process that runs the built code alone. */
async function memory(): Promise<Row> {
  const jobs = 100_000
  const [bare, full] = [await held(0), await held(jobs)]
  const each = (full.held - bare.held) / jobs
  return {
    what: '100,000 suspended jobs held by a process',
    bar: '250 MB RSS, 1 KiB a job',
    figure: `${megabytes(full.rss)} RSS, ${(each / 1024).toFixed(2)} KiB a job`,
    limit: `${megabytes(bare.rss)} RSS without jobs; ${(JSON.stringify(suspendedJob(0)).length / 1024).toFixed(2)} KiB the JSON of one record`,
    ratio: full.rss / bare.rss,
    met: full.rss <= 250e6 && each <= 1024,
  }
}

interface Held {
  readonly rss: number
  /** Bytes of heap and of buffers when all garbage is gone. */
  readonly held: number
  /** Milliseconds of CPU that the first look took. */
  readonly cpu: number
}

async function held(jobs: number, ended = 0): Promise<Held> {
  const { folder, store } = await filled(jobs)
  try {
    await store.close()
    const program = fileURLToPath(new URL('hold.mjs', import.meta.url))
    const { stdout } = await run(process.execPath, ['--expose-gc', program, folder, String(ended)])
    return JSON.parse(stdout)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

function row(what: string, bar: string, figure: string, met: boolean): Row {
  return { what, bar, figure, limit: '', met }
}

function counted(what: string, count: number, bar: number): Row {
  return {
    ...row(what, String(bar), String(count), count === bar),
    limit: `${bar} by its making`,
    ratio: count / bar,
  }
}

/** A store with that many jobs that are running, as a restart finds it; it counts the job records that are put. */
async function filled(jobs: number) {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-bench-'))
  const inner = await lowdbStore(folder, { logger: silent })
  for (let from = 0; from < jobs; from += 1000)
    await inner.put(
      Array.from({ length: Math.min(1000, jobs - from) }, (_, place) => jobEntry(suspendedJob(from + place))),
    )
  const puts = { count: 0 }
  const store: RecordStore = {
    ...inner,
    put(entries) {
      puts.count += entries.filter(({ kind }) => kind === 'job').length
      return inner.put(entries)
    },
  }
  const close = async () => {
    await inner.close()
    await rm(folder, { recursive: true })
  }
  return { folder, store, puts, close }
}

/** A host on which nothing happens until `change` has that many jobs end. */
function quietHost() {
  let looks = 0
  let ending = 0
  let rest = () => {}
  const ended: JobReport = {
    kind: 'ended',
    incarnation: 1,
    exit: { kind: 'code', code: 0 },
    startedAt: 0,
    endedAt: 1,
    evidence: 'exit file',
  }
  const quiet: JobReport = { kind: 'quiet' }
  const runner: Runner = {
    submit: () => Promise.resolve(new Map()),
    look({ jobs }) {
      looks += 1
      const reports = new Map<Tag, JobReport>()
      for (const tag of jobs) reports.set(tag, reports.size < ending ? ended : quiet)
      return Promise.resolve({ reports, logs: [] })
    },
    settle() {
      rest()
      return Promise.resolve()
    },
    cancel: () => Promise.resolve(new Map()),
    fetch: () => new Promise(() => {}),
    clean: () => Promise.resolve({ removed: [], bytes: 0, left: [] }),
    close: () => Promise.resolve(),
  }
  const change = (count: number) => {
    ending = count
  }
  /** The last thing that a look does, when its news is on disk. */
  const settled = () => new Promise<void>((resolve) => (rest = resolve))
  return { runner, change, settled, looks: () => looks }
}
