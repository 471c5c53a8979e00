import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { describe, it } from 'mocha'
import { lowdbStore } from '../../src/records/lowdb.ts'
import { memoryStore } from '../../src/records/memory.ts'
import { local } from '../../src/runners/local.ts'
import { local as here } from '../../src/transports/local.ts'
import { stateFolder } from '../../src/workspace/state-folder.ts'
import type { WorkspaceEvent } from '../../src/workspace/workspace.ts'
import { bench, doc, until } from './bench.ts'

describe('what is the matter with destinations', () => {
  const since = Date.UTC(2026, 0, 1)
  const trial = async () => {
    const on = await bench()
    const store = memoryStore()
    const entry = (key: string, value: object) =>
      store.put([{ kind: 'workspace', key, value: { since, why: 'w', ...value } }])
    await entry('paused/paused', {})
    await entry('unreachable/silent', {})
    await entry('unreachable/asking', { login: true })
    const names = ['well', 'paused', 'silent', 'asking']
    const thing = (name: string) => ({ runner: local(), transport: here(), workFolder: on.path(name) })
    const destinations = Object.fromEntries(names.map((name) => [name, thing(name)]))
    const workspace = await on.open({ destinations, store })
    const modules = names.map(
      (name) => `  ${name}: { command: [echo, ${name}], outputs: {}, destination: ${name} }`,
    )
    return { workspace, pipeline: await doc(`name: p\nmodules:\n${modules.join('\n')}\n`) }
  }

  it('is told by name', async () => {
    const { workspace } = await trial()
    assert.deepEqual(
      [...(await workspace.standings())].toSorted(([a], [b]) => a.localeCompare(b)),
      [
        ['asking', { lapse: { since, why: 'w', login: true } }],
        ['paused', { paused: { since, why: 'w' } }],
        ['silent', { lapse: { since, why: 'w' } }],
      ],
    )
  })

  it('is told to who reads beside a driver, also that a budget is spent and has room again', async () => {
    const on = await bench()
    const state = stateFolder(on.folder)
    await mkdir(state.logs, { recursive: true })
    const store = await lowdbStore(state.records)
    const heard: WorkspaceEvent[] = []
    try {
      const view = await on.read()
      view.events$.subscribe((event) => heard.push(event))
      const spared = { until: since, why: 'the hour is spent' }
      await store.put([{ kind: 'workspace', key: 'spared/hpc', value: spared }])
      await until('it is told', async () => heard.length === 1)
      await store.put([{ kind: 'workspace', key: 'spared/hpc', value: undefined }])
      await until('the end is told', async () => heard.length === 2)
      assert.deepEqual(heard, [
        { kind: 'spared', destination: 'hpc', ...spared },
        { kind: 'unspared', destination: 'hpc' },
      ])
    } finally {
      await store.close()
    }
  })

  it('is said in the plan', async () => {
    const { workspace, pipeline } = await trial()
    const why = (await workspace.plan(pipeline)).map(({ module, destination }) => [module, destination?.why])
    const when = '2026-01-01T00:00:00.000Z'
    assert.deepEqual(Object.fromEntries(why), {
      well: 'the module says so',
      paused: `the module says so; paused since ${when}`,
      silent: `the module says so; does not answer since ${when}`,
      asking: `the module says so; asks for a login since ${when}`,
    })
  })

  it('keeps the jobs of a paused one back until the pause is lifted', async () => {
    const { workspace, pipeline } = await trial()
    const run = await workspace.start(pipeline, { targets: ['paused'] })
    await until('the job waits', async () => (await workspace.jobs())[0]?.pausedSince === since)
    await workspace.liftPause('paused')
    assert.equal((await run.ended()).kind, 'done')
    assert.equal((await workspace.standings()).has('paused'), false)
  })
})
