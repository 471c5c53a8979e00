import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import ssh2 from 'ssh2'
import { parse } from './login-host.ts'

/** An agent of this process at a socket: it holds keys and signs with them, unless it `sulks` (answers nothing at all). */
export async function startKeyAgent(path: string, keys: readonly string[], sulks = false) {
  const held = keys.map(parse)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    if (sulks) return void socket.resume()
    const protocol = new ssh2.AgentProtocol(false)
    protocol.on('identities', (request: ssh2.AgentInboundRequest) =>
      protocol.getIdentitiesReply(request, held),
    )
    protocol.on('sign', (request: ssh2.AgentInboundRequest, wanted: ssh2.ParsedKey, data: Buffer) => {
      const key = held.find((one) => one.getPublicSSH().equals(wanted.getPublicSSH()))
      if (key) protocol.signReply(request, key.sign(data))
      else protocol.failureReply(request)
    })
    protocol.on('error', () => {})
    socket.pipe(protocol).pipe(socket)
  })
  server.listen(path)
  await once(server, 'listening')
  return {
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await rm(path, { force: true })
    },
  }
}
