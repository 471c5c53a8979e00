import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'mocha'
import type { Client } from 'ssh2'
import { systemClock } from '../../../src/core/clock.ts'
import { silent } from '../../../src/core/logger.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import { openConnection, type SharedConnection } from '../../../src/transports/ssh/connection.ts'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'
import type { SshSurroundings } from '../../../src/transports/ssh/surroundings.ts'
import { account, keygen, makeAccount, removeAccount, startOwnSshd, type OwnSshd } from './own-sshd.ts'

const options = { deadline: 30_000 }

describe('a connection to a real sshd', function () {
  this.timeout(60_000)
  before(makeAccount)
  after(removeAccount)

  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  async function start(...words: readonly string[]): Promise<OwnSshd> {
    const sshd = await startOwnSshd(words)
    closers.push(() => sshd.close())
    return sshd
  }

  function open(settings: SshSettings, more: Partial<SshSurroundings> = {}): SharedConnection {
    const connection = openConnection(settings, { clock: systemClock, logger: silent, ...more })
    closers.push(() => connection.release())
    return connection
  }

  /** An agent of OpenSSH's that holds keys, in that order. */
  async function agentWith(folder: string, ...keys: readonly string[]): Promise<string> {
    const agent = join(folder, 'agent')
    const child = spawn('ssh-agent', ['-D', '-a', agent], { stdio: 'ignore' })
    closers.push(async () => {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    })
    const environment = { ...process.env, SSH_AUTH_SOCK: agent }
    await eventually('the agent answers', 5000, async () => {
      try {
        execFileSync('ssh-add', ['-q', ...keys], { env: environment, stdio: 'ignore' })
        return true
      } catch {
        return undefined
      }
    })
    return agent
  }

  it('runs a command', async () => {
    const sshd = await start()
    assert.equal(await answer(await open(sshd.settings).client(options), 'id -un'), `${account.name}\n`)
  })

  it('goes through two hosts to a third', async () => {
    const [outer, inner, target] = [await start(), await start(), await start()]
    const known = await Promise.all(
      [outer, inner, target].map((one) => readFile(join(one.folder, 'known_hosts'), 'utf8')),
    )
    await writeFile(join(target.folder, 'known_hosts'), known.join(''))
    const keys = [outer, inner, target].map(({ folder }) => join(folder, 'key'))
    const jump = [outer, inner].map(({ port }) => `${account.name}@127.0.0.1:${port}`)
    const client = await open({ ...target.settings, identityFiles: keys, jump }).client(options)
    assert.match(await answer(client, 'echo $SSH_CONNECTION'), new RegExp(` ${target.port}\n$`))
  })

  it('says of a host on the way that it lets nothing through, and of one that is not there', async () => {
    const [strict, gate] = [await start('AllowTcpForwarding no'), await start()]
    const through = ({ port, settings }: OwnSshd) => ({
      ...settings,
      port: 9,
      jump: [`${account.name}@127.0.0.1:${port}`],
    })
    await assert.rejects(open(through(strict)).client(options), { code: 'unsupported' })
    await assert.rejects(open(through(gate)).client(options), { code: /^(connection-refused|unreachable)$/ })
  })

  it('is refused by an unknown key, and accepted once the command in the message was run', async () => {
    const sshd = await start()
    const file = join(sshd.folder, 'known_hosts')
    const accept = async (code: string) => {
      const connection = open(sshd.settings)
      const error: unknown = await connection.client(options).catch((fault: unknown) => fault)
      assert.ok(error instanceof Error && 'code' in error && 'details' in error)
      assert.equal(error.code, code)
      const command = /accept it with: (.*)$/.exec(error.message)?.[1] ?? ''
      execFileSync('/bin/sh', ['-c', command], { stdio: 'ignore' })
      await connection.release()
      await open(sshd.settings).client(options)
    }
    const right = (await readFile(file, 'utf8')).trim()
    await writeFile(file, '')
    await accept('host-key-unknown')
    keygen(join(sshd.folder, 'other'))
    const [, , other] = /^(\S+) (\S+)/.exec(await readFile(join(sshd.folder, 'other.pub'), 'utf8')) ?? []
    await closers.splice(1).reduce((last, close) => last.then(close), Promise.resolve())
    await writeFile(file, `${right.split(' ').slice(0, 2).join(' ')} ${other}\n`)
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' })
    await accept('host-key-changed')
  })

  it('checks keys that ssh-keyscan hashed', async () => {
    const sshd = await start()
    const scan = execFileSync('ssh-keyscan', ['-H', '-p', String(sshd.port), '127.0.0.1'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    assert.match(scan, /^\|1\|/m)
    await writeFile(join(sshd.folder, 'known_hosts'), scan)
    await open(sshd.settings).client(options)
  })

  it('is asked for the kind of key that is known', async () => {
    const folder = (await start()).folder
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', join(folder, 'rsa')])
    const sshd = await start(`HostKey ${folder}/rsa`)
    const rsa = (await readFile(join(folder, 'rsa.pub'), 'utf8')).split(' ').slice(0, 2).join(' ')
    await writeFile(join(sshd.folder, 'known_hosts'), `[127.0.0.1]:${sshd.port} ${rsa}\n`)
    await open(sshd.settings).client(options)
  })

  it('opens an encrypted key that ssh-keygen made', async () => {
    const sshd = await start()
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'pass word', '-f', join(sshd.folder, 'key')], {
      stdio: 'ignore',
    })
    await assert.rejects(open(sshd.settings).client(options), { code: 'authentication-failed' })
    await closers.pop()?.()
    await open(sshd.settings, { passphrase: async () => 'pass word' }).client(options)
  })

  const twoFactors = [
    'UsePAM yes',
    'KbdInteractiveAuthentication yes',
    'AuthenticationMethods publickey,keyboard-interactive',
  ]

  it('asks for the second factor, after a key file and after a key of the agent', async () => {
    const sshd = await start(...twoFactors)
    const asked: string[] = []
    const ask: SshSurroundings['ask'] = async ({ questions }) => {
      asked.push(...questions.map(({ text }) => text))
      return [account.password]
    }
    await open(sshd.settings, { ask }).client(options)
    keygen(join(sshd.folder, 'stranger'))
    const agent = await agentWith(sshd.folder, join(sshd.folder, 'key'), join(sshd.folder, 'stranger'))
    await writeFile(join(sshd.folder, 'config'), 'IdentityFile none')
    await open(withAgent(sshd, agent), { ask }).client(options)
    assert.equal(asked.length, 2)
    assert.match(asked.join(), /^.*Password: .*Password: $/)
  })

  it('becomes login-needed where nobody answers, and makes no further attempt until somebody does', async () => {
    const sshd = await start(...twoFactors)
    const connection = open(sshd.settings)
    const attempts = async () =>
      (await readFile(join(sshd.folder, 'log'), 'utf8')).match(/Accepted key|Partial publickey/g)?.length ?? 0
    await assert.rejects(connection.client(options), { code: 'login-needed' })
    const before = await attempts()
    for (let time = 0; time < 5; time++)
      await assert.rejects(connection.client(options), { code: 'login-needed' })
    assert.deepEqual([before > 0, await attempts()], [true, before])
    await connection.login(async () => [account.password], options)
    assert.equal(await answer(await connection.client(options), 'echo in'), 'in\n')
  })

  it('logs in by password where nothing else is allowed', async () => {
    const sshd = await start('PasswordAuthentication yes', 'AuthenticationMethods password')
    await open(sshd.settings, { ask: async () => [account.password] }).client(options)
  })

  it('is told of as a failed login when the agent holds too many keys', async () => {
    const sshd = await start('MaxAuthTries 2')
    const strangers = [1, 2, 3, 4].map((number) => join(sshd.folder, `stranger${number}`))
    for (const stranger of strangers) keygen(stranger)
    const agent = await agentWith(sshd.folder, ...strangers)
    await writeFile(join(sshd.folder, 'config'), 'IdentityFile none')
    await assert.rejects(open(withAgent(sshd, agent)).client(options), {
      code: 'authentication-failed',
      message: /Too many authentication failures.*IdentitiesOnly/,
    })
  })

  it('is connection-lost while too many connect at once, and connects when they are gone', async () => {
    const sshd = await start('MaxStartups 1')
    const waiting = await eventually('sshd begins with one', 5000, async () => {
      const socket = connect(sshd.port, '127.0.0.1')
      const [greeting] = await once(socket, 'data')
      return String(greeting).startsWith('SSH-') ? socket : undefined
    })
    const connection = open(sshd.settings)
    await assert.rejects(connection.client(options), { code: 'connection-lost', message: /MaxStartups/ })
    waiting.destroy()
    await eventually('it connects', 20_000, () => connection.client(options).catch(() => undefined))
  })

  it('connects anew when sshd was killed and started again', async () => {
    const sshd = await start()
    const connection = open(sshd.settings)
    const client = await connection.client(options)
    const closed = closing(client)
    await sshd.kill()
    await closed
    await assert.rejects(connection.client(options), { code: 'connection-refused' })
    await sshd.start()
    await eventually('it connects', 20_000, () => connection.client(options).catch(() => undefined))
  })

  it('notices a session that stands still', async () => {
    const sshd = await start()
    const client = await open({ ...sshd.settings, keepalive: 100 }).client(options)
    const closed = closing(client)
    const [session = ''] = execFileSync('pgrep', ['-P', String(sshd.process.pid)], {
      encoding: 'utf8',
    }).split('\n')
    const worker = execFileSync('pgrep', ['-P', session], { encoding: 'utf8' }).trim()
    process.kill(Number(worker), 'SIGSTOP')
    await closed
    process.kill(Number(worker), 'SIGKILL')
  })
})

/** The agent's keys alone. */
function withAgent({ settings, folder }: OwnSshd, agent: string): SshSettings {
  const { identityFiles: _, ...others } = settings
  return { ...others, agent, configFiles: [join(folder, 'config')] }
}

function closing(client: Client): Promise<void> {
  return new Promise((resolve) => client.on('close', () => resolve()))
}

function answer(client: Client, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error)
      let text = ''
      channel.on('data', (chunk: Buffer) => (text += chunk.toString()))
      channel.stderr.resume()
      channel.on('close', () => resolve(text))
    })
  })
}
