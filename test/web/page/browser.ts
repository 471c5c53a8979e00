import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { listen, type Listening } from '../../../src/cli/listen.ts'
import { web, type Web } from '../../../src/web/web.ts'
import type { WorkspaceView } from '../../../src/workspace/workspace.ts'
import { afterThisFile, afterThisTest } from '../../testing/closers.ts'
import { freePort } from '../../testing/free-port.ts'

const token = 'a-token-that-nobody-guesses-0123456789'
/** Kept as artefacts, to be looked at. */
const pictures = fileURLToPath(new URL('../../../results/page/', import.meta.url))

const flags = [
  '--no-sandbox',
  '--headless=new',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let browser: Promise<Browser> | undefined

/** A server of a workspace's page that can be stopped and started again at the same address. */
export interface Site {
  readonly address: string
  /** The address with its one-time code, as it is printed. */
  printed(): string
  stop(): Promise<void>
  start(view: WorkspaceView): Promise<void>
}

export async function openSite(view: WorkspaceView): Promise<Site> {
  let page: Web = web(view, { token })
  const port = await freePort() // it is opened again
  let server: Listening = await listen((request) => page.fetch(request), { host: '127.0.0.1', port })
  const stop = async () => {
    await page.close()
    await server.close()
  }
  afterThisTest(stop)
  return {
    address: `http://127.0.0.1:${port}/`,
    printed: () => `http://127.0.0.1:${port}/#login=${page.login()}`,
    stop,
    async start(next) {
      page = web(next, { token })
      server = await listen((request) => page.fetch(request), { host: '127.0.0.1', port })
    },
  }
}

export interface Visit {
  readonly page: Page
  /** What the browser complained about: errors, and what the content security policy refused. */
  readonly complaints: readonly string[]
}

function launch(): Promise<Browser> {
  afterThisFile(async () => {
    await (await browser)?.close()
    browser = undefined
  })
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags })
}

/** Opens the page as somebody does who follows the printed address. */
export async function visit(
  site: Pick<Site, 'address' | 'printed'>,
  options: { readonly width?: number; readonly dark?: boolean; readonly byToken?: boolean } = {},
): Promise<Visit> {
  browser ??= launch()
  const context: BrowserContext = await (
    await browser
  ).newContext({
    viewport: { width: options.width ?? 1440, height: options.width === 360 ? 740 : 900 },
    colorScheme: options.dark === true ? 'dark' : 'light',
  })
  afterThisTest(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(options.byToken === true ? site.address : site.printed())
  if (options.byToken === true) {
    await signIn(page)
  }
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  // Being refused before one has signed in is said by the browser too.
  if (options.byToken === true) complaints.length = 0
  return { page, complaints }
}

export async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Looks elsewhere, as by a link. */
export async function look(page: Page, place: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`)
}

const heights = { 1440: 900, 768: 1024, 360: 740 } as const

/** A picture at each of three widths, checked there: `NAME-360`, `NAME-360-dark`. */
export async function widths(
  page: Page,
  name: string,
  check: (page: Page, width: number) => Promise<void>,
): Promise<void> {
  const dark = (await page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches')) === true
  for (const width of [768, 360, 1440] as const) {
    await page.setViewportSize({ width, height: heights[width] })
    await check(page, width)
    await picture(page, `${name}-${width}${dark ? '-dark' : ''}`)
  }
}

export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: `${pictures}${name}.png` })
}
