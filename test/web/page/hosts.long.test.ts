import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tag } from '../../../src/core/ids.ts'
import type { BudgetOf } from '../../../src/workspace/budget-report.ts'
import type { DiskUse } from '../../../src/workspace/disk-report.ts'
import type { WorkspaceView } from '../../../src/workspace/workspace.ts'
import { bench } from '../../workspace/bench.ts'
import { keyOf, running, sampleJob, seed } from '../desk.ts'
import { look, openSite, visit, widths } from './browser.ts'
import { isFine } from './findings.ts'

const now = Date.now()
const hour = 3_600_000
const gib = 1024 ** 3

const facts: ReturnType<WorkspaceView['destinations']> = new Map([
  ['hpc', { runner: 'slurm', limits: { jobs: 200, cores: 512 }, answeredAt: now - 4000 }],
  ['local', { runner: 'local', limits: { jobs: 4 } }],
  ['night', { runner: 'pbs', limits: { submissionsPerMinute: 10 } }],
])
const standings: Awaited<ReturnType<WorkspaceView['standings']>> = new Map([
  ['hpc', { spared: { until: now + hour, why: '9.6 GiB of 10 GiB went to hpc in the last hour' } }],
  ['night', { lapse: { since: now - hour, why: 'ada@night.cluster.example does not answer' } }],
])
const budgets: ReadonlyMap<string, BudgetOf> = new Map([
  [
    'hpc',
    {
      connections: { used: 3, limit: 100 },
      schedulerCommands: { used: 57, limit: 60 },
      schedulerCommandsInDoubt: { used: 2 },
      bytes: { used: 9.6 * gib, limit: 10 * gib },
    },
  ],
])
const disk: readonly DiskUse[] = [
  {
    destinations: ['hpc', 'night'],
    host: 'ada@login.cluster.example',
    found: {
      kind: 'measured',
      folder: '/scratch/lab/ada/abeyance/4f0c2a9d-5c51-4a0e-9f14-6f8d8b6f2f10',
      attempts: [
        { tag: tag('align7'), bytes: 4 * gib, job: { key: keyOf('align'), name: 'align[7]', attempt: 2 } },
        { tag: tag('gone1'), bytes: 3e6 },
      ],
      cache: 5e8,
      leftovers: 12_000,
      free: 90 * gib,
    },
    toRemove: [
      { destination: 'hpc', tag: tag('old1'), due: now + hour },
      {
        destination: 'hpc',
        tag: tag('old2'),
        due: now,
        failed: { at: now - 60_000, why: 'something of it runs', times: 2 },
      },
    ],
  },
  {
    destinations: ['far'],
    host: 'ada@far',
    found: { kind: 'unreachable', why: 'it did not answer in 10 s' },
    toRemove: [],
  },
  { destinations: ['own'], host: 'this machine', found: { kind: 'unsupported' }, toRemove: [] },
]

describe('hosts in a browser', () => {
  it('show budgets and disks, with nothing serious for axe in light and dark and in three widths', async () => {
    const on = await bench()
    await seed(on.folder, [sampleJob('align', running(now - hour))])
    const site = await openSite({
      ...(await on.read()),
      destinations: () => facts,
      standings: async () => standings,
      budgets: async () => budgets,
      disk: async () => disk,
    })
    for (const dark of [false, true]) {
      const { page, complaints } = await visit(site, { dark })
      await look(page, '#/hosts')
      const meter = page.getByRole('meter', { name: 'scheduler commands in the last hour of hpc' })
      await meter.waitFor()
      assert.equal(await meter.getAttribute('max'), '60')
      await page.getByText('9.6 GiB of 10.0 GiB', { exact: true }).waitFor()
      await widths(page, 'budgets', isFine)
      await page.getByRole('button', { name: 'Measure what folders take' }).press('Enter')
      await page.getByText('4.5 GiB in').waitFor()
      await page.getByText('What takes it').press('Enter')
      await page.getByRole('link', { name: 'align[7]' }).waitFor()
      await page.getByText('could not be removed (2 tries').waitFor()
      await page.getByText('Its runner cannot tell what folders take.').waitFor()
      await widths(page, 'disks', isFine)
      assert.deepEqual(complaints, [])
    }
  }).timeout(180_000)
})
