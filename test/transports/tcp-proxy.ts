import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a port of this machine that can fail as networks do. */
export interface TcpProxy {
  readonly port: number
  /** How many connections were asked for. */
  readonly count: number
  /** How much got through, in both directions. */
  readonly bytes: number
  /** Ends all connections at once. */
  cut(): void
  /** Ends all connections after so many further bytes in one direction. */
  cutAfter(bytes: number, direction: 'there' | 'back'): void
  /** Nothing gets through and nobody is told; what was sent meanwhile arrives after `heal`. */
  hold(): void
  /** The other end is gone and nobody is told: connections stay open, and nothing ever comes of them. */
  forsake(): void
  /** So many bytes a second in each direction. */
  slow(bytesPerSecond: number): void
  heal(): void
  close(): Promise<void>
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
  forsaken: boolean
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let count = 0
  let bytes = 0
  let held = false
  let pace: number | undefined
  let left: { bytes: number; readonly direction: 'there' | 'back' } | undefined

  const cut = () => {
    for (const { near, far } of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  const pass = async (pair: Pair, direction: 'there' | 'back') => {
    const [from, to] = direction === 'there' ? [pair.near, pair.far] : [pair.far, pair.near]
    try {
      for await (const chunk of from as AsyncIterable<Uint8Array>) {
        while (held) await pause(10)
        if (pair.forsaken) continue
        if (pace !== undefined) await pause((chunk.length / pace) * 1000)
        if (left?.direction === direction && (left.bytes -= chunk.length) <= 0) {
          left = undefined
          return cut()
        }
        bytes += chunk.length
        if (to.writable && !to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')])
      }
      if (!pair.forsaken) to.end()
    } catch {
      if (!pair.forsaken) to.destroy()
    }
  }

  const server = createServer((near) => {
    count += 1
    const far = connect(target, '127.0.0.1')
    const pair = { near, far, forsaken: false }
    pairs.add(pair)
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
    }
    near.on('close', () => pairs.delete(pair))
    void pass(pair, 'there')
    void pass(pair, 'back')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    get count() {
      return count
    },
    get bytes() {
      return bytes
    },
    cut,
    cutAfter: (bytes, direction) => (left = { bytes, direction }),
    hold: () => (held = true),
    forsake() {
      for (const pair of pairs) {
        pair.forsaken = true
        pair.far.destroy()
      }
    },
    slow: (bytesPerSecond) => (pace = bytesPerSecond),
    heal() {
      held = false
      pace = undefined
    },
    async close() {
      held = false
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
