import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { readHostKeys } from '../../../src/transports/ssh/host-keys.ts'

const ed25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIKKEF1Fy05REc2xD+Vie/BBnizfSGDjzhhrsop3K+zl0'
const ecdsa =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHCfnaW7NfVY3gC0TpYFb9fPcxZx7Fab7HrhB+9EbeBoYorlaPkQhfgTzuGhkLAeJNgQ3e4EieH+h/HdzJ/7fHU='
const otherEd25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIKKEF1Fy05REc2xD+Vie/BBnizfSGDjzhhrsop3K+zl1'
// As `ssh-keygen -l` shows them.
const print = 'SHA256:JYaYuc/gmsaDeumZVhiouqJnvedUpFlFUblmDOfD59c'
const bytes = (key: string) => Buffer.from(key, 'base64')

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'host-keys-'))))
afterEach(() => rm(folder, { recursive: true }))

async function keys(lines: string, more: { port?: number; knownNames?: [string]; jump?: object } = {}) {
  const file = join(folder, 'known_hosts')
  await writeFile(file, lines)
  const port = more.port ?? 22
  const names: [string, ...string[]] = port === 22 ? ['cluster'] : [`[cluster]:${port}`, 'cluster']
  return readHostKeys({
    name: 'me@cluster',
    host: 'cluster',
    port,
    knownNames: more.knownNames ?? names,
    knownHostsFiles: [file, join(folder, 'not-there')],
    jump: more.jump,
  })
}

describe('the check of a host key', () => {
  const trusted: readonly (readonly [string, string, number])[] = [
    ['a key that is known', `cluster ssh-ed25519 ${ed25519}`, 22],
    ['one of several keys', `cluster ecdsa-sha2-nistp256 ${ecdsa}\ncluster ssh-ed25519 ${ed25519}`, 22],
    ['one of two keys of a kind', `cluster ssh-ed25519 ${otherEd25519}\ncluster ssh-ed25519 ${ed25519}`, 22],
    ['a key under its port', `[cluster]:2222 ssh-ed25519 ${ed25519}`, 2222],
    ['a key under the name without the port', `cluster ssh-ed25519 ${ed25519}`, 2222],
    ['a key beside one of another that is revoked', `@revoked * ssh-rsa ${ecdsa}\ncluster x ${ed25519}`, 22],
  ]
  for (const [what, lines, port] of trusted)
    it(`trusts ${what}`, async () =>
      assert.equal((await keys(lines, { port })).refusal(bytes(ed25519)), undefined))

  it('refuses a key that nobody vouches for, with its fingerprint and what would accept it', async () => {
    const refusal = (await keys('')).refusal(bytes(ed25519))
    assert.equal(refusal?.code, 'host-key-unknown')
    assert.match(refusal.message, /ssh-ed25519 SHA256:/)
    const command = `ssh-keyscan -t ed25519 cluster >> ${folder}/known_hosts`
    assert.deepEqual(refusal.details, {
      host: 'me@cluster',
      type: 'ssh-ed25519',
      fingerprint: print,
      command,
    })
    assert.ok(refusal.message.includes(print) && refusal.message.includes(command))
  })

  it('names the port where it is another', async () => {
    const refusal = (await keys('', { port: 2222 })).refusal(bytes(ecdsa))
    assert.equal(refusal?.details['command'], `ssh-keyscan -p 2222 -t ecdsa cluster >> ${folder}/known_hosts`)
  })

  const unseen: readonly (readonly [string, { jump?: object; knownNames?: [string] }, string])[] = [
    ['behind another host', { jump: {} }, 'cluster'],
    ['under an alias', { knownNames: ['alias'] }, 'alias'],
  ]
  for (const [what, more, name] of unseen)
    it(`gives the very line for a host ${what}, which ssh-keyscan would not find`, async () => {
      const refusal = (await keys('', more)).refusal(bytes(ed25519))
      assert.equal(
        refusal?.details['command'],
        `echo '${name} ssh-ed25519 ${ed25519}' >> ${folder}/known_hosts`,
      )
    })

  it('refuses a key that has changed, and says which line has the other', async () => {
    const refusal = (await keys(`# first\ncluster ssh-ed25519 ${otherEd25519}`)).refusal(bytes(ed25519))
    assert.equal(refusal?.code, 'host-key-changed')
    assert.ok(refusal.message.includes(`${folder}/known_hosts:2`) && refusal.message.includes(print))
    assert.equal(
      refusal.details['command'],
      `ssh-keygen -R cluster -f ${folder}/known_hosts && ssh-keyscan -t ed25519 cluster >> ${folder}/known_hosts`,
    )
  })

  it('quotes the name that ssh-keygen is to remove', async () => {
    const lines = `[cluster]:2222 ssh-ed25519 ${otherEd25519}`
    const refusal = (await keys(lines, { port: 2222 })).refusal(bytes(ed25519))
    assert.match(String(refusal?.details['command']), /^ssh-keygen -R '\[cluster\]:2222' -f /)
  })

  it('holds a key of another kind than those known for unknown, and says what is known', async () => {
    const refusal = (await keys(`cluster ecdsa-sha2-nistp256 ${ecdsa}`)).refusal(bytes(ed25519))
    assert.equal(refusal?.code, 'host-key-unknown')
    assert.match(refusal.message, /known is only its ecdsa-sha2-nistp256 \(.*known_hosts:1\)/)
  })

  it('refuses a key that is revoked, also where another line trusts it', async () => {
    const refusal = (await keys(`cluster ssh-ed25519 ${ed25519}\n@revoked * ssh-ed25519 ${ed25519}`)).refusal(
      bytes(ed25519),
    )
    assert.equal(refusal?.code, 'host-key-revoked')
    assert.equal(refusal.details['command'], undefined)
  })

  it('says that a certificate authority cannot be checked', async () => {
    const refusal = (await keys(`@cert-authority * ssh-ed25519 ${ed25519}`)).refusal(bytes(ed25519))
    assert.equal(refusal?.code, 'host-key-unknown')
    assert.match(refusal.message, /certificate authority/)
  })

  it('does not take the key of an address for changed that has one under another port', async () => {
    const refusal = (await keys(`cluster ssh-ed25519 ${otherEd25519}`, { port: 2222 })).refusal(
      bytes(ed25519),
    )
    assert.equal(refusal?.code, 'host-key-unknown')
  })

  it('reads the files anew each time', async () => {
    assert.notEqual((await keys('')).refusal(bytes(ed25519)), undefined)
    assert.equal((await keys(`cluster x ${ed25519}`)).refusal(bytes(ed25519)), undefined)
  })
})

describe('the kinds of host key that are offered', () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ['an unknown host', '', ['ssh-ed25519', 'ecdsa-sha2-nistp256']],
    ['a host known by ecdsa', `cluster ecdsa-sha2-nistp256 ${ecdsa}`, ['ecdsa-sha2-nistp256', 'ssh-ed25519']],
    [
      'a host known by rsa',
      `cluster ssh-rsa ${ecdsa}`,
      ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa', 'ssh-ed25519'],
    ],
    ['a host whose rsa key is revoked', `@revoked cluster ssh-rsa ${ecdsa}`, ['ssh-ed25519']],
  ]
  for (const [what, lines, first] of rows)
    it(`begin with ${first[0]} for ${what}`, async () => {
      const { algorithms } = await keys(lines)
      assert.deepEqual(algorithms.slice(0, first.length), first)
      assert.equal(new Set(algorithms).size, 7)
    })
})
