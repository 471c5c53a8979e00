import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { slurm } from '../../src/runners/slurm.ts'
import { local } from '../../src/transports/local.ts'
import { bookOf } from '../../src/workspace/budget-of.ts'
import { hostBudgets } from '../../src/workspace/host-budgets.ts'
import { stateFolder } from '../../src/workspace/state-folder.ts'

describe('budgets of hosts', () => {
  let folder = ''
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'budgets-'))))
  after(() => rm(folder, { recursive: true }))

  it('are told of destinations that cost somebody something, whoever spent it, but for a book that cannot be read', async () => {
    const hosts = async () => folder
    const hpc = { runner: slurm({}), transport: local(), workFolder: '/work', schedulerCommandsPerHour: 20 }
    const unreadable = { ...local(), connections: async () => Promise.reject(new Error('no book')) }
    await bookOf(hpc, hosts).spend('commands', 3, Date.now())
    const destinations = { hpc, broken: { ...hpc, transport: unreadable } }
    const budgets = await hostBudgets({ destinations, hosts }, stateFolder(folder))
    assert.deepEqual([...budgets.keys()], ['hpc'])
    assert.deepEqual(budgets.get('hpc')?.schedulerCommands, { used: 3, limit: 20 })
    assert.equal(budgets.get('hpc')?.connections, undefined)
  })
})
