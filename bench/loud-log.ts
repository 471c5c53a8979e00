import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { listen } from '../src/cli/listen.ts'
import { readDocumentOrThrow } from '../src/pipeline/read-document.ts'
import { eventually } from '../src/testing/eventually.ts'
import { web } from '../src/web/web.ts'
import { catalogOf } from '../src/workspace/known-types.ts'
import { openWorkspace } from '../src/workspace/open-workspace.ts'
import { unmeasured } from './cluster.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'

const program = '/usr/bin/chromium'
const seconds = 15

/** Ten times a second a megabyte, and then what the clock says, until it has done so long enough. */
const shout = `
const line = 'x'.repeat(99) + '\\n'
const megabyte = line.repeat(10000)
const began = Date.now()
let times = 0
const turn = () => {
  if (times === ${seconds * 10}) return
  times += 1
  process.stdout.write(megabyte + 'written at ' + Date.now() + '\\n', () =>
    setTimeout(turn, Math.max(0, began + times * 100 - Date.now())))
}
turn()
`

/** A job that prints 10 MB a second, followed on the page: how far what is on the screen is behind what was written. */
export async function loudRows(): Promise<Row[]> {
  const what = `a log of 10 MB/s on the page, for ${seconds} s: how far the screen is behind`
  if (!existsSync(program)) return [unmeasured(what, 'needs chromium')]
  const folder = await mkdtemp(join(tmpdir(), 'bench-loud-'))
  const workspace = await openWorkspace(folder)
  const page = web(workspace, { authorize: async () => 'reader', hosts: ['127.0.0.1'] })
  const server = await listen(page.fetch, { host: '127.0.0.1', port: 0 })
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const tab = await browser.newPage()
    await tab.goto(`http://127.0.0.1:${server.port}/`)
    await tab.getByRole('heading', { name: 'Runs' }).waitFor()
    const words = JSON.stringify(['node', '-e', shout.replaceAll('$', '$$$$')])
    const text = `abeyance: 1\nname: loud\nmodules:\n  shout: { command: ${words} }\n`
    const run = await workspace.start(
      await readDocumentOrThrow(text, { catalog: catalogOf({}), file: 'loud.yaml' }),
    )
    const job = await eventually('the job runs', 60_000, async () =>
      (await workspace.jobs()).find(({ state }) => state.kind === 'running'),
    )
    await tab.evaluate(`location.hash = ${JSON.stringify(`#/jobs/${job.key}`)}`)
    const { behind, frames } = await watch(tab)
    await run.ended()
    return [
      {
        what,
        bar: 'within a second',
        figure: `${Math.round(median(behind))} ms, at most ${Math.round(Math.max(...behind))} ms`,
        limit: 'asked for every 250 ms; written every 100 ms',
        met: median(behind) <= 1000,
      },
      {
        what: 'the same: the longest that the page drew nothing',
        bar: '',
        figure: `${Math.round(Math.max(...frames))} ms`,
        limit: '16 ms a frame',
      },
    ]
  } finally {
    await browser.close()
    await page.close()
    await server.close()
    await workspace.close()
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

/** Looks ten times a second at what is drawn, and at the time between frames, in the page itself. */
async function watch(tab: Page): Promise<{ readonly behind: number[]; readonly frames: number[] }> {
  await tab.getByText('written at').first().waitFor()
  return tab.evaluate<{ behind: number[]; frames: number[] }>(`new Promise((resolve) => {
    const behind = [], frames = []
    let last = performance.now()
    const frame = (now) => { frames.push(now - last); last = now; requestAnimationFrame(frame) }
    requestAnimationFrame(frame)
    const until = Date.now() + ${(seconds - 5) * 1000}
    const timer = setInterval(() => {
      const times = [...document.body.innerText.matchAll(/written at (\\d+)/g)].map(([, at]) => Number(at))
      if (times.length > 0) behind.push(Date.now() - Math.max(...times))
      if (Date.now() < until) return
      clearInterval(timer)
      resolve({ behind, frames })
    }, 100)
  })`)
}
