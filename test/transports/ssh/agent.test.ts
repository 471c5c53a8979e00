import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { eventually } from '../../../src/testing/eventually.ts'
import { startKeyAgent } from './key-agent.ts'
import { makeKey, type LoginHost } from './login-host.ts'
import { setStage } from './stage.ts'

const options = { deadline: 60_000 }
const [mine, second, stranger] = [makeKey('mine'), makeKey('second'), makeKey('stranger')]

describe('a login with an agent', () => {
  const stage = setStage()

  async function agentOf(host: LoginHost, keys: readonly string[], sulks = false): Promise<string> {
    const agent = join(host.folder, 'agent')
    const server = await startKeyAgent(agent, keys, sulks)
    stage.finally(() => server.close())
    return agent
  }

  /** Settings whose key files are named in ssh's configuration, as the settings' own exclude the agent's others. */
  async function configured({ folder, settings }: LoginHost, ...lines: readonly string[]) {
    const config = join(folder, 'config')
    await writeFile(config, lines.join('\n'))
    const { identityFiles: _, ...others } = settings
    return { ...others, configFiles: [config] }
  }

  async function keyFile({ folder }: LoginHost, name: string, text: string): Promise<string> {
    const file = join(folder, name)
    await writeFile(file, text, { mode: 0o600 })
    return file
  }

  it('offers what the agent holds, and then the files', async () => {
    const host = await stage.start({ keys: [mine.public] })
    const agent = await agentOf(host, [stranger.private, second.private])
    const settings = await configured(host, `IdentityFile ${await keyFile(host, 'mine', mine.private)}`)
    await stage.open({ ...settings, agent }).client(options)
    assert.deepEqual(host.tried, ['none', 'another key', 'another key', 'key mine'])
  })

  it("prefers the agent's keys that are named by their public halves", async () => {
    const host = await stage.start({ keys: [mine.public] })
    const agent = await agentOf(host, [stranger.private, mine.private])
    await writeFile(join(host.folder, 'id.pub'), mine.public)
    const settings = await configured(host, `IdentityFile ${join(host.folder, 'id')}`)
    await stage.open({ ...settings, agent }).client(options)
    assert.deepEqual(host.tried, ['none', 'key mine'])
  })

  it('knows an encrypted key of the agent by its file alone', async () => {
    const locked = makeKey('locked', 'ed25519', 'pass word')
    const host = await stage.start({ keys: [mine.public] })
    const agent = await agentOf(host, [stranger.private, mine.private])
    // Another private half, in the clear only what says whose it is.
    const file = await keyFile(host, 'locked', swapHead(locked.private, mine.private))
    await stage.open({ ...host.settings, identityFiles: [file], agent }).client(options)
    assert.deepEqual(host.tried, ['none', 'key mine'])
  })

  for (const [how, lines] of [
    ['the configuration', ['IdentitiesOnly yes']],
    ['the settings', []],
  ] as const)
    it(`leaves the agent's other keys alone where ${how} names those that are wanted`, async () => {
      const host = await stage.start({ keys: [mine.public] })
      const agent = await agentOf(host, [stranger.private, mine.private])
      const file = await keyFile(host, 'mine', mine.private)
      const settings = lines.length
        ? await configured(host, ...lines, `IdentityFile ${file}`)
        : { ...host.settings, identityFiles: [file] }
      await stage.open({ ...settings, agent }).client(options)
      assert.deepEqual(host.tried, ['none', 'key mine'])
    })

  it('goes on to the files when the agent is gone, or gives no answer', async () => {
    const host = await stage.start({ keys: [mine.public] })
    const identityFiles = [await keyFile(host, 'mine', mine.private)]
    const gone = join(host.folder, 'gone')
    await stage.open({ ...host.settings, identityFiles, agent: gone }).client(options)
    const agent = await agentOf(host, [], true)
    const client = stage.open({ ...host.settings, identityFiles, agent }).client(options)
    await eventually('the agent is asked', 5000, async () => (stage.clock.timers >= 2 ? true : undefined))
    await stage.clock.advance(5000)
    await client
  })

  const twoFactors = {
    keys: [mine.public],
    lists: [['publickey', 'keyboard-interactive']],
    questions: [{ prompt: 'Code: ', echo: false, answer: '123456' }],
  } as const

  it("asks after the agent's key was taken, and offers no further key", async () => {
    const host = await stage.start(twoFactors)
    const agent = await agentOf(host, [mine.private, second.private, stranger.private])
    const settings = await configured(host)
    await stage.open({ ...settings, agent }, { ask: async () => ['123456'] }).client(options)
    assert.deepEqual(host.tried, ['none', 'key mine', 'none', 'questions'])
  })

  it('gives a person minutes, not the time that a host has', async () => {
    const host = await stage.start(twoFactors)
    const identityFiles = [await keyFile(host, 'mine', mine.private)]
    const asked: ((answers: readonly string[]) => void)[] = []
    const ask = () => new Promise<readonly string[]>((resolve) => void asked.push(resolve))
    const client = stage.open({ ...host.settings, identityFiles }, { ask }).client(options)
    const answer = await eventually('it is asked', 5000, async () => asked[0])
    await stage.clock.advance(50_000)
    answer(['123456'])
    await client
  })

  it('is login-needed when a person takes longer than the host waits', async () => {
    const host = await stage.start(twoFactors)
    const identityFiles = [await keyFile(host, 'mine', mine.private)]
    let asked = false
    const ask = () => {
      asked = true
      return new Promise<never>(() => {})
    }
    const connection = stage.open({ ...host.settings, identityFiles }, { ask })
    const refused = assert.rejects(connection.client({ deadline: 600_000 }), { code: 'login-needed' })
    await eventually('it is asked', 5000, async () => asked || undefined)
    await stage.clock.advance(120_000)
    await refused
  })
})

/** The text of one key with the public head of another. */
function swapHead(text: string, other: string): string {
  const bytes = (key: string) => Buffer.from(key.replace(/-----[^-]+-----/g, ''), 'base64')
  const headOf = (key: Buffer) => {
    let at = 15
    for (let passed = 0; passed < 3; passed++) at += 4 + key.readUInt32BE(at)
    return { begin: at + 8, end: at + 8 + key.readUInt32BE(at + 4) }
  }
  const [own, from] = [bytes(text), bytes(other)]
  const [at, head] = [headOf(own), headOf(from)]
  const swapped = Buffer.concat([
    own.subarray(0, at.begin),
    from.subarray(head.begin, head.end),
    own.subarray(at.end),
  ])
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${swapped.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
}
