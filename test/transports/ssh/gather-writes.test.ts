import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, it } from 'mocha'
import { gatherWrites } from '../../../src/transports/ssh/gather-writes.ts'

describe('gathering writes', () => {
  it('hands over together what is written in one turn, also on a socket that was still connecting', async () => {
    const { bytes, socket } = await exchange(async (connected) => {
      connected.write(Buffer.from('one '))
      connected.write('two ', 'latin1')
      assert.equal(connected.bytesWritten, 8)
      assert.equal(connected.writableLength, 8, 'nothing was handed over before the turn ended')
      await new Promise((resolve) => connected.write(Buffer.from('three'), resolve))
    })
    assert.equal(bytes.toString(), 'one two three')
    assert.equal(socket.writableCorked, 0)
  })

  it('gives back the memory of what is large once it was sent whole, and leaves what is small', async () => {
    const large = Array.from({ length: 100 }, (_, at) => Buffer.alloc(32 * 1024, at))
    const expected = Buffer.concat(large)
    const small = Buffer.from('small')
    const { bytes } = await exchange(async (connected) => {
      for (const piece of large) connected.write(piece)
      assert.equal(large[0]?.length, 32 * 1024, 'it is there until it was sent')
      await new Promise((resolve) => connected.write(small, resolve))
    })
    assert.deepEqual(
      large.map(({ length }) => length),
      large.map(() => 0),
    )
    assert.equal(small.toString(), 'small')
    assert.ok(bytes.equals(Buffer.concat([expected, small])))
  })
})

/** What arrives at the other end of a socket that is written to. */
async function exchange(write: (socket: Socket) => Promise<void>) {
  const pieces: Buffer[] = []
  const server = createServer((other) => other.on('data', (piece) => pieces.push(Buffer.from(piece))))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const socket = connect({ host: '127.0.0.1', port })
  gatherWrites(socket)
  await once(socket, 'connect')
  await write(socket)
  const closed = once(server.close(), 'close')
  socket.end()
  await closed
  return { bytes: Buffer.concat(pieces), socket }
}
