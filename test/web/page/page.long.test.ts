import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { bench, begun, release } from '../../workspace/bench.ts'
import { look, openSite, picture, visit } from './browser.ts'
import { findings } from './findings.ts'
import { study } from './study.ts'

const heights = { 1440: 900, 768: 1024, 360: 740 } as const

describe('the page in a browser', () => {
  it('shows a run suspend and complete', async () => {
    const on = await bench()
    const workspace = await on.open()
    const site = await openSite(workspace)
    const { page, complaints } = await visit(site)
    await page.getByText('No run yet.').waitFor()
    const run = await workspace.start(await study(on))
    await page.getByRole('link', { name: 'study of three samples' }).click()
    await page.getByRole('button', { name: 'module Align to the reference: running' }).waitFor()
    await page.getByRole('button', { name: 'module check: failed' }).waitFor()
    await page.getByRole('button', { name: 'module report: waiting' }).waitFor()
    await release(on, 'align')
    await page.getByRole('button', { name: 'module report: done' }).waitFor()
    await page.getByRole('heading', { name: 'study of three samples' }).waitFor()
    await page.locator('.heading .badge', { hasText: 'failed' }).waitFor()
    assert.equal((await run.ended()).kind, 'failed')
    assert.deepEqual(complaints, [])
  }).timeout(180_000)

  it('lets in who has the token, and takes the code of the printed address out of it', async () => {
    const on = await bench()
    const site = await openSite(await on.open())
    const printed = await visit(site)
    assert.equal(printed.page.url(), site.address)
    await visit(site, { byToken: true })
  }).timeout(180_000)

  it('folds groups, and lists the elements of a map with index and value', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await study(on))
    await begun(on, 'align')
    const { page } = await visit(await openSite(workspace))
    await look(page, `#/runs/${run.id}`)
    await page
      .getByRole('button', { name: 'module trim' })
      .or(page.getByRole('button', { name: 'map trim' }))
      .press('Enter')
    const panel = page.getByRole('complementary', { name: 'Module clean/trim' })
    await panel.getByRole('link', { name: 'clean[1]/trim' }).waitFor()
    await panel.getByText('beta β').waitFor()
    // The picture of the README: `cp results/page/readme.png docs/page.png` where the page has changed.
    await page.setViewportSize({ width: 1280, height: 560 })
    await picture(page, 'readme')
    await panel.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Fold group clean' }).press(' ')
    await page.getByRole('button', { name: /^group clean: 6 done/ }).waitFor()
    await page.getByRole('button', { name: 'Unfold groups' }).click()
    await page.getByRole('button', { name: 'Fold group clean' }).waitFor()
  }).timeout(180_000)

  it('has nothing serious for axe in light and dark, and looks right in three widths', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await study(on))
    await begun(on, 'align')
    const site = await openSite(workspace)
    const job = (await workspace.jobs()).find(({ name }) => name.startsWith('clean[1]/trim'))
    const places = {
      runs: '#/runs',
      graph: `#/runs/${run.id}`,
      jobs: `#/runs/${run.id}/jobs`,
      timeline: `#/runs/${run.id}/timeline`,
      job: `#/jobs/${job?.key}`,
      waits: '#/waits',
      hosts: '#/hosts',
    }
    for (const dark of [false, true]) {
      const { page, complaints } = await visit(site, { dark })
      for (const [name, place] of Object.entries(places)) {
        await look(page, place)
        await page.locator('main h1').first().waitFor()
        if (name === 'graph') await page.getByRole('button', { name: 'module check: failed' }).waitFor()
        if (name === 'job') await page.getByText('two of beta').first().waitFor()
        assert.deepEqual(await findings(page), [], `${name}, ${dark ? 'dark' : 'light'}`)
        for (const width of [1440, 768, 360] as const) {
          await page.setViewportSize({ width, height: heights[width] })
          await picture(page, `${name}-${width}${dark ? '-dark' : ''}`)
        }
        await page.setViewportSize({ width: 1440, height: 900 })
      }
      assert.deepEqual(complaints, [])
    }
  }).timeout(180_000)

  it('cancels a job that is chosen, and asks once more as a run needs it', async () => {
    const on = await bench()
    const workspace = await on.open()
    await workspace.start(await study(on))
    await begun(on, 'align')
    const { page } = await visit(await openSite(workspace))
    await look(page, '#/jobs')
    await page.getByLabel('Select Align to the reference').check()
    await page
      .getByRole('toolbar', { name: 'With the chosen jobs' })
      .getByRole('button', { name: 'Cancel' })
      .click()
    await page.getByRole('dialog', { name: 'Cancel 1 job?' }).getByRole('button', { name: 'Cancel' }).click()
    const again = page.getByRole('dialog', { name: 'Runs need 1 job of these' })
    await again.getByText('study of three samples').waitFor()
    await again.getByRole('button', { name: 'Cancel all the same' }).click()
    await page.getByRole('row', { name: /Align to the reference.*cancelled/ }).waitFor()
  }).timeout(180_000)
})
