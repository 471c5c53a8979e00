import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import { systemClock } from '../../../src/core/clock.ts'
import { openConnection, type SharedConnection } from '../../../src/transports/ssh/connection.ts'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'
import type { SshSurroundings } from '../../../src/transports/ssh/surroundings.ts'
import { virtualClock } from '../../../src/testing/virtual-clock.ts'
import { makeKey, startLoginHost, type LoginHost, type LoginRules } from './login-host.ts'

const options = { deadline: 10_000 }
const [mine, second, stranger] = [makeKey('mine'), makeKey('second'), makeKey('stranger')]
const secret = 'a passphrase that nobody is to see'
const locked = makeKey('locked', 'ed25519', secret)

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function start(rules: LoginRules): Promise<LoginHost> {
  const host = await startLoginHost(rules)
  closers.push(() => host.close())
  return host
}

/** Everything that was logged, as text. */
const logged: string[] = []
const keep = (details: object, message: string) => void logged.push(JSON.stringify({ details, message }))

function open(settings: SshSettings, more: Partial<SshSurroundings> = {}): SharedConnection {
  const logger = { debug: keep, info: keep, warn: keep, error: keep }
  const connection = openConnection(settings, { clock: systemClock, logger, ...more })
  closers.push(() => connection.release())
  return connection
}

async function keyFile(host: LoginHost, name: string, text: string, mode = 0o600): Promise<string> {
  const file = join(host.folder, name)
  await writeFile(file, text)
  await chmod(file, mode)
  return file
}

describe('a login with keys', () => {
  it('asks first what the host allows, then offers the files in order', async () => {
    const host = await start({ keys: [mine.public] })
    const files = [
      await keyFile(host, 'stranger', stranger.private),
      join(host.folder, 'not-there'),
      await keyFile(host, 'mine', mine.private),
      await keyFile(host, 'second', second.private),
    ]
    await open({ ...host.settings, identityFiles: files }).client(options)
    assert.deepEqual(host.tried, ['none', 'another key', 'key mine'])
  })

  it('opens an encrypted key with its passphrase, and asks for it once', async () => {
    const host = await start({ keys: [locked.public] })
    const identityFiles = [await keyFile(host, 'locked', locked.private)]
    const asked: string[] = []
    const passphrase = async (file: string) => {
      asked.push(file)
      return secret
    }
    const clock = virtualClock()
    const connection = open({ ...host.settings, identityFiles }, { passphrase, clock })
    connection.discard(await connection.client(options), 'to connect again')
    const again = connection.client(options)
    await clock.advance(1000)
    await again
    assert.deepEqual([asked, host.connections], [identityFiles, 2])
  })

  it('says of each key what became of it, and nothing that is secret', async () => {
    const host = await start({ keys: [mine.public] })
    const identityFiles = [
      await keyFile(host, 'stranger', stranger.private),
      await keyFile(host, 'locked', locked.private),
      await keyFile(host, 'broken', 'no key at all'),
      await keyFile(host, 'public', mine.public),
      await keyFile(host, 'open', mine.private, 0o644),
    ]
    const agent = join(host.folder, 'gone')
    const refused = open({ ...host.settings, identityFiles, agent }).client(options)
    const folder = host.folder
    await assert.rejects(refused, {
      code: 'authentication-failed',
      message:
        `someone@127.0.0.1:${host.port} lets nobody in: it was offered ${folder}/stranger (not tried: ` +
        `the agent at ${agent} gives no answer; ` +
        `${folder}/locked is encrypted, and no passphrase was given; ` +
        `${folder}/broken is no key that can be read; ` +
        `${folder}/public is a public key: name the private one; ` +
        `${folder}/open can be read by others: chmod 600 it); it allows publickey. ` +
        `Add the public key to ~/.ssh/authorized_keys there, or name the right one (IdentityFile, identityFiles)`,
    })
  })

  it('shows no passphrase and no key, in errors nor in the log', async () => {
    const host = await start({ keys: [mine.public] })
    const identityFiles = [
      await keyFile(host, 'locked', locked.private),
      await keyFile(host, 'stranger', stranger.private),
    ]
    const wrong = 'the passphrase of something else'
    const connection = open({ ...host.settings, identityFiles }, { passphrase: async () => wrong })
    const error: unknown = await connection.client(options).catch((fault: unknown) => fault)
    assert.ok(error instanceof Error)
    assert.match(error.message, /locked is encrypted, and the passphrase given is not its own/)
    const said = [JSON.stringify(error), error.message, error.stack, String(error.cause), ...logged].join(
      '\n',
    )
    for (const hidden of [
      wrong,
      ...stranger.private.split('\n').slice(1, -2),
      ...locked.private.split('\n').slice(1, -2),
    ])
      assert.ok(!said.includes(hidden), hidden)
    assert.ok(logged.length > 0)
  })
})

describe('a login that asks a person', () => {
  const code = { prompt: 'Code: ', echo: false, answer: '123456' }
  const rules = {
    keys: [mine.public],
    lists: [['publickey', 'keyboard-interactive']],
    questions: [code],
  } as const

  it('hands the questions over, and the answers back', async () => {
    const host = await start({ ...rules, questions: [code, { prompt: 'Name: ', echo: true, answer: 'me' }] })
    const identityFiles = [await keyFile(host, 'mine', mine.private)]
    const asked: unknown[] = []
    const ask: SshSurroundings['ask'] = async (questions) => {
      asked.push(questions)
      return ['123456', 'me']
    }
    await open({ ...host.settings, identityFiles }, { ask }).client(options)
    assert.deepEqual(asked, [
      {
        host: `someone@127.0.0.1:${host.port}`,
        title: 'A title',
        instructions: 'Some instructions',
        questions: [
          { text: 'Code: ', secret: true },
          { text: 'Name: ', secret: false },
        ],
      },
    ])
    assert.deepEqual(host.tried, ['none', 'key mine', 'questions'])
  })

  it('offers keys after the questions where the host wants it so', async () => {
    const host = await start({ ...rules, lists: [['keyboard-interactive', 'publickey']] })
    const identityFiles = [await keyFile(host, 'mine', mine.private)]
    await open({ ...host.settings, identityFiles }, { ask: async () => ['123456'] }).client(options)
    assert.deepEqual(host.tried, ['none', 'questions', 'key mine'])
  })

  it('asks for a password where the host takes one', async () => {
    const host = await start({ lists: [['password']], password: 'pass word' })
    const texts: string[] = []
    const ask: SshSurroundings['ask'] = async ({ questions }) => {
      texts.push(...questions.map(({ text }) => text))
      return ['pass word']
    }
    await open(host.settings, { ask }).client(options)
    assert.deepEqual(texts, [`Password of someone@127.0.0.1:${host.port}: `])
  })

  it('says that the login failed when the answers were wrong', async () => {
    const host = await start(rules)
    const identityFiles = [await keyFile(host, 'mine', mine.private)]
    const connection = open({ ...host.settings, identityFiles }, { ask: async () => ['654321'] })
    await assert.rejects(connection.client(options), { code: 'authentication-failed' })
    assert.ok(!logged.join('').includes('654321'))
  })

  const alone: readonly (readonly [string, LoginRules, SshSurroundings['ask']])[] = [
    ['nobody is there', rules, undefined],
    ['whoever is there does not answer', rules, async () => undefined],
    ['the one who asks breaks', rules, async () => Promise.reject(new Error('typed 123456'))],
    ['it takes answers alone', { ...rules, lists: [['keyboard-interactive']] }, undefined],
    ['it takes a password alone', { lists: [['password']] }, undefined],
    ['it would take a password, and there is no key', { lists: [['password'], ['publickey']] }, undefined],
  ]
  for (const [why, hostRules, ask] of alone)
    it(`becomes a state when ${why}: the host is then left alone`, async () => {
      const host = await start(hostRules)
      const identityFiles = hostRules.keys ? [await keyFile(host, 'mine', mine.private)] : []
      const connection = open({ ...host.settings, identityFiles }, ask && { ask })
      for (let time = 0; time < 5; time++)
        await assert.rejects(connection.client(options), { code: 'login-needed', message: /^someone@127/ })
      assert.equal(host.connections, 1)
      assert.ok(!host.tried.includes('password') && !logged.join('').includes('123456'))
    })

  it('ends that state once somebody logs in', async () => {
    const host = await start(rules)
    const identityFiles = [await keyFile(host, 'mine', mine.private)]
    const connection = open({ ...host.settings, identityFiles })
    await assert.rejects(connection.client(options), { code: 'login-needed' })
    await connection.login(async () => ['123456'], options)
    const client = await connection.client(options)
    await connection.login(async () => assert.fail('asked again'), options)
    assert.equal(await connection.client(options), client)
    assert.equal(host.connections, 2)
  })

  it('holds a key that is refused for a failed login, though the host would ask too', async () => {
    const host = await start({ keys: [mine.public], lists: [['publickey'], ['keyboard-interactive']] })
    const identityFiles = [await keyFile(host, 'stranger', stranger.private)]
    await assert.rejects(open({ ...host.settings, identityFiles }).client(options), {
      code: 'authentication-failed',
      message: /it allows publickey, keyboard-interactive/,
    })
  })
})
