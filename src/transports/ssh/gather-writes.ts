import type { Socket } from 'node:net'
import { giveBack } from './give-back.ts'

type Done = (error?: Error | null) => void

/**
 * Has a socket hand to the system at once what is written in one turn. ssh2 writes each packet in three pieces, of which two are
 * a few bytes: each would be a call of the system and, as nothing waits for more, a packet of the network. The memory of what
 * was sent is given back: ssh2 makes two buffers for each packet and looks at neither again. For a socket that is connecting
 * already: Node puts the plain `write` back when it begins to.
 */
export function gatherWrites(socket: Socket): void {
  const plain = socket.write.bind(socket)
  let gathers = false
  socket.write = (data: Uint8Array | string, second?: BufferEncoding | Done, third?: Done) => {
    if (!gathers) {
      gathers = true
      socket.cork()
      process.nextTick(() => {
        gathers = false
        socket.uncork()
      })
    }
    if (typeof second === 'string') return plain(data, second, third)
    if (typeof data === 'string') return plain(data, second)
    return plain(data, (error) => {
      if (!error) giveBack(data)
      second?.(error)
    })
  }
}
