import assert from 'node:assert/strict'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { Client } from 'ssh2'
import type { SharedConnection } from '../../../src/transports/ssh/connection.ts'
import { makeKey, publicHalf } from './login-host.ts'
import { closing, setStage } from './stage.ts'

const options = { deadline: 60_000 }

describe('a shared connection', () => {
  const stage = setStage()

  /** The client that is made after the pause that follows a connection which lived shortly. */
  async function afterPause(connection: SharedConnection): Promise<Client> {
    const client = connection.client(options)
    await stage.clock.advance(1000)
    return client
  }

  it('connects when first needed, once for all who wait', async () => {
    const host = await stage.start()
    const connection = stage.open(host.settings)
    assert.equal(host.connections, 0)
    const clients = await Promise.all([1, 2, 3].map(() => connection.client(options)))
    assert.deepEqual([new Set(clients).size, host.connections], [1, 1])
  })

  it('is one for all who open the same host, however they name it', async () => {
    const host = await stage.start()
    const configFiles = [join(host.folder, 'config')]
    await writeFile(join(host.folder, 'config'), `Host alias\n HostName 127.0.0.1\n Port ${host.port}`)
    const { port: _port, ...unsaid } = host.settings
    const [one, other] = [stage.open(host.settings), stage.open({ ...unsaid, host: 'alias', configFiles })]
    assert.equal(await one.client(options), await other.client(options))
    assert.deepEqual([one.name, other.name], [`someone@127.0.0.1:${host.port}`, 'someone@alias'])
  })

  it('is another for another user or other keys', async () => {
    const host = await stage.start()
    const [own = ''] = host.settings.identityFiles ?? []
    await copyFile(own, join(host.folder, 'again'))
    await stage.open(host.settings).client(options)
    await stage.open({ ...host.settings, user: 'other' }).client(options)
    await stage.open({ ...host.settings, identityFiles: [join(host.folder, 'again')] }).client(options)
    assert.equal(host.connections, 3)
  })

  it('closes when the last one lets go of it, not before', async () => {
    const host = await stage.start()
    const [one, other] = [stage.open(host.settings), stage.open(host.settings)]
    const client = await one.client(options)
    const closed = closing(client)
    await other.client(options)
    await one.release()
    await one.release()
    assert.equal(await other.client(options), client)
    await other.release()
    await closed
    for (const connection of [one, other]) {
      await assert.rejects(connection.client(options), { code: 'store-closed' })
      await assert.rejects(connection.channel(options), { code: 'store-closed' })
    }
  })

  it('connects anew after it broke', async () => {
    const host = await stage.start()
    const connection = stage.open(host.settings)
    const client = await connection.client(options)
    const closed = closing(client)
    host.cut()
    await closed
    assert.notEqual(await afterPause(connection), client)
    assert.equal(host.connections, 2)
  })

  it('does not use a client again that was discarded', async () => {
    const host = await stage.start()
    const connection = stage.open(host.settings)
    const client = await connection.client(options)
    const closed = closing(client)
    connection.discard(client, 'it hung')
    connection.discard(client, 'another request hung too')
    await closed
    const next = await afterPause(connection)
    connection.discard(client, 'a late one')
    assert.equal(await connection.client(options), next)
  })

  it('closes when the other side gives no sign of life', async () => {
    const host = await stage.start()
    const connection = stage.open({ ...host.settings, keepalive: 10 })
    const client = await connection.client(options)
    const closed = closing(client)
    host.freeze()
    await closed
  })

  it('gives at most eight channels, or fewer where so it is said, in order', async () => {
    const host = await stage.start()
    const connection = stage.open({ ...host.settings, channels: 2 })
    const [first, second] = [await connection.channel(options), await connection.channel(options)]
    const order: string[] = []
    const third = connection.channel(options).then((give) => (order.push('third'), give))
    const fourth = connection.channel(options).then((give) => (order.push('fourth'), give))
    second()
    ;(await third)()
    first()
    ;(await fourth)()
    assert.deepEqual(order, ['third', 'fourth'])
    const many = stage.open({ ...host.settings, channels: 99, user: 'other' })
    await Promise.all(Array.from({ length: 8 }, () => many.channel(options)))
    const ninth = assert.rejects(many.channel({ deadline: 1000 }), { code: 'request-timeout' })
    await stage.clock.advance(1000)
    await ninth
  })

  it('lets a request give up while the attempt goes on for the others', async () => {
    const host = await stage.start()
    const connection = stage.open(host.settings)
    const stopped = new AbortController()
    const refused = assert.rejects(connection.client({ ...options, signal: stopped.signal }), {
      code: 'aborted',
    })
    const other = connection.client(options)
    stopped.abort()
    await refused
    await other
    assert.equal(host.connections, 1)
  })
})

describe('the host key of a connection', () => {
  const stage = setStage()

  it('is asked for in the kind that is known', async () => {
    const [ed25519, ecdsa] = [makeKey(), makeKey('', 'ecdsa')]
    const host = await stage.start({ hostKeys: [ed25519.private, ecdsa.private] })
    const known = join(host.folder, 'known_hosts')
    await writeFile(known, `[127.0.0.1]:${host.port} ${publicHalf(ecdsa.private)}\n`)
    await stage.open(host.settings).client(options)
  })

  it('is refused where it is not known, before anything is told to the host', async () => {
    const host = await stage.start()
    await writeFile(join(host.folder, 'known_hosts'), '')
    const connection = stage.open(host.settings)
    const command = `ssh-keyscan -p ${host.port} -t ed25519 127.0.0.1 >> ${host.folder}/known_hosts`
    await assert.rejects(connection.client(options), (error: { code: string; details: object }) => {
      assert.deepEqual(
        { ...error.details, fingerprint: '' },
        {
          host: `someone@127.0.0.1:${host.port}`,
          type: 'ssh-ed25519',
          fingerprint: '',
          command,
        },
      )
      return error.code === 'host-key-unknown'
    })
    assert.deepEqual(host.tried, [])
  })

  it('is taken once it was accepted', async () => {
    const host = await stage.start()
    const file = join(host.folder, 'known_hosts')
    await writeFile(file, `[127.0.0.1]:${host.port} ${publicHalf(makeKey().private)}\n`)
    const connection = stage.open(host.settings)
    await assert.rejects(connection.client(options), { code: 'host-key-changed' })
    await writeFile(file, `[127.0.0.1]:${host.port} ${host.publicKey}\n`)
    await stage.clock.advance(10_000)
    await connection.client(options)
  })
})

describe('the budget of a connection', () => {
  const stage = setStage()

  it('is kept on disk, is refused by name when it is spent, and is whole on the next day', async () => {
    const host = await stage.start()
    const spend = async () => {
      const connection = stage.open(
        { ...host.settings, connectionsPerDay: 2 },
        { folder: join(host.folder, 'state') },
      )
      try {
        await connection.client(options)
      } finally {
        await connection.release()
      }
    }
    await spend()
    await spend()
    await assert.rejects(spend(), { code: 'quota-used-up', retryable: true })
    assert.equal(host.connections, 2)
    stage.clock.set(stage.clock.now() + 24 * 60 * 60 * 1000)
    await spend()
  })

  it('is not spent by attempts that reached nobody', async () => {
    const host = await stage.start()
    await host.close()
    const connection = stage.open({ ...host.settings, connectionsPerDay: 1 })
    await assert.rejects(connection.client(options), { code: 'connection-refused' })
    await stage.clock.advance(2000)
    await assert.rejects(connection.client(options), { code: 'connection-refused' })
  })
})
