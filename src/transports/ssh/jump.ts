import type { Client, ClientChannel } from 'ssh2'

/** A way through a host that is connected: bytes to and from a port that it can reach. */
export function through(
  client: Client,
  { host, port }: { host: string; port: number },
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      if (error) reject(error)
      else resolve(channel)
    })
  })
}
