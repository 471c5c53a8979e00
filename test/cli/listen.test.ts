import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { describe, it } from 'mocha'
import { hostNames, inAddress, listen } from '../../src/cli/listen.ts'
import { faultOf } from '../../src/web/guard.ts'

describe('listen', () => {
  for (const host of ['127.0.0.1', '127.0.0.2', 'localhost', '0.0.0.0'])
    it(`answers at ${host} under the address that it says it has`, async () => {
      const hosts = await hostNames(host)
      const server = await listen(
        async (request) => Response.json(faultOf(request, hosts)?.message ?? 'welcome'),
        { host, port: 0 },
      )
      try {
        const answer = await fetch(`http://${inAddress(server.address)}:${server.port}/`)
        assert.equal(await answer.json(), 'welcome')
      } finally {
        await server.close()
      }
    })
})

describe('hostNames', () => {
  it('has the name of this machine only where others can reach it, and what is permitted', async () => {
    assert.deepEqual(await hostNames('127.0.0.1', ['Page.Example']), [
      'localhost',
      '127.0.0.1',
      '[::1]',
      'page.example',
    ])
    assert.ok((await hostNames('0.0.0.0')).includes(hostname().toLowerCase()))
    assert.ok((await hostNames('FE80::1')).includes('[fe80::1]'))
  })
})
