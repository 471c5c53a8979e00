import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'
import { resolveTarget, type SshTarget } from '../../../src/transports/ssh/target.ts'

let home: string
beforeEach(async () => (home = await mkdtemp(join(tmpdir(), 'ssh-target-'))))
afterEach(() => rm(home, { recursive: true }))

type More = Partial<SshSettings> & { readonly environment?: Readonly<Record<string, string>> }

async function resolve(config: string, { environment, ...settings }: More = {}): Promise<SshTarget> {
  const file = join(home, 'config')
  await writeFile(file, config)
  return resolveTarget(
    { host: 'cluster', configFiles: [file], ...settings },
    { environment: { HOME: home, ...environment } },
  )
}

/** The hosts that a connection goes through, the nearest first. */
function way(target: SshTarget): readonly string[] {
  return [...(target.jump ? way(target.jump) : []), target.name]
}

describe('the target of a connection', () => {
  it('is what OpenSSH takes where nothing is said', async () => {
    assert.deepEqual(await resolve('', { environment: { SSH_AUTH_SOCK: '/agent' } }), {
      name: `${userInfo().username}@cluster`,
      host: 'cluster',
      port: 22,
      user: userInfo().username,
      knownNames: ['cluster'],
      knownHostsFiles: [
        `${home}/.ssh/known_hosts`,
        `${home}/.ssh/known_hosts2`,
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      identityFiles: ['id_rsa', 'id_ecdsa', 'id_ed25519', 'id_dsa'].map((name) => `${home}/.ssh/${name}`),
      identitiesOnly: false,
      agent: '/agent',
      jump: undefined,
    })
  })

  const rows: readonly (readonly [string, string, More, Partial<SshTarget>])[] = [
    [
      'takes name, port and user from the configuration',
      'Host cluster\n HostName Login.Example.org\n Port 2222\n User me',
      {},
      {
        name: 'me@Login.Example.org:2222',
        knownNames: ['[login.example.org]:2222', 'login.example.org'],
      },
    ],
    ['lets the settings count first', 'Port 1\nUser x', { port: 2, user: 'y' }, { name: 'y@cluster:2' }],
    [
      'takes user and port from the host as ssh does',
      'User x',
      { host: 'a@b:3' },
      { name: 'a@b:3', host: 'b' },
    ],
    ['takes an address of IPv6', 'User x', { host: '::1', port: 22 }, { name: 'x@::1', knownNames: ['::1'] }],
    [
      'puts the written name into HostName',
      'User me\nHostName %h.example.org',
      {},
      { host: 'cluster.example.org' },
    ],
    ['looks a key up under its alias', 'Port 2222\nHostKeyAlias Pool', {}, { knownNames: ['pool'] }],
    [
      'expands the paths of keys',
      'User me\nIdentityFile ~/keys/%h-%r-%p-%n\nIdentityFile %d/%%x\nIdentityFile ${KEYS}/a',
      { environment: { KEYS: '/keys' } },
      { identityFiles: ['HOME/keys/cluster-me-22-cluster', 'HOME/%x', '/keys/a'] },
    ],
    ['takes no key file where none is wanted', 'IdentityFile none', {}, { identityFiles: [] }],
    [
      'takes the keys of the settings alone',
      'IdentityFile a',
      { identityFiles: ['~/b'] },
      { identityFiles: ['HOME/b'], identitiesOnly: true },
    ],
    ['takes only named keys where so it says', 'IdentitiesOnly yes', {}, { identitiesOnly: true }],
    ['takes the agent that is named', 'IdentityAgent ~/agent', {}, { agent: 'HOME/agent' }],
    [
      'takes the agent of a variable',
      'IdentityAgent $MINE',
      { environment: { MINE: '/m' } },
      { agent: '/m' },
    ],
    [
      'takes the usual agent by name',
      'IdentityAgent SSH_AUTH_SOCK',
      { environment: { SSH_AUTH_SOCK: '/s' } },
      { agent: '/s' },
    ],
    ['takes no agent', 'IdentityAgent none', { environment: { SSH_AUTH_SOCK: '/s' } }, { agent: undefined }],
    ['has no agent without the variable', '', {}, { agent: undefined }],
    ['lets the settings take the agent away', 'IdentityAgent /a', { agent: 'none' }, { agent: undefined }],
    [
      'takes the files of known hosts',
      'UserKnownHostsFile ~/a ~/b\nGlobalKnownHostsFile none',
      {},
      { knownHostsFiles: ['HOME/a', 'HOME/b'] },
    ],
    [
      'takes those of the settings alone',
      'UserKnownHostsFile ~/a',
      { knownHostsFiles: ['~/k'] },
      { knownHostsFiles: ['HOME/k'] },
    ],
  ]
  for (const [what, config, more, expected] of rows)
    it(what, async () => {
      const target = await resolve(config, more)
      const said = (values: readonly (readonly [string, unknown])[]) =>
        Object.fromEntries(
          values.map(([key, value]) => [key, JSON.stringify({ value }).replaceAll(home, 'HOME')]),
        )
      const found = Object.entries(target).filter(([key]) => key in expected)
      assert.deepEqual(said(found), said(Object.entries(expected)))
    })

  const ways: readonly (readonly [string, string, readonly string[] | undefined, readonly string[]])[] = [
    ['goes straight', 'User me', undefined, ['me@cluster']],
    ['goes through a host', 'User me\nHost cluster\n ProxyJump gate', undefined, ['me@gate', 'me@cluster']],
    [
      'goes through a chain',
      'User me\nHost cluster\n ProxyJump a@one:2201,two',
      undefined,
      ['a@one:2201', 'me@two', 'me@cluster'],
    ],
    [
      'goes the way that the host before has to go itself',
      'User me\nHost cluster\n ProxyJump gate\nHost gate\n ProxyJump outer\n HostName gate.example.org',
      undefined,
      ['me@outer', 'me@gate.example.org', 'me@cluster'],
    ],
    [
      'lets the settings count first',
      'User me\nHost cluster\n ProxyJump gate',
      ['b@x'],
      ['b@x', 'me@cluster'],
    ],
    ['goes straight where the settings say so', 'User me\nHost cluster\n ProxyJump gate', [], ['me@cluster']],
    ['goes straight for none', 'User me\nProxyJump none\nProxyCommand none', undefined, ['me@cluster']],
    ['takes an address in brackets', 'User me', ['[::1]:2200'], ['me@::1:2200', 'me@cluster']],
    ['takes an address of IPv6', 'User me', ['fe80::1'], ['me@fe80::1', 'me@cluster']],
    ['takes an address as a link', 'User me', ['ssh://a@x:22/'], ['a@x', 'me@cluster']],
  ]
  for (const [what, config, jump, names] of ways)
    it(what, async () => assert.deepEqual(way(await resolve(config, jump && { jump })), names))

  const wrong: readonly (readonly [string, string, More, RegExp])[] = [
    ['a port that is none', 'Port 99999', {}, /99999/],
    ['a port that is no number', 'Port ssh', {}, /ssh is no port of cluster/],
    [
      'a way through itself',
      'User me\nProxyJump a,b\nHost b\n ProxyJump a',
      {},
      /through itself.*mend ProxyJump/,
    ],
    ['a ProxyCommand', 'User me\nProxyCommand nc %h %p', {}, /ProxyCommand for me@cluster.*ProxyJump/],
    ['a sign that is not known', 'User me\nIdentityFile %C', {}, /%C/],
    ['a host to go through that is none', '', { jump: ['a:b'] }, /"a:b" is no host: write/],
  ]
  for (const [what, config, more, message] of wrong)
    it(`refuses ${what}`, () =>
      assert.rejects(resolve(config, more), { code: 'invalid-configuration', message }))
})
