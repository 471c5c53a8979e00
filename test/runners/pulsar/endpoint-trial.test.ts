import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterEach, describe, it } from 'mocha'
import { endpointTrial } from '../../../src/runners/pulsar/endpoint/endpoint-trial.ts'
import { freePort } from '../../testing/free-port.ts'

const signal = new AbortController().signal

describe('what doctor tries of an endpoint', () => {
  const servers = new Set<ReturnType<typeof createServer>>()
  const other = async (code: number, text: string) => {
    const server = createServer((_, answer) => answer.writeHead(code).end(text)).listen(0, '127.0.0.1')
    servers.add(server)
    await once(server, 'listening')
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    return address.port
  }
  const attempt = (at: number, listen?: number) =>
    endpointTrial({
      url: new URL(`http://127.0.0.1:${at}/files/`),
      ...(listen !== undefined && { place: { host: '127.0.0.1', port: listen } }),
    }).attempt(signal)
  afterEach(() => {
    for (const server of servers) server.close()
    servers.clear()
  })

  it('finds an address that leads here', async () => {
    const port = await freePort()
    assert.equal(await attempt(port, port), `its answer comes from 127.0.0.1:${port}`)
  })

  it('finds one that leads to another program, or is not passed on', async () => {
    const elsewhere = await other(502, 'bad gateway')
    await assert.rejects(attempt(elsewhere, await freePort()), {
      code: 'invalid-configuration',
      message: /answered \(502\), but not from here: check `url`/,
    })
    await assert.rejects(attempt(await freePort(), await freePort()), {
      code: 'unreachable',
      message: /does not lead here .*check `url` and `listen`/,
    })
  })

  it('finds a place that another program has', async () => {
    const taken = await other(200, '')
    await assert.rejects(attempt(taken, taken), { code: 'invalid-configuration', message: /it is taken/ })
  })

  it('without a place, finds who else answers for this machine, or that nobody does', async () => {
    assert.match((await attempt(await other(403, 'this is no address of ours\n'))) ?? '', /abeyance serve/)
    await assert.rejects(attempt(await freePort()), {
      code: 'unreachable',
      message: /nobody answers .*start `abeyance serve`/,
    })
  })
})
