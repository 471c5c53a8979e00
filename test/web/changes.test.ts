import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { changes, runAnswer, runList, waitList, type Changes } from '../../src/web/contract.ts'
import type { WorkspaceView } from '../../src/workspace/workspace.ts'
import { bench, begun, doc, held, release } from '../workspace/bench.ts'
import { desk, eventsOf } from './desk.ts'

/** Follows changes until they say what is wanted; gives the id of the last. */
async function follow(
  view: WorkspaceView,
  act: () => Promise<unknown>,
  enough: (all: readonly Changes[]) => boolean,
  after?: string,
): Promise<{ readonly names: readonly string[]; readonly id: string | undefined }> {
  const { ask } = desk(view)
  const response = await ask(
    'api/changes',
    after === undefined ? {} : { headers: { 'last-event-id': after } },
  )
  const all: Changes[] = []
  const names: string[] = []
  for await (const { event, id, data } of eventsOf(response)) {
    names.push(event)
    if (event === 'changes') all.push(changes.parse(data))
    else await act()
    if (enough(all)) return { names, id }
  }
  throw new Error('it ended too early')
}

const ran = (all: readonly Changes[]) =>
  all.some(({ runs }) => runs.some(({ state }) => state === 'done')) &&
  all.some(({ jobs }) => jobs.some(({ state }) => state === 'succeeded')) &&
  all.some(({ outcomes }) => outcomes.some((one) => one.outcome.kind === 'done' && one.job !== undefined))

describe('changes', () => {
  for (const how of ['in the process that drives', 'beside it'])
    it(`of runs, outcomes and jobs are told ${how}`, async () => {
      const on = await bench()
      const workspace = await on.open()
      const view = how === 'beside it' ? await on.read() : workspace
      const text = 'name: p\nmodules:\n  one: { command: [echo, hello] }\n'
      const act = async () => workspace.start(await doc(text))
      const { names } = await follow(view, act, ran)
      assert.equal(names[0], 'hello')
    }).timeout(60_000)

  it('that were missed come after a reconnect, or the word to load anew', async () => {
    const on = await bench()
    const workspace = await on.open()
    const { ask } = desk(workspace)
    const first = eventsOf(await ask('api/changes'))
    const { id = '' } = (await first.next()).value ?? {}
    await first.return(undefined)
    const run = await workspace.start(await doc('name: p\nmodules:\n  one: { command: [echo, hello] }\n'))
    await run.ended()
    const missed: Changes[] = []
    for await (const one of eventsOf(await ask('api/changes', { headers: { 'last-event-id': id } }))) {
      assert.equal(one.event, 'changes')
      missed.push(changes.parse(one.data))
      if (ran(missed)) break
    }
    const other = eventsOf(await ask('api/changes', { headers: { 'last-event-id': 'another-server.7' } }))
    assert.equal((await other.next()).value?.event, 'resync')
    await other.return(undefined)
  }).timeout(60_000)
})

describe('a run', () => {
  it('is drawn with its groups, and its elements with index and value (P4, P5)', async () => {
    const on = await bench()
    const workspace = await on.open()
    const text = `name: drawn
inputs: { names: { type: [string], default: [Ada, Grace] } }
modules:
  greet:
    map: name
    script: echo "$name" > out.txt
    inputs: { name: $names }
    outputs: { out: out.txt }
  both:
    group:
      inputs: { texts: { type: [file] } }
      modules:
        join: { script: 'cat "$@" > all.txt', arguments: [$texts], inputs: { texts: $texts }, outputs: { all: all.txt } }
      outputs: { all: $join.all }
    inputs: { texts: $greet.out }
outputs: { all: $both.all }
`
    const run = await workspace.start(await doc(text))
    assert.equal((await run.ended()).kind, 'done')
    const { get } = desk(workspace)
    const answer = await get(`api/runs/${run.id}`, runAnswer)
    const { modules, connections, elements, inputs, outputs } = answer.graph
    assert.deepEqual(modules, [
      { path: 'greet', label: 'greet', type: 'command', kind: 'module', over: ['name'] },
      { path: 'both', label: 'both', type: 'group', kind: 'group' },
      { path: 'both/join', label: 'join', type: 'command', kind: 'module', in: 'both' },
    ])
    const ends = connections.map(({ from, to }) =>
      [from, to].map((end) => `${end.module ?? ''}.${end.port}`).join(' > '),
    )
    assert.deepEqual(ends.toSorted(), [
      '.names > greet.name',
      'both.all > .all',
      'both.texts > both/join.texts',
      'both/join.all > both.all',
      'greet.out > both.texts',
    ])
    assert.deepEqual(elements, [
      { path: 'greet[0]', map: 'greet', index: 0, value: 'Ada' },
      { path: 'greet[1]', map: 'greet', index: 1, value: 'Grace' },
    ])
    assert.deepEqual([inputs, outputs], [['names'], ['all']])
    assert.equal(answer.outcomes['both/join']?.kind, 'done')
    assert.equal(typeof answer.jobs['greet[1]'], 'string')
    const { runs } = await get('api/runs?state=done&q=DRAWN', runList)
    assert.deepEqual(
      runs.map(({ id, outcomes }) => [id, outcomes]),
      [[run.id, { done: 4 }]],
    )
  }).timeout(60_000)

  it('is cancelled from the page, and what it waits for is told', async () => {
    const on = await bench()
    const workspace = await on.open()
    const text = `name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n  later: { type: file, inputs: { path: '${on.base}/never' } }\n`
    const run = await workspace.start(await doc(text))
    await begun(on, 'one')
    await run.resting()
    const { get, post } = desk(await on.read())
    const { waits } = await get('api/waits', waitList)
    assert.deepEqual(
      waits.map(({ module, on: what }) => [module, what.kind]),
      [['later', 'file']],
    )
    const [job] = await workspace.jobs()
    const needed = await post(`api/jobs/${job?.key}/cancel`, {})
    assert.deepEqual(await needed.json(), { kind: 'needed', by: [{ run: run.id, name: 'p' }] })
    assert.equal((await post(`api/runs/${run.id}/cancel`, {})).status, 200)
    const end = await run.ended()
    assert.deepEqual([end.kind, 'by' in end && end.by], ['cancelled', 'web page'])
    await release(on, 'one')
  }).timeout(60_000)
})
