import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import { callGate } from '../../src/web/call-gate.ts'
import { waitList } from '../../src/web/contract.ts'
import { modulePath } from '../../src/core/ids.ts'
import { bench, doc, outputOf } from '../workspace/bench.ts'
import { desk } from './desk.ts'

const text = `name: p
modules:
  release: { type: approval, parameters: { message: 'Go on?', approvers: [ada, web page] } }
  measured: { type: token, parameters: { outputs: { score: number } } }
outputs: { by: $release.by, comment: $release.comment, score: $measured.score }
`
const nobody = { authorization: '' }

async function waiting() {
  const on = await bench()
  const workspace = await on.open()
  const run = await workspace.start(await doc(text))
  await run.resting()
  const token = await workspace.callbackToken(run.id, modulePath('measured'))
  return { on, workspace, run, token }
}

describe('answers over the web', () => {
  for (const how of ['in the process that drives', 'beside it'])
    it(`are taken ${how}, and the run goes on`, async () => {
      const { on, workspace, run, token } = await waiting()
      const { get, post } = desk(how === 'beside it' ? await on.read() : workspace)
      const { waits } = await get('api/waits', waitList)
      assert.deepEqual(waits.map(({ module }) => module).toSorted(), ['measured', 'release'])
      assert.equal(JSON.stringify(waits).includes(token), false)
      const path = `api/runs/${run.id}/answer`
      const yes = { module: 'release', answer: 'approve', comment: 'fine' }
      assert.deepEqual(await (await post(path, yes)).json(), { kind: 'taken' })
      assert.deepEqual(await (await post(path, yes)).json(), { kind: 'repeated' })
      assert.equal((await post(path, { ...yes, answer: 'reject' })).status, 409)
      assert.deepEqual(await (await post(`api/tokens/${token}`, { score: 7 }, nobody)).json(), {
        kind: 'taken',
      })
      const end = await run.ended()
      assert.deepEqual(
        ['by', 'comment', 'score'].map((name) => outputOf(end, name)),
        ['web page', 'fine', 7],
      )
    }).timeout(20_000)

  it('need the token of the workspace for an approval, and for a callback its own alone', async () => {
    const { workspace, run, token } = await waiting()
    const { ask, post } = desk(workspace)
    const yes = { module: 'release', answer: 'approve' }
    assert.equal((await post(`api/runs/${run.id}/answer`, yes, nobody)).status, 401)
    assert.equal((await post(`api/runs/${run.id}/answer`, { ...yes, module: 'none' })).status, 404)
    assert.equal((await post(`api/runs/${run.id}/answer`, { ...yes, answer: 'perhaps' })).status, 400)
    const wrong = await post(`api/tokens/${token.slice(1)}`, { score: 7 }, nobody)
    assert.equal(wrong.status, 404)
    assert.equal((await wrong.text()).includes(token.slice(1)), false)
    assert.equal((await post(`api/tokens/${token}`, { score: 'high' }, nobody)).status, 400)
    assert.equal(
      (await post(`api/tokens/${token}`, { score: 7 }, { ...nobody, origin: 'http://evil.example' })).status,
      403,
    )
    assert.equal((await post(`api/tokens/${token}`, { score: 'x'.repeat(600_000) }, nobody)).status, 400)
    const headers = { ...nobody, 'content-type': 'application/json' }
    const raw = async (body: string) => {
      const refused = await ask(`api/tokens/${token}`, { method: 'POST', headers, body })
      return `${refused.status} ${await refused.text()}`
    }
    assert.match(await raw(''), /^400 .*send JSON/)
    assert.match(await raw('{"score":1e400}'), /^400 .*value\.score is Infinity/)
    assert.equal((await workspace.waits()).length, 2)
    const failed = await post(`api/tokens/${token}/failure`, { message: 'out of paper' }, nobody)
    assert.deepEqual([failed.status, await failed.json()], [200, { kind: 'taken' }])
    assert.equal((await post(`api/tokens/${token}`, { score: 7 }, nobody)).status, 409)
  })

  it('are of whom the application says, and of nobody who is not asked', async () => {
    const { workspace, run } = await waiting()
    const approver = async (request: Request) => request.headers.get('x-user') ?? 'nobody'
    const { post } = desk(workspace, { approver })
    const answer = (user: string) =>
      post(`api/runs/${run.id}/answer`, { module: 'release', answer: 'approve' }, { 'x-user': user })
    const refused = await answer('eve')
    assert.equal(refused.status, 403)
    assert.match(await refused.text(), /asks ada, web page, and you are eve/)
    assert.equal((await answer('ada')).status, 200)
  })

  it('with tokens are looked at at a bounded pace', async () => {
    const clock = virtualClock()
    const enter = callGate(clock)
    const entered = () =>
      Array.from({ length: 100 }, () => enter()).filter((wait) => wait === undefined).length
    assert.equal(entered(), 50)
    assert.equal(enter(), 1)
    await clock.advance(1000)
    assert.equal(entered(), 10)
    await clock.advance(3_600_000)
    assert.equal(entered(), 50)
  })
})
