import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server on this machine that can be cut: what goes through it breaks, and nothing is let in. */
export interface CuttableProxy {
  readonly url: string
  reachable(yes: boolean): void
  close(): Promise<void>
}

export async function openCuttableProxy(to: URL): Promise<CuttableProxy> {
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(Number(to.port), to.hostname)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${port}${to.pathname}`,
    reachable(yes) {
      isCut = !yes
      if (isCut) cut()
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
