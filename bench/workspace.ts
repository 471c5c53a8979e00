import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { jobEntry } from '../src/monitor/kept-job.ts'
import type { JobRecord } from '../src/records/job-record.ts'
import { lowdbStore } from '../src/records/lowdb.ts'
import type { Row } from './row.ts'
import { suspendedJob } from './suspended-job.ts'

// The built code: what a user's process loads.
const built = new URL('../dist/', import.meta.url)

/** What it takes to begin: from the start of a process to the first look at its jobs, and the import alone. */
export async function workspaceRows(): Promise<Row[]> {
  await access(fileURLToPath(new URL('index.js', built))).catch(() => {
    throw new Error('dist/ is missing: `npm run build` first')
  })
  const bare = await quickest(() => untilWord(`console.log('ready')`))
  const rows = [await imported(bare)]
  for (const [records, bar] of [
    [1_000, 350],
    [10_000, 600],
  ] as const)
    rows.push(await firstLook(records, bar, bare))
  return rows
}

async function imported(bare: number): Promise<Row> {
  const program = `await import(${url('index.js')}); console.log('ready')`
  const more = (await quickest(() => untilWord(program))) - bare
  return {
    what: "import of the package's main entry, over bare Node",
    bar: '60 ms',
    figure: ms(more),
    limit: `${ms(bare)} bare Node start`,
    ratio: (bare + more) / bare,
    met: more <= 60,
  }
}

async function firstLook(records: number, bar: number, bare: number): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-bench-'))
  try {
    await fill(join(folder, '.abeyance', 'records'), records)
    const figure = await quickest(() => untilWord(looking(folder)))
    return {
      what: `process start to first look, ${records.toLocaleString('en')} records, ${open} of them open`,
      bar: `${bar} ms`,
      figure: ms(figure),
      limit: `${ms(bare)} bare Node start`,
      ratio: figure / bare,
      met: figure <= bar,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A program that opens the workspace and says so when a runner has answered its first look. */
function looking(folder: string): string {
  return `
const { openWorkspace } = await import(${url('index.js')})
const { local } = await import(${url('transports/local.js')})
const nothing = async () => new Map()
const runner = {
  kind: 'quiet',
  cannot: [],
  open: () => ({
    submit: nothing,
    cancel: nothing,
    fetch: nothing,
    settle: async () => {},
    clean: async () => {},
    close: async () => {},
    async look({ jobs }) {
      const reports = new Map(Array.from(jobs, (tag) => [tag, { kind: 'quiet' }]))
      if (reports.size === ${open}) setImmediate(() => console.log('ready'))
      return { reports, logs: [] }
    },
  }),
}
const here = { runner, transport: local(), workFolder: '/nonexistent' }
await openWorkspace(${JSON.stringify(folder)}, { destinations: { here } })
`
}

const open = 100

async function fill(folder: string, records: number): Promise<void> {
  const store = await lowdbStore(folder)
  for (let from = 0; from < records; from += 1000)
    await store.put(
      Array.from({ length: Math.min(1000, records - from) }, (_, place) => jobEntry(job(from + place))),
    )
  await store.close()
}

function job(place: number): JobRecord {
  const running = suspendedJob(place)
  if (place < open) return running
  const since = running.state.since
  const ended = { since, incarnation: 1, startedAt: since, endedAt: since + 1 }
  return { ...running, state: { kind: 'succeeded', outputs: {}, ...ended } }
}

const times = 7

/** The least disturbed of several. */
async function quickest(act: () => Promise<number>): Promise<number> {
  const figures: number[] = []
  for (let time = 0; time < times; time++) figures.push(await act())
  return Math.min(...figures)
}

/** Milliseconds from the start of a process to its first output; it is ended then. */
async function untilWord(program: string): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'close')
  const said = await Promise.race([once(child.stdout, 'data').then(() => true), gone.then(() => false)])
  const took = performance.now() - started
  child.kill('SIGKILL')
  await gone
  if (!said) throw new Error('the process ended before it was ready')
  return took
}

function url(path: string): string {
  return JSON.stringify(new URL(path, built).href)
}

function ms(figure: number): string {
  return `${figure.toFixed(0)} ms`
}
