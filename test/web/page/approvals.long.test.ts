import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Locator, Page } from 'playwright-core'
import { modulePath } from '../../../src/core/ids.ts'
import { bench, doc, held, outputOf, release, type Bench } from '../../workspace/bench.ts'
import { look, openSite, picture, signIn, visit, widths } from './browser.ts'
import { isFine } from './findings.ts'

/** What comes after the approval is held until it is let go. */
const order = (on: Bench, plate: string) =>
  doc(`name: sequence ${plate}
inputs: { price: { type: number, default: 120 } }
modules:
  release:
    type: approval
    parameters:
      message: |
        Sequence ${plate} for $price euro?
        The reads are deleted after a year.
      approvers: [ada, web page]
      deadline: 3d
    inputs: { price: $price }
  sequence:
    when: $release.approved
    inputs: { by: $release.by }
    ${held(on, 'sequence')}
outputs: { comment: $release.comment, order: $sequence.out }
`)

const form = (page: Page, of: string) => page.getByRole('form', { name: `Answer release of ${of}` })
const dialog = (page: Page, question: string) => page.getByRole('dialog', { name: question })

/** Walks on by the Tab key alone. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${target.toString()}`)
}

describe('approvals in a browser', () => {
  it('come by themselves, are given by keyboard alone after asking back, and the run goes on', async () => {
    const on = await bench()
    const workspace = await on.open()
    const { page, complaints } = await visit(await openSite(workspace))
    await tabTo(page, page.getByRole('link', { name: 'Waits' }))
    await page.keyboard.press('Enter')
    await page.getByText('No run waits for a person').waitFor()
    const run = await workspace.start(await order(on, 'plate 7'))
    await form(page, 'sequence plate 7').waitFor()
    await page.getByRole('link', { name: 'Waits 1' }).waitFor()
    await tabTo(page, page.getByLabel('Comment on release of sequence plate 7'))
    await page.keyboard.type('fine by me 🧬')
    await page.keyboard.press('Enter')
    const asked = dialog(page, 'Approve release of sequence plate 7?')
    await asked.getByText('With the comment: fine by me 🧬').waitFor()
    assert.equal((await workspace.waits()).length, 1, 'nothing is sent before one says so')
    await page.keyboard.press('Escape')
    await asked.waitFor({ state: 'detached' })
    await tabTo(page, page.getByRole('button', { name: 'Approve release' }))
    await page.keyboard.press('Enter')
    await tabTo(page, asked.getByRole('button', { name: 'Approve' }))
    await page.keyboard.press('Enter')
    await page.getByText('release of sequence plate 7: approved.').waitFor()
    await page.getByText('No run waits for a person').waitFor()
    assert.equal(await page.locator('main:focus').count(), 1, 'who uses the keyboard is not lost')
    await release(on, 'sequence')
    assert.equal(outputOf(await run.ended(), 'comment'), 'fine by me 🧬')
    assert.deepEqual(complaints, [])
  }).timeout(180_000)

  it('are shown and answered on the page of their run, which goes on there', async () => {
    const on = await bench()
    const workspace = await on.open()
    const { page } = await visit(await openSite(workspace))
    const run = await workspace.start(await order(on, 'plate 8'))
    await look(page, `#/runs/${run.id}`)
    await page.getByText('Sequence plate 8 for 120 euro?').waitFor()
    await page.getByRole('button', { name: 'module release: suspended' }).waitFor()
    await picture(page, 'approval-run-1440')
    await form(page, 'sequence plate 8').getByRole('button', { name: 'Approve' }).click()
    await dialog(page, 'Approve release').getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('button', { name: 'module release: done' }).waitFor()
    await page.getByRole('button', { name: 'module sequence: running' }).waitFor()
    await release(on, 'sequence')
    await page.getByRole('button', { name: 'module sequence: done' }).waitFor()
    await page.locator('.heading .badge', { hasText: 'done' }).waitFor()
    assert.equal(await form(page, 'sequence plate 8').count(), 0)
  }).timeout(180_000)

  it('are rejected with a reason that is read where the run is', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await order(on, 'plate 9'))
    const { page } = await visit(await openSite(workspace))
    await look(page, '#/waits')
    await page.getByLabel('Comment on release').fill('the plate is empty')
    await form(page, 'sequence plate 9').getByRole('button', { name: 'Reject' }).click()
    await dialog(page, 'Reject release').getByRole('button', { name: 'Reject' }).click()
    await page.getByText('No run waits for a person').waitFor()
    await look(page, `#/runs/${run.id}`)
    await page.locator('.heading .badge', { hasText: 'failed' }).waitFor()
    await page.getByRole('button', { name: 'module release: failed' }).press('Enter')
    const panel = page.getByRole('complementary', { name: 'Module release' })
    await panel.getByText('rejected by web page: the plate is empty').waitFor()
    await picture(page, 'approval-rejected-1440')
  }).timeout(180_000)

  it('keep what was begun to be said to each, and say that another was first', async () => {
    const on = await bench()
    const workspace = await on.open()
    const first = await workspace.start(await order(on, 'plate 1'))
    await workspace.start(await order(on, 'plate 2'))
    const { page } = await visit(await openSite(workspace))
    await look(page, '#/waits')
    const comment = page.getByLabel('Comment on release of sequence plate 2')
    await page.getByLabel('Comment on release of sequence plate 1').fill('of the first')
    await comment.fill('of the second')
    await form(page, 'sequence plate 1').getByRole('button', { name: 'Approve' }).click()
    const asked = dialog(page, 'Approve release of sequence plate 1?')
    await asked.waitFor()
    await workspace.answer(first.id, modulePath('release'), { kind: 'reject' }, { by: 'ada' })
    await form(page, 'sequence plate 1').waitFor({ state: 'detached' })
    await page.locator('#said', { hasText: 'Run sequence plate 1: failed' }).waitFor()
    await asked.getByRole('button', { name: 'Approve' }).click()
    await page.locator('#said', { hasText: 'ada' }).waitFor()
    assert.equal(await comment.inputValue(), 'of the second')
  }).timeout(180_000)

  it('are refused in a sentence where the session has ended, and given after signing in', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await order(on, 'plate 5'))
    const { page } = await visit(await openSite(workspace))
    await look(page, '#/waits')
    await form(page, 'sequence plate 5').waitFor()
    await page.context().clearCookies()
    await form(page, 'sequence plate 5').getByRole('button', { name: 'Approve' }).click()
    await dialog(page, 'Approve release').getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('alert').getByText('sign in with its token').waitFor()
    assert.equal((await workspace.waits()).length, 1)
    await page.getByLabel('Token').fill('another token')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('This is not the token of the workspace.').waitFor()
    await widths(page, 'refused', isFine)
    await signIn(page)
    await form(page, 'sequence plate 5').getByRole('button', { name: 'Approve' }).click()
    await dialog(page, 'Approve release').getByRole('button', { name: 'Approve' }).click()
    await page.getByText('release of sequence plate 5: approved.').waitFor()
    await release(on, 'sequence')
    assert.equal((await run.ended()).kind, 'done')
  }).timeout(180_000)

  it('have nothing serious for axe in light and dark, and look right in three widths', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await order(on, 'plate 7'))
    await workspace.start(await order(on, 'a-name-that-is-as-long-as-those-that-programs-make-2026-11-21'))
    await workspace.start(await doc('name: later\nmodules:\n  call: { type: token }\n'))
    const site = await openSite(workspace)
    for (const dark of [false, true]) {
      const { page, complaints } = await visit(site, { dark })
      await look(page, '#/waits')
      await form(page, 'sequence plate 7').waitFor()
      await widths(page, 'approvals', isFine)
      await form(page, 'sequence plate 7').getByRole('button', { name: 'Reject' }).click()
      await dialog(page, 'Reject release').waitFor()
      await widths(page, 'approval-asked', isFine)
      await page.keyboard.press('Escape')
      await look(page, `#/runs/${run.id}`)
      await page.getByRole('button', { name: 'module release: suspended' }).waitFor()
      await widths(page, 'approval-of-run', isFine)
      assert.deepEqual(complaints, [])
    }
  }).timeout(180_000)
})
