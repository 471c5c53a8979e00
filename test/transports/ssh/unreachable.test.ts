import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, it } from 'mocha'
import { silent } from '../../../src/core/logger.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'
import { setStage } from './stage.ts'

const options = { deadline: 300_000 }

describe('a host that cannot be connected to', () => {
  const stage = setStage()

  /** What a promise comes to while virtual time goes by, a little at a time, however long real sockets take. */
  async function passing<T>(promise: Promise<T>): Promise<T> {
    let settled = false
    const done = () => {
      settled = true
    }
    promise.then(done, done)
    while (!settled) {
      await stage.clock.advance(100)
      await new Promise((resolve) => setImmediate(resolve))
    }
    return promise
  }

  /** A server that takes connections and does nothing more than it is told. */
  async function stand(
    serve: (socket: Socket) => void,
  ): Promise<SshSettings & { readonly attempts: readonly number[] }> {
    const attempts: number[] = []
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      attempts.push(stage.clock.now())
      sockets.add(socket)
      socket.on('error', () => {})
      serve(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    stage.finally(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const settings = { host: '127.0.0.1', port, user: 'someone', configFiles: [], agent: 'none' }
    return { ...settings, identityFiles: [], attempts }
  }

  const blackHoles: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['takes connections and never speaks', () => {}],
    ['swallows all that it is sent', (socket) => void socket.resume()],
    ['says its name and no more', (socket) => void socket.write('SSH-2.0-Silent\r\n')],
  ]
  for (const [what, serve] of blackHoles)
    it(`is asked six times at most in ten minutes when it ${what}`, async () => {
      const settings = await stand(serve)
      const begun: number[] = []
      const debug = (_: object, message: string) =>
        void (message === 'connecting' && begun.push(stage.clock.now()))
      const connection = stage.open(settings, { logger: { ...silent, debug } })
      const codes = new Set<string>()
      for (const end = stage.clock.now() + 20 * 60_000; stage.clock.now() < end;) {
        await passing(connection.client({ deadline: 300_000 }).catch((error) => codes.add(error.code)))
        await stage.clock.advance(1000)
      }
      assert.deepEqual([...codes], ['unreachable'])
      assert.ok(begun.length >= 7 && settings.attempts.length <= begun.length, begun.join())
      for (const [at, first] of begun.entries())
        assert.ok((begun[at + 6] ?? Infinity) - first >= 600_000, begun.join())
    })

  it('answers at once while it is left alone, with when it is tried again', async () => {
    const connection = stage.open(await stand(() => {}))
    await assert.rejects(passing(connection.client(options)), { code: 'unreachable', message: /20 s/ })
    await stage.clock.advance(3000)
    for (let time = 0; time < 2; time++)
      await assert.rejects(passing(connection.client(options)), { code: 'unreachable' })
    await assert.rejects(connection.client(options), {
      code: 'unreachable',
      message: /the next attempt is made in \d+ s/,
    })
  })

  it('takes no longer than a request allows', async () => {
    const settings = await stand(() => {})
    const refused = assert.rejects(stage.open(settings).client({ deadline: 5000 }), {
      code: 'request-timeout',
    })
    await eventually('a connection begins', 5000, async () => settings.attempts[0])
    await stage.clock.advance(5000)
    await refused
  })

  it('can be released while it is waited for, and before it was used', async () => {
    const settings = await stand(() => {})
    const connection = stage.open(settings)
    const refused = assert.rejects(connection.client(options), { code: 'aborted' })
    await eventually('a connection begins', 5000, async () => settings.attempts[0])
    await connection.release()
    await refused
    await stage.open(settings).release()
  })

  const faults: readonly (readonly [string, (socket: Socket) => void, string])[] = [
    ['drops connections before the handshake', (socket) => socket.end(), 'connection-lost'],
    ['drops them in its midst', (socket) => socket.end('SSH-2.0-Short\r\n'), 'connection-lost'],
    ['resets them', (socket) => socket.resetAndDestroy(), 'connection-lost'],
    ['speaks something else', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'connection-lost'],
  ]
  for (const [what, serve, code] of faults)
    it(`is ${code} when it ${what}`, async () => {
      await assert.rejects(stage.open(await stand(serve)).client(options), { code })
    })

  it('is connection-refused when nothing listens, and connects once something does', async () => {
    const host = await stage.start()
    const { settings } = host
    await host.pause()
    const connection = stage.open(settings)
    await assert.rejects(connection.client(options), { code: 'connection-refused', retryable: true })
    await host.resume()
    const client = connection.client(options)
    await stage.clock.advance(1000)
    await client
  })

  it('is unreachable when its name is not known', async () => {
    const connection = stage.open({ host: 'no-such-host.invalid', configFiles: [], agent: 'none' })
    await assert.rejects(connection.client(options), {
      code: 'unreachable',
      message: /no-such-host\.invalid/,
    })
  })

  it('is unsupported when nothing is in common', async () => {
    const host = await stage.start({ oldCipher: true })
    await assert.rejects(stage.open(host.settings).client(options), {
      code: 'unsupported',
      message: /no matching/,
    })
  })
})
