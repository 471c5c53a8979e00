import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { z } from 'zod'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const shape = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullable(),
      nodes: z.array(z.object({ html: z.string() })),
    }),
  ),
})

/** What axe holds to be serious or worse, each with the first place where it is. */
export async function findings(page: Page): Promise<readonly string[]> {
  // Not by a script element: the page lets nothing in that it did not bring.
  const { readFile } = await import('node:fs/promises')
  await page.evaluate(`${await readFile(axe, 'utf8')}; undefined`)
  const { violations } = shape.parse(await page.evaluate('axe.run(document)'))
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
}

/** Nothing serious for axe, and nothing that is wider than the window. */
export async function isFine(page: Page, width: number): Promise<void> {
  assert.deepEqual(await findings(page), [], `${page.url()}, ${width} px`)
  const room = "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('main'))"
  assert.equal(await page.evaluate(room), 0, `nothing stands out at ${width} px`)
}
