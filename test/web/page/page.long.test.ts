import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { bench, begun, release } from '../../workspace/bench.ts'
import { look, openSite, picture, visit } from './browser.ts'
import { study } from './study.ts'

describe('the page in a browser', () => {
  it('shows a run suspend and complete, in three widths', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await study(on))
    await begun(on, 'align')
    const site = await openSite(workspace)
    const { page, complaints } = await visit(site)
    await page.getByRole('link', { name: 'study of three samples' }).click()
    await page.getByRole('button', { name: /module Align to the reference: running/ }).waitFor()
    await page.getByRole('button', { name: /check: failed/ }).waitFor()
    for (const width of [1440, 768, 360]) {
      await page.setViewportSize({ width, height: width === 360 ? 740 : 900 })
      for (const [name, place] of [
        ['runs', '#/runs'],
        ['graph', `#/runs/${run.id}`],
        ['jobs', `#/runs/${run.id}/jobs`],
        ['timeline', `#/runs/${run.id}/timeline`],
        ['hosts', '#/hosts'],
      ] as const) {
        await look(page, place)
        await page.waitForTimeout(300)
        await picture(page, `${name}-${width}`)
      }
      const job = Object.entries(await workspace.outcomes(run.id)).find(([path]) => path === 'check')?.[1]
      if (job?.kind === 'failed' && job.job) {
        await look(page, `#/jobs/${job.job}`)
        await page.getByText('no index beside the reference').first().waitFor()
        await picture(page, `job-${width}`)
      }
    }
    await release(on, 'align')
    await run.ended()
    assert.deepEqual(complaints, [])
  }).timeout(90_000)
})
