import { once } from 'node:events'
import { createServer, request as ask, type IncomingMessage } from 'node:http'

/** A way to an HTTP server on this machine that asks before each request, and once it has arrived there, what is to become of it. */
export interface RequestGate {
  readonly url: string
  close(): Promise<void>
}

export interface GateOptions {
  readonly to: URL
  /** Words such as `POST /jobs/x/submit`. False breaks the connection, and nothing of it arrives. */
  before?(request: string): Promise<boolean>
  /** The other end has answered; false breaks the connection before any of it comes back. */
  after?(request: string): Promise<boolean>
  /** Bytes of a body that get through before the connection breaks. */
  most?(request: string): number | undefined
}

export async function openRequestGate({ to, before, after, most }: GateOptions): Promise<RequestGate> {
  const server = createServer((near, answer) => {
    // Taken now: a request whose body is not read to its end loses sight of it.
    const { socket } = near
    const words = `${near.method} ${near.url?.replace(/\?.*/, '')}`
    const pass = async () => {
      if (before && !(await before(words))) return void socket.destroy()
      const { method = 'GET', headers } = near
      const far = ask({ host: to.hostname, port: to.port, path: near.url, method, headers, agent: false })
      far.on('error', () => socket.destroy())
      answer.on('close', () => far.destroy())
      await passBody(near, far, most?.(words))
      const [reply]: IncomingMessage[] = await once(far, 'response')
      if (reply === undefined || (after && !(await after(words)))) return void socket.destroy()
      answer.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(answer)
    }
    pass().catch(() => socket.destroy())
  })
  server.keepAliveTimeout = 2000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}${to.pathname}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function passBody(near: IncomingMessage, far: ReturnType<typeof ask>, most = Infinity): Promise<void> {
  let left = most
  const pieces: AsyncIterable<Buffer> = near
  for await (const piece of pieces) {
    const part = piece.subarray(0, Math.min(left, piece.length))
    left -= part.length
    await new Promise<void>((resolve) => far.write(part, () => resolve()))
    if (left > 0) continue
    far.destroy()
    throw new Error('broken off midway')
  }
  far.end()
}
