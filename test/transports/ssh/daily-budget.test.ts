import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { openUsageBook } from '../../../src/core/usage-book.ts'
import { openBudget } from '../../../src/transports/ssh/daily-budget.ts'

const noon = Date.UTC(2026, 4, 31, 12)
const day = 24 * 60 * 60 * 1000

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'budget-'))))
afterEach(() => rm(folder, { recursive: true }))

for (const kept of [true, false])
  describe(`the budget of a day, ${kept ? 'kept on disk' : 'of one process'}`, () => {
    const open = (limit: number) =>
      openBudget(
        'me@cluster',
        limit,
        openUsageBook(async () => (kept ? join(folder, 'made') : undefined)),
      )

    it('is spent to the last connection, and says when the next is made', async () => {
      const budget = open(2)
      await budget.spend(noon)
      await budget.spend(noon)
      await assert.rejects(budget.spend(noon), {
        code: 'quota-used-up',
        message: /^2 connections to me@cluster .* next one is made on 2026-06-01 \(UTC\)/,
      })
      assert.equal(await budget.used(noon), 2)
    })

    it('is whole again on the next day', async () => {
      const budget = open(1)
      await budget.spend(noon)
      await budget.spend(noon + day)
      assert.deepEqual([await budget.used(noon + day), await budget.used(noon)], [1, 1])
    })

    it('takes back what reached nobody', async () => {
      const budget = open(1)
      const takeBack = await budget.spend(noon)
      await takeBack()
      await budget.spend(noon)
      assert.equal(await budget.used(noon), 1)
    })
  })

describe('the budget of a day on disk', () => {
  const file = () => openUsageBook(async () => join(folder, 'host'))

  it('is that of all processes, also after a restart', async () => {
    const [one, other] = [openBudget('h', 3, file()), openBudget('h', 3, file())]
    await one.spend(noon)
    await other.spend(noon)
    const third = openBudget('h', 3, file())
    await third.spend(noon)
    for (const budget of [one, other, third])
      await assert.rejects(budget.spend(noon), { code: 'quota-used-up' })
  })

  it('loses no count of many that spend at the same time', async () => {
    const budgets = Array.from({ length: 10 }, () => openBudget('h', 1000, file()))
    await Promise.all(budgets.map((budget) => budget.spend(noon)))
    assert.equal(await budgets[0]?.used(noon), 10)
  })

  it('leaves a file for each of the last two days and nothing beside them', async () => {
    for (const days of [0, 1, 2, 3]) await openBudget('h', 3, file()).spend(noon + days * day)
    assert.deepEqual(await readdir(join(folder, 'host')), ['2026-06-02', '2026-06-03'])
  })
})
