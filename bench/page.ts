import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listen } from '../src/cli/listen.ts'
import { intercept } from '../src/core/system/effect.ts'
import { jobEntry } from '../src/monitor/kept-job.ts'
import type { JobRecord } from '../src/records/job-record.ts'
import { lowdbStore } from '../src/records/lowdb.ts'
import { web } from '../src/web/web.ts'
import { readWorkspace } from '../src/workspace/read-workspace.ts'
import { stateFolder } from '../src/workspace/state-folder.ts'
import { firstPaint } from './first-paint.ts'
import { loudRows } from './loud-log.ts'
import type { Row } from './row.ts'
import { suspendedJob } from './suspended-job.ts'
import { timed } from './timed.ts'

const size = 2 ** 30
const piece = 256 * 1024
const readers = 4
const mebibyte = 2 ** 20
const token = randomBytes(24).toString('hex')
const lastLine = 'the last line of the log'

/** What the web API takes to give a log of 1 GB to four readers at once, and how soon a browser shows its end. */
export async function pageRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-page-'))
  try {
    const { job, path } = await seeded(folder)
    const view = await readWorkspace(folder)
    const page = web(view, { token })
    const ours = await listen(page.fetch, { host: '127.0.0.1', port: 0 })
    const bare = await bareServer(path)
    const api = `http://127.0.0.1:${ours.port}/api/jobs/${job.key}/logs/stdout`
    try {
      return [
        ...(await whole(path, api, bare.address)),
        ...(await live(path, `${api}/live?from=start`)),
        await firstPaint({
          address: `http://127.0.0.1:${ours.port}/`,
          login: page.login(),
          job: job.key,
          path,
          lastLine,
        }),
        ...(await loudRows()),
      ]
    } finally {
      await page.close()
      await ours.close()
      bare.close()
      await view.close()
    }
  } finally {
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

/** A job that ended, whose log is on disk: lines in its last MiB, a hole of 1 GB before. */
async function seeded(folder: string): Promise<{ readonly job: JobRecord; readonly path: string }> {
  const state = stateFolder(folder)
  await mkdir(state.logs, { recursive: true })
  const ended = {
    kind: 'succeeded',
    since: 2,
    outputs: {},
    incarnation: 1,
    startedAt: 1,
    endedAt: 2,
  } as const
  const job: JobRecord = { ...suspendedJob(0), state: ended }
  const store = await lowdbStore(state.records)
  await store.put([jobEntry(job)])
  await store.close()
  const path = join(state.logs, `${job.tag}.1.stdout`)
  const file = await open(path, 'w')
  const end = `${`${'0123456789'.repeat(7)}\n`.repeat(mebibyte / 71)}${lastLine}\n`
  await file.write(end, size - Buffer.byteLength(end))
  await file.close()
  return { job, path }
}

/** The same bytes, as node:http gives a file. */
async function bareServer(path: string) {
  const server = createServer((_, response) => void createReadStream(path).pipe(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port }: Pick<AddressInfo, 'port'> = Object.assign({ port: 0 }, server.address())
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() }
}

async function whole(path: string, api: string, bare: string): Promise<readonly Row[]> {
  const limit = await fourTimes(path, bare)
  const figure = await fourTimes(path, api)
  const least = readers * Math.ceil(size / piece)
  const isWhole = figure.got.every((bytes) => bytes === size)
  return [
    {
      what: `four readers of 1 GB over HTTP: time${isWhole ? '' : ', NOT the whole'}`,
      bar: '',
      figure: `${Math.round(figure.took)} ms`,
      limit: `${Math.round(limit.took)} ms for node:http and a file's stream`,
      ratio: figure.took / limit.took,
    },
    grown('four readers of 1 GB over HTTP: memory', figure.grown, limit.grown),
    {
      what: 'four readers of 1 GB over HTTP: readings of the file',
      bar: 'each byte once for each reader',
      figure: `${figure.readings} of ${piece / 1024} KiB`,
      limit: `${least} by its making`,
      ratio: figure.readings / least,
      met: isWhole && figure.readings === least,
    },
  ]
}

/** Events carry base64, so what arrives is a third more. */
async function live(path: string, api: string): Promise<readonly Row[]> {
  const figure = await fourTimes(path, api)
  const least = readers * Math.ceil(size / piece)
  return [
    {
      what: 'four readers of 1 GB as live logs: readings of the file',
      bar: 'each byte once for each reader',
      figure: `${figure.readings} in ${Math.round(figure.took)} ms`,
      limit: `${least} of ${piece / 1024} KiB by its making`,
      ratio: figure.readings / least,
      met: figure.readings === least && figure.got.every((bytes) => bytes > (size * 4) / 3),
    },
    grown('four readers of 1 GB as live logs: memory', figure.grown),
  ]
}

function grown(what: string, figure: number, limit?: number): Row {
  const show = (bytes: number) => `${(bytes / mebibyte).toFixed(0)} MiB`
  return {
    what,
    bar: 'grows by 64 MiB or less',
    figure: show(figure),
    limit: limit === undefined ? '' : `${show(limit)} for node:http and a file's stream`,
    met: figure <= 64 * mebibyte,
  }
}

interface Reading {
  readonly took: number
  /** What this process grew by at most, in bytes of RSS. */
  readonly grown: number
  readonly readings: number
  readonly got: readonly number[]
}

/** The readers are processes of their own, so that only what serves is weighed. */
async function fourTimes(path: string, address: string): Promise<Reading> {
  await stat(path)
  let readings = 0
  intercept({ before: ({ operation, on }) => void (operation === 'read' && on === path && readings++) })
  const before = process.memoryUsage.rss()
  let most = before
  const weigh = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10)
  try {
    let got: readonly number[] = []
    const took = await timed(async () => {
      got = await Promise.all(Array.from({ length: readers }, () => curl(address)))
    })
    return { took, grown: most - before, readings, got }
  } finally {
    clearInterval(weigh)
    intercept(undefined)
  }
}

/** Bytes that came. A live log of a job that ended closes by itself. */
async function curl(address: string): Promise<number> {
  const words = ['-sS', '-o', '/dev/null', '-w', '%{size_download}', '-H', `authorization: Bearer ${token}`]
  const child = spawn('curl', [...words, address], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`curl ended with ${code}`)
  return Number(said)
}
