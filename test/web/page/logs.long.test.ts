import assert from 'node:assert/strict'
import { appendFile } from 'node:fs/promises'
import { describe, it } from 'mocha'
import type { Page } from 'playwright-core'
import { z } from 'zod'
import { nativeId, type JobKey } from '../../../src/core/ids.ts'
import type { JobState } from '../../../src/records/job-state.ts'
import { bench, doc, until, type Bench } from '../../workspace/bench.ts'
import { keyOf, running, sampleJob, seed, succeeded } from '../desk.ts'
import { look, openSite, picture, visit } from './browser.ts'
import { isFine } from './findings.ts'

/** A job that copies what is added to a file to its stdout, until `end` is there; and says a word in stderr. */
async function copier(on: Bench) {
  await on.write('said', '')
  const copy = `tail -c +1 -f ${on.path('said')} & echo ready >&2; while [ ! -e ${on.path('end')} ]; do sleep 0.05; done; sleep 0.3; kill $!`
  return doc(
    `name: copier\nmodules:\n  copy: { command: [sh, -c, ${JSON.stringify(copy).replaceAll('$', '$$$$')}] }\n`,
  )
}

const jobOf = async (jobs: () => Promise<readonly { readonly key: JobKey }[]>): Promise<JobKey> => {
  await until('the job is there', async () => (await jobs()).length > 0)
  const [job] = await jobs()
  if (job === undefined) throw new Error('no job')
  return job.key
}

const rows = (page: Page, stream: string) => page.getByRole('log', { name: `${stream} of the job` })

describe('live logs in a browser', () => {
  it('arrive within a second, byte for byte, with characters cut anywhere, through a restart of the server', async () => {
    const on = await bench()
    const workspace = await on.open({ logs: {} }) // at the pace that they have where nobody says anything
    await workspace.start(await copier(on))
    const key = await jobOf(() => workspace.jobs())
    const site = await openSite(workspace)
    const { page } = await visit(site)
    await look(page, `#/jobs/${key}`)
    await rows(page, 'stderr').getByText('ready').waitFor()
    const bytes = Buffer.from('Gel: 🧬🧪 ok\n')
    await appendFile(on.path('said'), bytes.subarray(0, 7))
    await rows(page, 'stdout').getByText('Gel:').waitFor()
    assert.equal((await rows(page, 'stdout').innerText()).trim(), 'Gel:')
    await appendFile(on.path('said'), bytes.subarray(7))
    await rows(page, 'stdout').getByText('Gel: 🧬🧪 ok').waitFor()
    const lines = ['one', 'two', 'three', 'four', 'five']
    const waits: number[] = []
    for (const line of lines) {
      const began = performance.now()
      await appendFile(on.path('said'), `line ${line}\n`)
      await rows(page, 'stdout').getByText(`line ${line}`).waitFor()
      waits.push(Math.round(performance.now() - began))
    }
    console.log(`      lines arrived after ${waits.join(', ')} ms`)
    // Of several, since other tests have this machine as well.
    assert.ok(Math.min(...waits) < 1000, `none arrived within a second, but after ${waits.join(', ')} ms`)

    await site.stop()
    await page.getByText('not live, trying again').waitFor()
    await appendFile(on.path('said'), Buffer.from('said while nobody served 🧬\n'))
    await site.start(workspace)
    // A restart forgets sessions: who was let in by the token signs in again where the server no longer knows the cookie.
    await rows(page, 'stdout').getByText('said while nobody served 🧬').waitFor()
    await on.write('end', '')
    await page.locator('.heading .badge', { hasText: 'succeeded' }).waitFor()
    const shown = await rows(page, 'stdout').innerText()
    const all = ['Gel: 🧬🧪 ok', ...lines.map((line) => `line ${line}`), 'said while nobody served 🧬']
    assert.equal(shown.trim(), all.join('\n'))
  }).timeout(180_000)

  it('begin with the tail, load what stands before, and are searched', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(
      await doc(
        'name: long\nmodules:\n  count: { command: [sh, -c, "seq 1 200000; echo \\"<b>last</b>\\""] }\n',
      ),
    )
    await run.ended()
    const { page } = await visit(await openSite(workspace))
    await look(page, `#/jobs/${await jobOf(() => workspace.jobs())}`)
    await rows(page, 'stdout').getByText('<b>last</b>').waitFor()
    assert.equal(await rows(page, 'stdout').locator('b').count(), 0, 'what jobs print is never markup')
    const earlier = page.getByRole('button', { name: /Load earlier/ })
    await earlier.waitFor()
    for (let times = 0; times < 12 && (await earlier.count()) > 0; times += 1) {
      const before = await earlier.innerText()
      await earlier.click()
      await until('it has come', async () => {
        const [text] = await earlier.allInnerTexts()
        return text !== before
      })
    }
    assert.equal(await earlier.count(), 0, 'the whole of it is here')
    await page.getByLabel('Search in the logs').fill('123456')
    await page.getByLabel('Search in the logs').press('Enter')
    await rows(page, 'stdout').locator('.found mark', { hasText: '123456' }).waitFor()
    const whole = page.getByRole('link', { name: 'Download the whole of stdout' })
    const [download] = await Promise.all([page.waitForEvent('download'), whole.click()])
    assert.match(download.suggestedFilename(), /stdout/)
  }).timeout(180_000)

  it('say in a sentence why there is none: not supported, not started, gone', async () => {
    const on = await bench()
    const queued: JobState = { kind: 'queued', since: 5, nativeId: nativeId('1') }
    const sentences = {
      unsupported: 'The destination far is not configured, so nothing can be read there.',
      queued: 'The job has not started yet, so there is no stdout.',
      gone: 'Nothing was kept of the stdout of this attempt.',
    }
    await seed(on.folder, [
      sampleJob('unsupported', running(5), { destination: 'far' }),
      sampleJob('queued', queued),
      sampleJob('gone', succeeded(1000, 2000)),
    ])
    const { page, complaints } = await visit(await openSite(await on.read()))
    for (const [name, sentence] of Object.entries(sentences)) {
      await look(page, `#/jobs/${keyOf(name)}`)
      await page.getByText(sentence, { exact: true }).first().waitFor()
      await isFine(page, 1440)
      await picture(page, `log-${name}-1440`)
    }
    assert.deepEqual(complaints, [])
  }).timeout(180_000)

  it('keep up with 10 MB a second in bounded memory, and stay usable', async () => {
    const on = await bench({
      logs: { interval: '50ms', chunk: '4 MiB', perSecond: '64 MiB', perJob: '64 MiB' },
    })
    const workspace = await on.open()
    // In the middle it waits until somebody has seen how far it is.
    const some =
      'i=0; while [ $$i -lt 30 ]; do yes 0123456789012345678901234567890123456789012345678901234567890123456 | head -c 1000000; i=$$((i+1)); sleep 0.1; done'
    const loud = `${some}; echo HALF; until [ -e ${on.path('seen')} ]; do sleep 0.05; done; ${some}; echo THE END`
    await workspace.start(
      await doc(`name: loud\nmodules:\n  shout: { command: [sh, -c, ${JSON.stringify(loud)}] }\n`),
    )
    const { page } = await visit(await openSite(workspace))
    await look(page, `#/jobs/${await jobOf(() => workspace.jobs())}`)
    await rows(page, 'stdout').getByText('0123456789').first().waitFor()
    // While it shouts, the page answers.
    await page.getByRole('button', { name: 'Merged' }).click()
    await page.getByRole('button', { name: 'Side by side' }).click()
    await rows(page, 'stdout').getByText('HALF').waitFor({ timeout: 60_000 })
    assert.equal((await workspace.jobs())[0]?.state.kind, 'running', 'it is live')
    await on.write('seen', '')
    await rows(page, 'stdout').getByText('THE END').waitFor({ timeout: 60_000 })
    const drawn = await rows(page, 'stdout').locator('.line').count()
    assert.ok(drawn < 200, `${drawn} lines are drawn`)
    const used = z.number().parse(await page.evaluate('performance.memory.usedJSHeapSize'))
    assert.ok(used < 120e6, `${used} bytes are held`)
    const size = await page.locator('.stream-head .size').first().innerText()
    assert.equal(size, '57.2 MiB')
  }).timeout(240_000)
})
