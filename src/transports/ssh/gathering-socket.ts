import { Socket } from 'node:net'

type Done = (error?: Error | null) => void

/**
 * Hands to the system at once what is written in one turn. ssh2 writes each packet in three pieces, of which two are a few
 * bytes: each would be a call of the system and, as nothing waits for more, a packet of the network.
 */
export class GatheringSocket extends Socket {
  #gathers = false

  override write(data: Uint8Array | string, second?: BufferEncoding | Done, third?: Done): boolean {
    if (!this.#gathers) {
      this.#gathers = true
      this.cork()
      process.nextTick(() => {
        this.#gathers = false
        this.uncork()
      })
    }
    return typeof second === 'string' ? super.write(data, second, third) : super.write(data, second)
  }
}
