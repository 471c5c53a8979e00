import assert from 'node:assert/strict'
import { appendFile, cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, it } from 'mocha'
import { z } from 'zod'
import { abeyance, built, project, startAbeyance, type Started } from '../../cli/command-line.ts'
import { freePort } from '../../testing/free-port.ts'
import { visit } from './browser.ts'

const listening = z.object({ url: z.string(), port: z.number(), drives: z.boolean() })
const page = fileURLToPath(new URL('../../../dist/web/page', import.meta.url))

/** Copies what is added to `said`, until `end` is there. */
const copier = `abeyance: 1
name: copier
modules:
  copy:
    script: |
      touch '$$BASE/said'
      tail -c +1 -f '$$BASE/said' & echo ready >&2
      while [ ! -e '$$BASE/end' ]; do sleep 0.05; done
      sleep 0.5; kill $!
`

describe('live logs in a browser, of a server that is killed', function () {
  this.timeout(180_000)
  let server: Started | undefined

  async function serve(folder: string, port: number) {
    await cp(page, join(await built(), 'web', 'page'), { recursive: true })
    server = await startAbeyance(folder, ['serve', '--port', String(port), '--json'])
    const line = new Promise<string>((resolve) =>
      server?.process.stdout?.once('data', (said) => resolve(`${said}`)),
    )
    const failed = server.ended.then(({ stderr }) => Promise.reject(new Error(stderr)))
    failed.catch(() => {}) // it ends at last
    return listening.parse(JSON.parse(await Promise.race([line, failed])))
  }

  async function kill() {
    server?.process.kill('SIGKILL')
    await server?.ended
  }

  afterEach(kill)

  it('go on at the exact byte, also within a character, and the run is driven on to its end', async () => {
    const folder = await project({})
    const said = join(folder, 'said')
    await appendFile(join(folder, 'copier.yaml'), copier.replaceAll('$$BASE', folder))
    await abeyance(folder, ['init'])
    const started = await abeyance(folder, ['run', 'copier.yaml'])
    assert.equal(started.stderr.includes('error'), false, started.stderr)
    const first = await serve(folder, await freePort())
    assert.equal(first.drives, true)
    const address = new URL('/', first.url).href
    const seen = (await visit({ address, printed: () => first.url })).page
    await seen.getByRole('link', { name: 'Jobs', exact: true }).click()
    await seen.getByRole('link', { name: 'copy' }).click()
    const log = seen.getByRole('log', { name: 'stdout of the job' })
    await seen.getByRole('log', { name: 'stderr of the job' }).getByText('ready').waitFor()

    for (const cut of [1, 2, 3]) {
      const line = Buffer.from(`cut ${cut}: 🧬🧪 ok\n`)
      const at = Buffer.byteLength(`cut ${cut}: `) + cut
      await appendFile(said, line.subarray(0, at))
      await log.getByText(`cut ${cut}:`).waitFor()
      assert.equal((await log.innerText()).includes('�'), false)
      await kill()
      await seen.getByText('not live, trying again').waitFor()
      await appendFile(said, line.subarray(at))
      assert.equal((await serve(folder, first.port)).drives, true)
      await log.getByText(`cut ${cut}: 🧬🧪 ok`).waitFor()
    }
    await seen.getByText('live', { exact: true }).waitFor()
    await appendFile(said, 'told at once 🧬\n')
    await log.getByText('told at once 🧬').waitFor()

    await appendFile(join(folder, 'end'), '')
    await seen.locator('.heading .badge', { hasText: 'succeeded' }).waitFor()
    const whole = await readFile(said)
    assert.equal((await log.innerText()).trim(), whole.toString().trim())
    const link = seen.getByRole('link', { name: 'Download the whole of stdout' })
    const [download] = await Promise.all([seen.waitForEvent('download'), link.click()])
    assert.deepEqual(await readFile(await download.path()), whole)
  })
})
