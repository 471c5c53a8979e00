import { lookup } from 'node:dns/promises'
import { hostname } from 'node:os'
import { createAdaptorServer } from '@hono/node-server'
import { AbeyanceError, messageOf } from '../core/error.ts'
import { systemCode } from '../core/system/files.ts'
import { loopbackNames } from '../web/guard.ts'

export interface Listening {
  readonly address: string
  readonly port: number
  readonly isLoopback: boolean
  /** Also ends what is under way. */
  close(): Promise<void>
}

interface Place {
  readonly host: string
  readonly port: number
}

/** Serves over HTTP. Throws `usage` where the port is taken or the address is none of this machine's. */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { host, port }: Place,
): Promise<Listening> {
  // Files of jobs take as long as they take; who waits for a body gives up by itself.
  const serverOptions = { requestTimeout: 0 }
  const server = createAdaptorServer({ fetch, hostname: host, overrideGlobalObjects: false, serverOptions })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusal(error, { host, port })))
    server.listen(port, host, resolve)
  })
  const at = server.address()
  if (at === null || typeof at === 'string') throw new AbeyanceError('internal', 'the server has no port')
  return {
    address: at.address,
    port: at.port,
    isLoopback: isLoopback(at.address),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

/** The names under which it may be asked: of loopback, of where it listens, of this machine, and those that the user permits. */
export async function hostNames(host: string, allowed: readonly string[] = []): Promise<readonly string[]> {
  const found = await lookup(host).catch(() => undefined) // where there is none, listening says so
  const places = [host, ...(found ? [found.address] : [])]
  const machine = places.some(isLoopback) ? [] : [hostname()]
  const names = [...places.map(inAddress), ...machine, ...allowed].map((name) => name.toLowerCase())
  return [...new Set([...loopbackNames, ...names])]
}

/** As it stands in an address of the web. */
export function inAddress(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

function refusal(error: Error, { host, port }: Place): AbeyanceError {
  const code = systemCode(error)
  const said =
    code === 'EADDRINUSE'
      ? `port ${port} on ${host} is taken by another program, maybe another \`abeyance serve\`; choose one with --port, or --port 0 for a free one`
      : code === 'EACCES'
        ? `this user may not listen on port ${port}; choose one above 1023 with --port`
        : `cannot listen on ${host}:${port}: ${messageOf(error)}; --host takes an address of this machine`
  return new AbeyanceError('usage', said, { cause: error })
}
