import { AbeyanceError, messageOf } from '../../../core/error.ts'
import { systemCode } from '../../../core/system/files.ts'

export interface Place {
  readonly host: string
  readonly port: number
}

export interface Listening {
  readonly port: number
  /** Also ends what is under way. */
  close(): Promise<void>
}

/** Serves the endpoint alone, over plain HTTP. */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { host, port }: Place,
): Promise<Listening> {
  const { createAdaptorServer } = await import('@hono/node-server')
  // Files take as long as they take; one that does not come on is given up where it is taken.
  const serverOptions = { requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 5000 }
  const server = createAdaptorServer({ fetch, hostname: host, overrideGlobalObjects: false, serverOptions })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusal(error, { host, port })))
    server.listen(port, host, resolve)
  })
  const at = server.address()
  if (at === null || typeof at === 'string') throw new AbeyanceError('internal', 'the endpoint has no port')
  return {
    port: at.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

function refusal(error: Error, { host, port }: Place): AbeyanceError {
  const why =
    systemCode(error) === 'EADDRINUSE'
      ? 'it is taken, by another program or another process of this workspace: stop that, or choose another port under `listen`'
      : systemCode(error) === 'EADDRNOTAVAIL'
        ? 'that is no address of this machine'
        : messageOf(error)
  return new AbeyanceError(
    'invalid-configuration',
    `files of jobs cannot be served at ${host}:${port}: ${why}`,
    {
      cause: error,
    },
  )
}
