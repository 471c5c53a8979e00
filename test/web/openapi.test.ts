import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { pages } from '../docs/pages.ts'
import { bench } from '../workspace/bench.ts'
import { desk, sampleJob, seed, succeeded } from './desk.ts'

const shape = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ summary: z.string() }))),
})

async function described() {
  const on = await bench()
  await seed(on.folder, [sampleJob('a', succeeded(1, 2))])
  const one = desk(await on.read())
  const { paths } = shape.parse(await (await one.ask('openapi.json')).json())
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path: path.slice(1) })),
  )
  return { ...one, routes }
}

describe('the description of the API', () => {
  it('lists what docs/web-api.md lists, and nothing else', async () => {
    const { routes } = await described()
    const page = pages().get('docs/web-api.md') ?? ''
    const rows = [...page.matchAll(/^\| `([A-Z]+) ([^`]+)` +\|/gm)].map(
      ([, method, path]) => `${method} ${path}`,
    )
    const named = routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)
    assert.deepEqual(rows.toSorted(), named.toSorted())
  })

  it('lists only what is served', async () => {
    const { routes, ask } = await described()
    assert.ok(routes.length > 15)
    for (const { method, path } of routes) {
      const headers = { 'content-type': 'application/json' }
      const body = method === 'POST' ? { body: '{}' } : {}
      const response = await ask(path.replaceAll(/\{\w+\}/g, 'x'), { method, headers, ...body })
      const text = path.includes('changes') ? '' : await response.text()
      if (text === '') await response.body?.cancel()
      assert.doesNotMatch(text, /there is no such route/, `${method} ${path}`)
    }
  })

  it('names every route under api/ that the server knows', async () => {
    const { ask } = await described()
    for (const path of ['api/nothing', 'api/jobs/a/b', 'api/runs/a/b/c'])
      assert.match(await (await ask(path)).text(), /there is no such route/)
  })
})
