import { existsSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { chromium, type Browser, type Page } from 'playwright-core'
import { unmeasured } from './cluster.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'
import { timed } from './timed.ts'

const program = '/usr/bin/chromium'
const rounds = 7
const tail = 64 * 1024

interface Shown {
  /** Where the page is, with a slash at the end. */
  readonly address: string
  /** A one-time code that opens a session. */
  readonly login: string
  readonly job: string
  /** The job's stdout, whose end is `lastLine`. */
  readonly path: string
  readonly lastLine: string
}

/** From the address of a job to the last line of its log on the screen, in a browser that was there before. */
export async function firstPaint({ address, login, job, path, lastLine }: Shown): Promise<Row> {
  const what = 'the page of a job with a log of 1 GB: from its address to its last line on the screen'
  if (!existsSync(program)) return unmeasured(what, 'needs chromium')
  const bare = await bareTail(path)
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await signedIn(browser, `${address}#login=${login}`)
    const ours: number[] = []
    const limits: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await paint(page, `${address}#/jobs/${job}`, lastLine))
      limits.push(await paint(page, bare.address, lastLine))
    }
    const [figure, limit] = [median(ours), median(limits)]
    return {
      what,
      bar: '500 ms or less',
      figure: `${Math.round(figure)} ms`,
      limit: `${Math.round(limit)} ms for the same ${tail / 1024} KiB as plain text by node:http`,
      ratio: figure / limit,
      met: figure <= 500,
    }
  } finally {
    await browser.close()
    bare.close()
  }
}

async function signedIn(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(address)
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  return page
}

/** Each time from an empty page, so that nothing of the last round is shown still. */
async function paint(page: Page, address: string, text: string): Promise<number> {
  await page.goto('about:blank')
  return timed(async () => {
    await page.goto(address, { waitUntil: 'commit' })
    await page.getByText(text).first().waitFor()
  })
}

/** The end of the file as a browser gets it without us. */
async function bareTail(path: string) {
  const server = createServer((_, response) => {
    const give = async () => {
      const { size } = await stat(path)
      const file = await open(path)
      const { buffer } = await file.read(Buffer.alloc(tail), 0, tail, size - tail)
      await file.close()
      response.setHeader('content-type', 'text/plain')
      response.end(buffer)
    }
    give().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  const port = at !== null && typeof at === 'object' ? at.port : 0
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() }
}
