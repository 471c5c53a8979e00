import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError, type ErrorCode } from '../../../src/core/error.ts'
import { brokenOff, silentHost, sshError } from '../../../src/transports/ssh/ssh-error.ts'

/** Faults as Node, ssh2 and sshd word them. */
const rows: readonly (readonly [string, object, ErrorCode])[] = [
  [
    'connect ECONNREFUSED 127.0.0.1:22',
    { code: 'ECONNREFUSED', level: 'client-socket' },
    'connection-refused',
  ],
  ['', { code: 'ECONNREFUSED' }, 'connection-refused'],
  ['getaddrinfo ENOTFOUND x', { code: 'ENOTFOUND' }, 'unreachable'],
  ['getaddrinfo EAI_AGAIN x', { code: 'EAI_AGAIN' }, 'unreachable'],
  ['connect EHOSTUNREACH', { code: 'EHOSTUNREACH' }, 'unreachable'],
  ['connect ENETUNREACH', { code: 'ENETUNREACH' }, 'unreachable'],
  ['connect ETIMEDOUT', { code: 'ETIMEDOUT' }, 'unreachable'],
  ['read ECONNRESET', { code: 'ECONNRESET' }, 'connection-lost'],
  ['write EPIPE', { code: 'EPIPE' }, 'connection-lost'],
  ['Connection lost before handshake', { level: 'protocol' }, 'connection-lost'],
  ['Keepalive timeout', { level: 'client-timeout' }, 'connection-lost'],
  ['No response from server', {}, 'connection-lost'],
  ['Not connected', {}, 'connection-lost'],
  ['Handshake failed: no matching key exchange algorithm', { level: 'handshake' }, 'unsupported'],
  ['Too many authentication failures', { code: 2 }, 'authentication-failed'],
  ['(SSH) Channel open failure: Connection refused', { reason: 2 }, 'connection-refused'],
  ['(SSH) Channel open failure: open failed', { reason: 1 }, 'unsupported'],
  ['(SSH) Channel open failure: open failed', { reason: 2 }, 'unreachable'],
  ['something that nobody foresaw', {}, 'transport-failed'],
]

describe('the meaning of a fault', () => {
  for (const [message, more, code] of rows)
    it(`is ${code} for ${JSON.stringify(message)} ${JSON.stringify(more)}`, () => {
      const cause = Object.assign(new Error(message), more)
      const error = sshError('me@cluster', cause)
      assert.deepEqual([error.code, error.cause], [code, cause])
      assert.match(error.message, /^me@cluster \S.*[;:] \S/)
    })

  it('keeps an error of ours', () => {
    const ours = new AbeyanceError('quota-used-up', 'x')
    assert.equal(sshError('me@cluster', ours), ours)
  })

  it('names the host in the others too', () => {
    assert.match(silentHost('me@cluster', 20_000).message, /^me@cluster let 20 s pass/)
    assert.match(brokenOff('me@cluster').message, /^me@cluster closed .*MaxStartups/)
  })
})
