import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { globMatches } from '../../../src/transports/ssh/glob-matches.ts'
import { parseKnownHosts, speaksOf } from '../../../src/transports/ssh/known-hosts.ts'

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIKKEF1Fy05REc2xD+Vie/BBnizfSGDjzhhrsop3K+zl0'

// Made by `ssh-keygen -H` of cluster.example.org, [login.example.org]:2222 and Host9.
const hashed = `|1|DnRnGIrbIrdcvCBjc/NMGiucFtw=|hXXmCSn53ZgaXu/j08Ue5lxYM0g= ssh-ed25519 ${key}
|1|ZGA1j3W5qX/BypWX/mU5XsUY3XM=|h9FeHenORMtIbhxbCH+mCBuBQJE= ssh-ed25519 ${key}
|1|V5E0Mbr54dmyZ1d0FS29KbOf2bc=|I4nPDIGlIgdnAxTbmEL4lxQQqg4= ssh-ed25519 ${key}
`

describe('parseKnownHosts', () => {
  it('reads names, markers, types and where they stand', () => {
    const text = `# a comment

cluster,10.0.0.1 ssh-ed25519 ${key} me@home
@revoked * ssh-rsa ${key}
  @cert-authority *.example.org\tssh-rsa ${key}
`
    assert.deepEqual(parseKnownHosts(text, 'f'), [
      {
        marker: undefined,
        hosts: ['cluster', '10.0.0.1'],
        type: 'ssh-ed25519',
        key,
        file: 'f',
        line: 3,
      },
      { marker: 'revoked', hosts: ['*'], type: 'ssh-rsa', key, file: 'f', line: 4 },
      { marker: 'cert-authority', hosts: ['*.example.org'], type: 'ssh-rsa', key, file: 'f', line: 5 },
    ])
  })

  const passedOver = [
    '',
    'cluster',
    'cluster ssh-ed25519',
    'cluster ssh-ed25519 not~base64',
    `@other cluster ssh-ed25519 ${key}`,
    `#cluster ssh-ed25519 ${key}`,
    '\0\u0001 \u0002 \u0003',
  ]
  for (const line of passedOver)
    it(`passes over ${JSON.stringify(line)}`, () => assert.deepEqual(parseKnownHosts(line, 'f'), []))
})

describe('speaksOf', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['cluster', 'cluster', true],
    ['cluster', 'cluster2', false],
    ['a,cluster,b', 'cluster', true],
    ['CLUSTER', 'cluster', true],
    ['*.example.org', 'login.example.org', true],
    ['*.example.org', 'example.org', false],
    ['*.example.org,!bad.example.org', 'bad.example.org', false],
    ['!bad.example.org,*.example.org', 'bad.example.org', false],
    ['!bad.example.org,*.example.org', 'good.example.org', true],
    ['node?', 'node7', true],
    ['node?', 'node', false],
    ['node?', 'node12', false],
    ['[cluster]:2222', '[cluster]:2222', true],
    ['[cluster]:2222', 'cluster', false],
    ['cluster', '[cluster]:2222', false],
    ['[*]:2222', '[cluster]:2222', true],
    ['|1|nonsense', 'cluster', false],
    ['|1||', 'cluster', false],
  ]
  for (const [hosts, name, speaks] of rows)
    it(`${speaks ? 'finds' : 'does not find'} ${name} in ${hosts}`, () =>
      assert.equal(speaksOf({ hosts: hosts.split(',') }, name), speaks))

  const names: readonly (readonly [string, readonly number[]])[] = [
    ['cluster.example.org', [1]],
    ['[login.example.org]:2222', [2]],
    ['login.example.org', []],
    ['host9', [3]],
  ]
  for (const [name, lines] of names)
    it(`finds ${name} among hashed names on lines ${lines.join() || 'none'}`, () =>
      assert.deepEqual(
        parseKnownHosts(hashed, 'f')
          .filter((known) => speaksOf(known, name))
          .map(({ line }) => line),
        lines,
      ))
})

describe('globMatches', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['**', 'abc', true],
    ['a*c', 'abbbc', true],
    ['a*c', 'abbbd', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['?', '', false],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['*.conf', 'a.conf', true],
  ]
  for (const [pattern, name, matches] of rows)
    it(`${matches ? 'takes' : 'does not take'} ${pattern || '(nothing)'} for ${name || '(nothing)'}`, () =>
      assert.equal(globMatches(pattern, name), matches))

  it('does not take for ever over a pattern of stars', () =>
    assert.equal(globMatches('*a'.repeat(60), 'a'.repeat(59) + 'b'.repeat(5000)), false))
})
