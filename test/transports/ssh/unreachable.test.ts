import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { silent } from '../../../src/core/logger.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import type { SharedConnection } from '../../../src/transports/ssh/connection.ts'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'
import { setStage } from './stage.ts'

const options = { deadline: 300_000 }

describe('a host that cannot be connected to', () => {
  const stage = setStage()

  interface Stand {
    readonly settings: SshSettings
    /** When each connection arrived. */
    readonly attempts: readonly number[]
    /** When each was begun. */
    readonly begun: readonly number[]
    open(): SharedConnection
  }

  /**
   * What a promise comes to while virtual time goes by. Time stands still for what is real: until a connection that
   * was begun has arrived, and while nothing but the request itself has a limit (a module is being loaded, a file read).
   */
  async function passing<T>(promise: Promise<T>, { begun, attempts }: Stand): Promise<T> {
    let settled = false
    const done = () => {
      settled = true
    }
    promise.then(done, done)
    while (!settled) {
      if (stage.clock.timers > 1 && begun.length === attempts.length) await stage.clock.advance(1000)
      await delay(0)
    }
    return promise
  }

  /** A server that takes connections and does nothing more than it is told. */
  async function stand(serve: (socket: Socket) => void): Promise<Stand> {
    const attempts: number[] = []
    const begun: number[] = []
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
    const person = { user: 'someone', configFiles: [], identityFiles: [], agent: 'none' }
    const settings = { host: '127.0.0.1', port, ...person }
    const debug = (_: object, message: string) =>
      void (message === 'connecting' && begun.push(stage.clock.now()))
    return {
      settings,
      attempts,
      begun,
      open: () => stage.open(settings, { logger: { ...silent, debug } }),
    }
  }

  const blackHoles: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['takes connections and never speaks', () => {}],
    ['swallows all that it is sent', (socket) => void socket.resume()],
    ['says its name and no more', (socket) => void socket.write('SSH-2.0-Silent\r\n')],
  ]
  for (const [what, serve] of blackHoles)
    it(`is asked six times at most in ten minutes when it ${what}`, async () => {
      const host = await stand(serve)
      const { begun, attempts } = host
      const connection = host.open()
      const codes = new Set<string>()
      for (const end = stage.clock.now() + 20 * 60_000; stage.clock.now() < end;) {
        const asked = connection.client(options).catch((error) => codes.add(error.code))
        await passing(asked, host)
        await stage.clock.advance(1000)
      }
      assert.deepEqual([...codes], ['unreachable'])
      assert.ok(begun.length >= 7 && attempts.length <= begun.length, begun.join())
      for (const [at, first] of begun.entries())
        assert.ok((begun[at + 6] ?? Infinity) - first >= 600_000, begun.join())
    })

  it('answers at once while it is left alone, with when it is tried again', async () => {
    const host = await stand(() => {})
    const connection = host.open()
    await assert.rejects(passing(connection.client(options), host), { code: 'unreachable', message: /20 s/ })
    await stage.clock.advance(3000)
    for (let time = 0; time < 2; time++)
      await assert.rejects(passing(connection.client(options), host), { code: 'unreachable' })
    await assert.rejects(connection.client(options), {
      code: 'unreachable',
      message: /the next attempt is made in \d+ s/,
    })
  })

  it('takes no longer than a request allows', async () => {
    const { attempts, open } = await stand(() => {})
    const refused = assert.rejects(open().client({ deadline: 5000 }), {
      code: 'request-timeout',
    })
    await eventually('a connection begins', 5000, async () => attempts[0])
    await stage.clock.advance(5000)
    await refused
  })

  it('can be released while it is waited for, and before it was used', async () => {
    const { attempts, open } = await stand(() => {})
    const connection = open()
    const refused = assert.rejects(connection.client(options), { code: 'aborted' })
    await eventually('a connection begins', 5000, async () => attempts[0])
    await connection.release()
    await refused
    await open().release()
  })

  const faults: readonly (readonly [string, (socket: Socket) => void, string])[] = [
    ['drops connections before the handshake', (socket) => socket.end(), 'connection-lost'],
    ['drops them in its midst', (socket) => socket.end('SSH-2.0-Short\r\n'), 'connection-lost'],
    ['resets them', (socket) => socket.resetAndDestroy(), 'connection-lost'],
    ['speaks something else', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'connection-lost'],
  ]
  for (const [what, serve, code] of faults)
    it(`is ${code} when it ${what}`, async () => {
      await assert.rejects((await stand(serve)).open().client(options), { code })
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
