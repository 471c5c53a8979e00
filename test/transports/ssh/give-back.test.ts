import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { giveBack } from '../../../src/transports/ssh/give-back.ts'

describe('giving memory back', () => {
  it('takes what is large', () => {
    const large = Buffer.alloc(64 * 1024)
    giveBack(large)
    assert.equal(large.length, 0)
  })

  it('leaves alone what Node cuts small buffers from, however large an application made it', () => {
    const usual = Buffer.poolSize
    Buffer.poolSize = 64 * 1024
    try {
      const pieces = Array.from({ length: 9 }, () => Buffer.allocUnsafe(20_000))
      assert.ok(pieces.some(({ buffer }) => buffer.byteLength === Buffer.poolSize))
      for (const piece of pieces) giveBack(piece)
      assert.ok(pieces.every(({ length }) => length === 20_000))
    } finally {
      Buffer.poolSize = usual
    }
  })
})
