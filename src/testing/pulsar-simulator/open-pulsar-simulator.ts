import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { makeFolder } from '../../core/system/files.ts'
import { answer, type Simulated } from './answer.ts'
import { openFaults, type PulsarFaults } from './faults.ts'
import { openJobs } from './jobs.ts'

export interface PulsarSimulatorOptions {
  /** Where its jobs are, absolute. What is there already stays. */
  readonly folder: string
  /** Without it, nobody is asked for one. */
  readonly token?: string
  /** By name; `_default_` alone when not given. */
  readonly managers?: Readonly<Record<string, { readonly assignIds?: 'uuid' }>>
  /** What it can load for jobs: shell lines by `NAME/VERSION`. It passes over all others, as servers do. */
  readonly packages?: Readonly<Record<string, string>>
  /** 0.15.16 when not given. */
  readonly version?: string
  readonly faults?: PulsarFaults
}

/** A small Pulsar server of this process, for tests: it answers as recorded ones did, and runs jobs as processes of this machine. */
export interface PulsarSimulator {
  readonly url: string
  readonly faults: { set(faults: PulsarFaults): void }
  /** Every request so far, as `GET /jobs/x/status`: no query, so no token. */
  readonly requests: readonly string[]
  /** Its memory of what runs is gone, as after a kill; the jobs go on. */
  restart(): void
  /** Ends it and all its jobs; the folder stays. */
  close(): Promise<void>
}

export async function openPulsarSimulator(options: PulsarSimulatorOptions): Promise<PulsarSimulator> {
  const { folder, token, managers = { _default_: {} }, packages = {}, version = '0.15.16' } = options
  const staging = join(folder, 'staging')
  await makeFolder(staging)
  const faults = openFaults(options.faults)
  const [jobs, requests] = [openJobs(staging, faults), new Array<string>()]
  const simulated: Simulated = {
    staging,
    jobs,
    faults,
    token,
    version,
    packages,
    managers: new Map(Object.entries(managers).map(([name, { assignIds }]) => [name, assignIds === 'uuid'])),
    heard: (request) => void requests.push(request),
  }
  const server = createServer((request, response) => {
    // As its socket is closed upon a fault within, with no answer.
    answer(simulated, request, response).catch(() => request.socket.destroy())
  })
  server.keepAliveTimeout = 2000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  let closed = false
  return {
    url: `http://127.0.0.1:${port}/`,
    faults,
    requests,
    restart: () => jobs.restart(),
    async close() {
      if (closed) return
      closed = true
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await jobs.close()
    },
  }
}
