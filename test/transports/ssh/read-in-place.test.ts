import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, it } from 'mocha'
import { connectPlaceReader } from '../../../src/transports/ssh/read-in-place.ts'

describe('reading in place', () => {
  it('leaves what was read to whoever keeps it, until it is told that nobody does', async () => {
    const server = createServer((other) => other.on('data', (asked) => other.write(asked)))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const { socket, readInPlace } = connectPlaceReader('127.0.0.1', port)
    const ask = async (text: string) => {
      const answer: Promise<Buffer[]> = once(socket, 'data')
      socket.write(text)
      const [bytes = Buffer.alloc(0)] = await answer
      assert.equal(bytes.toString(), text)
      return bytes
    }
    socket.resume()
    const first = await ask('one')
    await ask('two')
    assert.equal(first.toString(), 'one')
    readInPlace()
    const third = await ask('three')
    await ask('fours')
    assert.equal(third.toString(), 'fours', 'it was read to the same place')
    socket.end()
    await once(server.close(), 'close')
  })

  it('holds the other end up while it is paused, and loses nothing', async () => {
    const sent = Buffer.alloc(8 * 2 ** 20, 'abcdefg')
    const server = createServer((other) => other.end(sent))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const { socket, readInPlace } = connectPlaceReader('127.0.0.1', port)
    readInPlace()
    const pieces: Buffer[] = []
    socket.on('data', (bytes: Buffer) => {
      pieces.push(Buffer.from(bytes))
      socket.pause()
      setImmediate(() => socket.resume())
    })
    await once(socket, 'end')
    assert.ok(Buffer.concat(pieces).equals(sent))
    await once(server.close(), 'close')
  })
})
