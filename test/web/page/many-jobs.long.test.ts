import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { bench } from '../../workspace/bench.ts'
import { running, sampleJob, seed, succeeded } from '../desk.ts'
import { look, openSite, picture, visit } from './browser.ts'

describe('ten thousand jobs in a browser', () => {
  it('scroll, sort, filter and are walked by keys, with few rows drawn', async () => {
    const on = await bench()
    const jobs = Array.from({ length: 10_000 }, (_, index) =>
      sampleJob(`digest[${index}]`, index % 100 === 7 ? running(5000) : succeeded(1000, 2000 + index)),
    )
    await seed(on.folder, jobs)
    const view = await on.read()
    const { page, complaints } = await visit(await openSite(view))
    await look(page, '#/jobs')
    const table = page.getByRole('table', { name: 'Jobs' })
    await table.waitFor()
    assert.equal(await table.getAttribute('aria-rowcount'), '10001')
    assert.ok((await table.getByRole('row').count()) < 80)

    await page.getByRole('button', { name: 'Job', exact: true }).click()
    await table.getByRole('link', { name: 'digest[0]', exact: true }).waitFor()
    await page.evaluate(
      `(() => { const at = document.querySelector('.table'); at.scrollTop = at.scrollHeight })()`,
    )
    await table.getByRole('link', { name: 'digest[9999]', exact: true }).waitFor()
    await picture(page, 'many-jobs-1440')
    assert.ok((await table.getByRole('row').count()) < 80)

    await table.press('Home')
    await table.press('ArrowDown')
    await page.locator('a:focus', { hasText: 'digest[1]' }).waitFor()
    await page.keyboard.press('End')
    await page.locator('a:focus', { hasText: 'digest[9999]' }).waitFor()

    await page.getByRole('button', { name: /^running 100/ }).click()
    await page.getByText('100 of 10000 jobs').waitFor()
    await page.getByLabel('Search jobs by name, key, reason').fill('digest[4207]')
    await page.getByText('1 of 10000 jobs').waitFor()
    await table.getByRole('link', { name: 'digest[4207]' }).waitFor()
    assert.deepEqual(complaints, [])
  }).timeout(180_000)
})
