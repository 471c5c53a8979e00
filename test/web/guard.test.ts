import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { describe, it } from 'mocha'
import { Hono } from 'hono'
import { sessionAnswer } from '../../src/web/requests.ts'
import type { Role } from '../../src/web/role.ts'
import { bench } from '../workspace/bench.ts'
import { desk, origin, sampleJob, seed, succeeded, token } from './desk.ts'

const none = { authorization: '' }

async function seeded() {
  const on = await bench()
  await seed(on.folder, [sampleJob('a', succeeded(1, 2))])
  return { on, view: await on.read() }
}

describe('who may ask the page', () => {
  it('is nobody without the token, and everything is refused but the page, its description and the login', async () => {
    const { view } = await seeded()
    const { ask } = desk(view)
    for (const path of [
      'api',
      'api/runs',
      'api/jobs',
      'api/hosts',
      'api/changes',
      'api/jobs/a/logs/stdout/live',
    ]) {
      assert.equal((await ask(path, { headers: none })).status, 401, path)
      assert.equal((await ask(path, { headers: { authorization: 'Bearer wrong' } })).status, 401, path)
    }
    assert.equal((await ask('openapi.json', { headers: none })).status, 200)
    assert.deepEqual(await (await ask('api/session', { headers: none })).json(), { role: 'nobody' })
  })

  it('opens a session with a login once, and the cookie outlives a restart of the server', async () => {
    const { view } = await seeded()
    const first = desk(view)
    const login = first.page.login()
    const opened = await first.post('api/session', { login }, none)
    assert.equal(opened.status, 200)
    const cookie = opened.headers.get('set-cookie') ?? ''
    assert.match(cookie, /^abeyance-[0-9a-f]{8}=[^;]+; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    assert.equal(cookie.includes(token), false)
    assert.equal((await first.post('api/session', { login }, none)).status, 401)
    const again = desk(view)
    const headers = { cookie: cookie.split(';')[0] ?? '' }
    const role = sessionAnswer.parse(await (await again.ask('api/session', { headers })).json())
    assert.deepEqual(role, { role: 'changer' })
    const other = desk(view, { token: 'another-token-altogether-0123456789' })
    assert.equal((await other.ask('api/jobs', { headers })).status, 401)
    const forged = headers.cookie.replace(/=\d+/, `=${Date.now() + 10 ** 12}`)
    assert.equal((await again.ask('api/jobs', { headers: { cookie: forged } })).status, 401)
  })

  it('takes the token itself for a session, and no other', async () => {
    const { view } = await seeded()
    const { post } = desk(view)
    assert.equal((await post('api/session', { token }, none)).status, 200)
    assert.equal((await post('api/session', { token: `${token}x` }, none)).status, 401)
    assert.equal((await post('api/session', { password: token }, none)).status, 400)
  })

  it('is said by the application where one mounts it: a reader changes nothing', async () => {
    const { view } = await seeded()
    const authorize = async (request: Request): Promise<Role> =>
      request.headers.get('x-user') === 'ada' ? 'reader' : 'nobody'
    const { web } = await import('../../src/web/web.ts')
    const page = web(view, { authorize })
    const app = new Hono().mount('/jobs', page.fetch)
    const ask = (path: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers)
      if (!headers.has('x-user')) headers.set('x-user', 'ada')
      return app.request(`/jobs/${path}`, { ...init, headers })
    }
    assert.equal((await ask('api/jobs')).status, 200)
    assert.equal((await ask('api/jobs', { headers: { 'x-user': 'eve' } })).status, 401)
    const body = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }
    assert.equal((await ask(`api/jobs/${sampleJob('a', succeeded(1, 2)).key}/cancel`, body)).status, 403)
    assert.throws(() => page.login(), /the application says who may do what/)
    await page.close()
  })

  it('is found under a base path that is not taken off', async () => {
    const { view } = await seeded()
    const { ask } = desk(view, { base: '/jobs' })
    assert.equal((await ask('jobs/api/jobs')).status, 200)
  })
})

describe('requests that another site made', () => {
  const post = { method: 'POST', body: '{}' }
  const json = { 'content-type': 'application/json' }
  const wrong: readonly (readonly [string, RequestInit, number])[] = [
    ['a form', { ...post, headers: { 'content-type': 'text/plain' } }, 415],
    ['a form without a type', { ...post, headers: {} }, 415],
    ['a script of another site', { ...post, headers: { ...json, 'sec-fetch-site': 'cross-site' } }, 403],
    ['another port of this machine', { ...post, headers: { ...json, 'sec-fetch-site': 'same-site' } }, 403],
    ['an old browser, by its origin', { ...post, headers: { ...json, origin: 'http://evil.example' } }, 403],
    ['a page without an origin', { ...post, headers: { ...json, origin: 'null' } }, 403],
    ['a name made to point here', { ...post, headers: { ...json, host: 'evil.example:8422' } }, 403],
    ['reading from another site', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
  ]
  for (const [what, init, code] of wrong)
    it(`are refused: ${what}`, async () => {
      const { view } = await seeded()
      const { ask } = desk(view)
      const path =
        init.method === 'POST' ? `api/jobs/${sampleJob('a', succeeded(1, 2)).key}/cancel` : 'api/jobs'
      const response = await ask(path, init)
      assert.equal(response.status, code)
      assert.equal(response.headers.get('access-control-allow-origin'), null)
    })

  it('are told from our own, which pass', async () => {
    const { view } = await seeded()
    const { post: send, ask } = desk(view)
    const path = `api/jobs/${sampleJob('a', succeeded(1, 2)).key}/cancel`
    assert.equal((await send(path, {}, { 'sec-fetch-site': 'same-origin', origin })).status, 200)
    assert.equal((await send(path, {}, { origin })).status, 200)
    assert.equal((await ask('api/jobs', { headers: { 'sec-fetch-site': 'none' } })).status, 200)
    const asked = await ask('api/jobs', { method: 'OPTIONS', headers: { origin: 'http://evil.example' } })
    assert.equal(asked.headers.get('access-control-allow-origin'), null)
  })
})

describe('what the page gives', () => {
  it('is never anything outside the workspace', async () => {
    const { view, on } = await seeded()
    await writeFile(on.path('secret'), 'secret')
    const { ask } = desk(view)
    const names = [
      '../secret',
      '..%2fsecret',
      '%2e%2e/%2e%2e/secret',
      'assets/..%2f..%2f..%2fpackage.json',
      '.abeyance/web-token',
    ]
    for (const name of [
      ...names,
      'api/jobs/..%2f..%2fsecret/logs/stdout',
      `api/jobs/${sampleJob('a', succeeded(1, 2)).key}/logs/..%2fsecret`,
    ]) {
      const response = await ask(name)
      assert.ok([400, 404].includes(response.status), `${name}: ${response.status}`)
      assert.equal((await response.text()).includes('secret\n'), false)
    }
  })

  it('tells browsers to run and sniff nothing of others', async () => {
    const { view } = await seeded()
    const { ask } = desk(view)
    for (const path of ['', 'api/jobs', 'api/nothing', 'api/changes']) {
      const response = await ask(path)
      const policy = response.headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /script-src[^;]*unsafe/)
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
      await response.body?.cancel()
    }
  })

  it('are faults with a code and a sentence', async () => {
    const { view } = await seeded()
    const { ask, post } = desk(view)
    const codeOf = async (response: Response) => [
      response.status,
      Reflect.get(Object(Reflect.get(Object(await response.json()), 'error')), 'code'),
    ]
    assert.deepEqual(await codeOf(await ask('api/jobs/zz')), [404, 'unknown-job'])
    assert.deepEqual(await codeOf(await ask('api/runs/zz')), [404, 'unknown-run'])
    assert.deepEqual(await codeOf(await ask('api/nothing')), [404, 'missing-file'])
    assert.deepEqual(await codeOf(await ask('api/jobs?sort=colour')), [400, 'usage'])
    assert.deepEqual(await codeOf(await post('api/jobs/bulk', { act: 'explode', keys: ['a'] })), [
      400,
      'usage',
    ])
  })
})
