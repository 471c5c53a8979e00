import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { readSshConfig } from '../../../src/transports/ssh/ssh-config.ts'

let home: string
beforeEach(async () => (home = await mkdtemp(join(tmpdir(), 'ssh-config-'))))
afterEach(() => rm(home, { recursive: true }))

type Files = Readonly<Record<string, string>>

async function read(files: Files, host = 'cluster', user?: string) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, '.ssh', name)), { recursive: true })
    await writeFile(join(home, '.ssh', name), text)
  }
  const { config, system } = { config: join(home, '.ssh/config'), system: join(home, '.ssh/system') }
  return readSshConfig(host, user, { files: [config, system], home })
}

async function userFor(files: Files, host?: string, user?: string): Promise<string | undefined> {
  return (await read(files, host, user)).get('user')?.[0]
}

describe("ssh's configuration", () => {
  const rows: readonly (readonly [string, Files, string | undefined])[] = [
    ['is empty without files', {}, undefined],
    ['speaks to the hosts that it names', { config: 'Host other cluster\n User a' }, 'a'],
    ['does not speak to others', { config: 'Host other\n User a' }, undefined],
    ['takes patterns', { config: 'Host clu*\n User a' }, 'a'],
    ['takes negated patterns', { config: 'Host * !cluster\n User a\nHost *\n User b' }, 'b'],
    ['lets the first word count', { config: 'Host cluster\n User a\nHost *\n User b' }, 'a'],
    ['counts what stands before any Host', { config: 'User a\nHost *\n User b' }, 'a'],
    ['lets the first file count', { config: 'User a', system: 'User b' }, 'a'],
    ['goes on in the next file', { config: 'Port 1', system: 'User b' }, 'b'],
    ['heeds no case in keywords', { config: 'HOST cluster\n uSeR a' }, 'a'],
    ['takes = and quotes', { config: 'Host=cluster\nUser="a b"' }, 'a b'],
    ['passes over comments and empty lines', { config: '# c\n\nHost cluster\n  # User x\n\n  User a' }, 'a'],
    ['takes lines that end as on Windows', { config: 'Host cluster\r\n  User a\r\n' }, 'a'],
    ['matches the name that the host really has', { config: 'Hostname real\nMatch host real\n User a' }, 'a'],
    [
      'matches the name as it was written',
      { config: 'Hostname real\nMatch originalhost cluster\n User a' },
      'a',
    ],
    ['matches all', { config: 'Match all\n User a' }, 'a'],
    ['runs no program to match', { config: 'Match exec "touch here"\n User a' }, undefined],
    [
      'asks nobody for canonical names',
      { config: 'CanonicalizeHostname yes\nCanonicalDomains x\nUser a' },
      'a',
    ],
    ['includes', { config: 'Include more', more: 'User a' }, 'a'],
    ['includes by patterns, in order', { config: 'Include d/*', 'd/2': 'User b', 'd/1': 'User a' }, 'a'],
    ['includes no hidden files by a star', { config: 'Include d/*', 'd/.x': 'User b' }, undefined],
    ['includes several', { config: 'Include none more', more: 'User a' }, 'a'],
    ['goes on after what it includes', { config: 'Include more\nUser b', more: 'Host x\n User a' }, 'b'],
    [
      'includes inside of a Host that speaks',
      { config: 'Host cluster\n Include more\n User b', more: 'User a' },
      'a',
    ],
    [
      'does not include inside of a Host that does not',
      { config: 'Host other\n Include more\nHost *\n User b', more: 'User a' },
      'b',
    ],
    [
      'includes sections inside of a section',
      { config: 'Host cluster\n Include more\n User b', more: 'Host x\n User x\nHost clus*\n User a' },
      'a',
    ],
    [
      'counts what stands before an Include of a section',
      { config: 'Host cluster\n User b\n Include more', more: 'User a' },
      'b',
    ],
    [
      'includes inside of a Match that depends on what came before',
      { config: 'Host cluster\n HostName real\nMatch host real\n Include more', more: 'User a' },
      'a',
    ],
    ['includes from what it includes', { config: 'Include 1', 1: 'Include 2', 2: 'User a' }, 'a'],
    ['passes over an Include of nothing', { config: 'Include gone gone/*\nUser a' }, 'a'],
  ]
  for (const [what, files, user] of rows)
    it(what, async () => {
      assert.equal(await userFor(files), user)
    })

  it('includes from the home folder and by absolute paths', async () => {
    await writeFile(join(home, 'mine'), 'User a')
    assert.equal(await userFor({ config: 'Include ~/mine' }), 'a')
    assert.equal(await userFor({ config: `Include ${home}/mi*` }), 'a')
  })

  it('matches the user who was named', async () => {
    const config = 'Match user alice\n Port 1'
    assert.deepEqual((await read({ config }, 'cluster', 'alice')).get('port'), ['1'])
    assert.equal((await read({ config }, 'cluster', 'bob')).get('port'), undefined)
  })

  it('keeps all files of keys, in order, and lists of words', async () => {
    const config = 'Host cluster\n IdentityFile a\n UserKnownHostsFile x "y z"\nHost *\n IdentityFile b'
    const words = await read({ config })
    assert.deepEqual(words.get('identityfile'), ['a', 'b'])
    assert.deepEqual(words.get('userknownhostsfile'), ['x', 'y z'])
  })

  it('names the file that includes itself', async () => {
    await assert.rejects(read({ config: 'Include config' }), {
      code: 'invalid-configuration',
      message: /\.ssh\/config .*included by itself/,
    })
  })

  for (const config of ['Host cluster\n User "a', 'Match user', 'UserKnownHostsFile'])
    it(`names the file where it cannot be read: ${JSON.stringify(config)}`, async () => {
      await assert.rejects(read({ config }), { code: 'invalid-configuration', message: /\.ssh\/config/ })
    })
})
