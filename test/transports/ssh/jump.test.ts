import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'
import type { LoginHost } from './login-host.ts'
import { closing, setStage } from './stage.ts'

const options = { deadline: 60_000 }

describe('a connection through other hosts', () => {
  const stage = setStage()

  /** Settings to reach the last host through those before it; all keys of hosts are known. */
  async function through(...hosts: readonly LoginHost[]): Promise<SshSettings> {
    const [first, target] = [hosts[0], hosts.at(-1)]
    assert.ok(first && target)
    const known = hosts.map(({ port, publicKey }) => `[127.0.0.1]:${port} ${publicKey}\n`)
    const knownHosts = join(first.folder, 'all_known_hosts')
    await writeFile(knownHosts, known.join(''))
    return {
      ...target.settings,
      knownHostsFiles: [knownHosts],
      jump: hosts.slice(0, -1).map(({ port }) => `someone@127.0.0.1:${port}`),
    }
  }

  it('goes through each of them, in order', async () => {
    const [outer, inner, target] = [await stage.start(), await stage.start(), await stage.start()]
    await stage.open(await through(outer, inner, target)).client(options)
    assert.deepEqual(
      [outer.forwarded, inner.forwarded, target.forwarded],
      [[`127.0.0.1:${inner.port}`], [`127.0.0.1:${target.port}`], []],
    )
    assert.deepEqual(target.tried, ['none', 'key mine'])
  })

  it('shares the connection to a host on the way', async () => {
    const [gate, one, other] = [await stage.start(), await stage.start(), await stage.start()]
    const file = join(gate.folder, 'known_hosts')
    const known = [gate, one, other].map(({ port, publicKey }) => `[127.0.0.1]:${port} ${publicKey}\n`)
    await writeFile(file, known.join(''))
    const way = {
      knownHostsFiles: [file],
      jump: [`someone@127.0.0.1:${gate.port}`],
      identityFiles: gate.settings.identityFiles ?? [],
    }
    const connections = [one, other].map(({ settings }) => stage.open({ ...settings, ...way }))
    const clients = await Promise.all(connections.map((connection) => connection.client(options)))
    assert.deepEqual([gate.connections, one.connections, other.connections], [1, 1, 1])
    await connections[0]?.release()
    assert.equal(await connections[1]?.client(options), clients[1])
  })

  it('is broken when a host on the way is, and connects anew', async () => {
    const [gate, target] = [await stage.start(), await stage.start()]
    const connection = stage.open(await through(gate, target))
    const client = await connection.client(options)
    const closed = closing(client)
    gate.cut()
    await closed
    const next = connection.client(options)
    await stage.clock.advance(2000)
    assert.notEqual(await next, client)
    assert.deepEqual([gate.connections, target.connections], [2, 2])
  })

  it('checks the key of each host on the way', async () => {
    const [gate, target] = [await stage.start(), await stage.start()]
    const settings = await through(gate, target)
    const [file = ''] = settings.knownHostsFiles ?? []
    await writeFile(file, `[127.0.0.1]:${target.port} ${target.publicKey}\n`)
    await assert.rejects(stage.open(settings).client(options), {
      code: 'host-key-unknown',
      message: new RegExp(`someone@127\\.0\\.0\\.1:${gate.port}: .*ssh-keyscan`),
    })
    assert.deepEqual([gate.tried, target.connections], [[], 0])
  })

  it('gives the very line for the key of a host that ssh-keyscan cannot see', async () => {
    const [gate, target] = [await stage.start(), await stage.start()]
    const settings = await through(gate, target)
    const [file = ''] = settings.knownHostsFiles ?? []
    await writeFile(file, `[127.0.0.1]:${gate.port} ${gate.publicKey}\n`)
    const line = `[127.0.0.1]:${target.port} ${target.publicKey}`
    await assert.rejects(stage.open(settings).client(options), (error: { details: object }) => {
      assert.ok(JSON.stringify(error.details).includes(`echo '${line}' >> ${file}`))
      return true
    })
  })

  it('says that the host before does not let it through', async () => {
    const [gate, target] = [await stage.start({ noForwarding: true }), await stage.start()]
    await assert.rejects(stage.open(await through(gate, target)).client(options), {
      code: 'unreachable',
      message: /cannot be reached from the host before it/,
    })
  })

  it('lets a person log in to a host on the way', async () => {
    const questions = [{ prompt: 'Code: ', echo: false, answer: '123456' }]
    const gate = await stage.start({ lists: [['publickey', 'keyboard-interactive']], questions })
    const target = await stage.start()
    const settings = await through(gate, target)
    const connection = stage.open(settings)
    await assert.rejects(connection.client(options), {
      code: 'login-needed',
      message: new RegExp(`^someone@127\\.0\\.0\\.1:${gate.port} asks`),
    })
    const asked: string[] = []
    await connection.login(async ({ host }) => {
      asked.push(host)
      return ['123456']
    }, options)
    await connection.client(options)
    assert.deepEqual(asked, [`someone@127.0.0.1:${gate.port}`])
  })

  it('tells of a host on the way by its own name', async () => {
    const [gate, target] = [await stage.start(), await stage.start()]
    const settings = await through(gate, target)
    await gate.close()
    await assert.rejects(stage.open(settings).client(options), {
      code: 'connection-refused',
      message: new RegExp(`^someone@127\\.0\\.0\\.1:${gate.port} `),
    })
    assert.equal(target.connections, 0)
  })

  it('is told of by the name of the host that is not there behind the others', async () => {
    const [gate, target] = [await stage.start(), await stage.start()]
    const settings = await through(gate, target)
    await target.pause()
    await assert.rejects(stage.open(settings).client(options), {
      code: /^(unreachable|connection-refused)$/,
      message: new RegExp(`^someone@127\\.0\\.0\\.1:${target.port} `),
    })
  })
})
