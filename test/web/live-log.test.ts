import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parsePlace } from '../../src/web/live-log.ts'
import type { WorkspaceView } from '../../src/workspace/workspace.ts'
import { bench, begun, doc, held, until } from '../workspace/bench.ts'
import { bytesOf, desk, eventsOf, keyOf, running, sampleJob, seed, type SseEvent } from './desk.ts'

/** Reads a live log until what came satisfies, then goes away. */
async function readUntil(
  view: WorkspaceView,
  path: string,
  enough: (events: readonly SseEvent[]) => boolean,
  after?: string,
): Promise<readonly SseEvent[]> {
  const { ask, page } = desk(view)
  const events: SseEvent[] = []
  const response = await ask(path, after === undefined ? {} : { headers: { 'last-event-id': after } })
  for await (const event of eventsOf(response)) {
    events.push(event)
    if (enough(events)) break
  }
  await page.close()
  return events
}

const joined = (events: readonly SseEvent[]) =>
  Buffer.concat(events.filter(({ event }) => event === 'chunk').map(bytesOf))
const isOver = (events: readonly SseEvent[]) => events.at(-1)?.event === 'end'

describe('a live log', () => {
  it('goes on at the exact byte after a restart of the server, with an emoji cut in two by it (L1)', async () => {
    const on = await bench()
    const workspace = await on.open()
    const script = [
      `printf 'h\\303\\251llo \\360\\237'`,
      `while [ ! -e ${on.base}/go ]; do sleep 0.02; done`,
      `printf '\\230\\200 end\\n'`,
    ].join('; ')
    const text = `name: p\nmodules:\n  one:\n    command: [sh, -c, ${JSON.stringify(script)}]\n`
    const run = await workspace.start(await doc(text))
    await until('it runs', async () => (await workspace.jobs())[0]?.state.kind === 'running')
    const [job] = await workspace.jobs()
    const path = `api/jobs/${job?.key}/logs/stdout/live?from=start`
    const wanted = Buffer.from('héllo \u{1F600} end\n')
    const first = await readUntil(await on.read(), path, (all) => joined(all).length === 9)
    const place = first.at(-1)?.id
    assert.equal(place, '9@1.1')
    await on.write('go', '')
    const rest = await readUntil(await on.read(), path, isOver, place)
    assert.deepEqual(Buffer.concat([joined(first), joined(rest)]), wanted)
    const bare = await readUntil(workspace, path, isOver, '9')
    assert.deepEqual(joined(bare), wanted.subarray(9))
    await run.ended()
  }).timeout(60_000)

  it('of a job that has not begun says so, and begins when it does', async () => {
    const on = await bench()
    const workspace = await on.open({
      destinations: {},
    })
    const text = `name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`
    const run = await workspace.start(await doc(text))
    await begun(on, 'one')
    const [job] = await workspace.jobs()
    const reading = readUntil(workspace, `api/jobs/${job?.key}/logs/stderr/live`, isOver)
    await on.write('one.go', '')
    assert.equal((await reading).at(-1)?.event, 'end')
    await run.ended()
  }).timeout(60_000)

  it('tells why there is none, as data with a sentence (L3)', async () => {
    const on = await bench()
    await seed(on.folder, [sampleJob('a', running(5), { destination: 'gone' })])
    const events = await readUntil(
      await on.read(),
      `api/jobs/${keyOf('a')}/logs/stdout/live`,
      (all) => all.length > 0,
    )
    assert.deepEqual(
      events.map(({ event, data }) => [event, data]),
      [
        [
          'unavailable',
          {
            why: 'unsupported',
            sentence: 'The destination gone is not configured, so nothing can be read there.',
          },
        ],
      ],
    )
  })

  it('ends when the page is closed, and its reading with it', async () => {
    const on = await bench()
    await seed(on.folder, [sampleJob('a', running(5), { destination: 'gone' })])
    const { ask, page } = desk(await on.read())
    const events = eventsOf(await ask(`api/jobs/${keyOf('a')}/logs/stdout/live`))
    assert.equal((await events.next()).value?.event, 'unavailable')
    const next = events.next()
    await page.close()
    assert.equal((await next).done, true)
    assert.equal((await ask('api/jobs')).status, 503)
  })

  const places: readonly (readonly [string, object | undefined])[] = [
    ['12', { offset: 12 }],
    ['12@3.4', { offset: 12, attempt: 3, incarnation: 4 }],
    ['', undefined],
    ['-1', undefined],
    ['12@3', undefined],
    ['1e3', undefined],
    ['99999999999999999999', undefined],
  ]
  for (const [text, place] of places)
    it(`reads the place ${JSON.stringify(text)}`, () => assert.deepEqual(parsePlace(text), place))
})
