import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/core/clock.ts'
import { jobKey, nativeId, signature, workspaceId, type Tag } from '../src/core/ids.ts'
import { silent } from '../src/core/logger.ts'
import { tagOf } from '../src/core/tag-of.ts'
import { jobEntry } from '../src/monitor/kept-job.ts'
import { openMonitor } from '../src/monitor/open-monitor.ts'
import type { Outbox } from '../src/monitor/outbox.ts'
import { lowdbStore } from '../src/records/lowdb.ts'
import type { JobRecord } from '../src/records/job-record.ts'
import type { RecordStore } from '../src/records/record-store.ts'
import type { JobReport } from '../src/runners/job-report.ts'
import type { Runner } from '../src/runners/runner.ts'
import type { Row } from './row.ts'

const workspace = workspaceId('bench')
const outbox: Outbox = { entriesFor: () => [], poke() {}, close: () => Promise.resolve() }

/** What a look at many suspended jobs costs, and what it takes to hold them. */
export async function monitorRows(): Promise<Row[]> {
  return [...(await look()), await memory()]
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
  const cpu = median(rounds.map((round) => round.cpu))
  const blocked = median(rounds.map((round) => round.blocked))
  const written = Math.max(...rounds.map((round) => round.written))
  const trips = Math.max(...rounds.map((round) => round.trips))
  const what = 'look at 10,000 suspended jobs, 1 % changed'
  return [
    row(`${what}: CPU`, '15 ms', `${cpu.toFixed(1)} ms`, cpu <= 15),
    row(`${what}: longest block`, '20 ms', `${blocked.toFixed(1)} ms`, blocked <= 20),
    row(`${what}: records written`, '100', String(written), written === jobs / 100),
    row(`${what}: round trips`, '1', String(trips), trips === 1),
  ]
}

/** 100,000 suspended jobs with their records in the real store, in a process of their own. */
async function memory(): Promise<Row> {
  const child = fork(fileURLToPath(import.meta.url), ['hold', '100000'], {
    execArgv: [...process.execArgv, '--expose-gc'],
  })
  const { rss, each, bare } = await new Promise<{ rss: number; each: number; bare: number }>(
    (resolve, reject) => {
      child.on('message', (text: string) => resolve(JSON.parse(text)))
      child.on('exit', (code) => reject(new Error(`the child ended with ${code} before it answered`)))
    },
  )
  const figure = `${(rss / 2 ** 20).toFixed(0)} MiB RSS, ${(each / 1024).toFixed(2)} KiB of heap a job`
  return {
    what: '100,000 suspended jobs held',
    bar: '250 MiB RSS, 1 KiB a job',
    figure,
    limit: `${(bare / 2 ** 20).toFixed(0)} MiB of heap without jobs`,
    met: rss <= 250 * 2 ** 20 && each <= 1024,
  }
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN
}

function row(what: string, bar: string, figure: string, met: boolean): Row {
  return { what, bar, figure, limit: '', met }
}

/** A store with that many jobs that are running, as a restart finds it; it counts the job records that are put. */
async function filled(jobs: number) {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-bench-'))
  const inner = await lowdbStore(folder, { logger: silent })
  for (let from = 0; from < jobs; from += 1000)
    await inner.put(
      Array.from({ length: Math.min(1000, jobs - from) }, (_, place) => jobEntry(running(from + place))),
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
  return { store, puts, close }
}

function running(place: number): JobRecord {
  const key = jobKey(String(place).padStart(64, '0'))
  return {
    key,
    signature: signature(key),
    name: `digest[${place}]`,
    destination: 'here',
    spec: {
      run: {
        kind: 'command',
        words: [['digest'], ['--enzyme'], ['EcoRI'], [{ staged: 'genome/lambda.fa' }]],
      },
      staged: [],
      variables: {},
      environment: {},
      outputs: { fragments: { kind: 'file', path: 'fragments.tsv', optional: false } },
      resources: {},
      load: [],
    },
    retry: [],
    log: [],
    attempt: 1,
    tag: tagOf(workspace, key, 1),
    state: { kind: 'running', since: 0, nativeId: nativeId(String(place)), incarnation: 1, startedAt: 0 },
    earlier: [],
  }
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
    clean: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  const change = (count: number) => {
    ending = count
  }
  /** The last thing that a look does, when its news is on disk. */
  const settled = () => new Promise<void>((resolve) => (rest = resolve))
  return { runner, change, settled, looks: () => looks }
}

async function hold(jobs: number): Promise<void> {
  globalThis.gc?.()
  const bare = process.memoryUsage().heapUsed
  const { store, close } = await filled(jobs)
  const { runner } = quietHost()
  const monitor = await openMonitor({
    store,
    workspace,
    outbox,
    clock: systemClock,
    logger: silent,
    destinations: new Map([['here', { name: 'here', runner, limits: {} }]]),
    logFolder: '/nonexistent',
  })
  await monitor.look()
  for (let round = 0; round < 3; round++) {
    await sleep(50)
    globalThis.gc?.()
  }
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.(JSON.stringify({ rss, each: (heapUsed - bare) / jobs, bare }))
  await monitor.close()
  await close()
}

if (process.argv[2] === 'hold') await hold(Number(process.argv[3]))
