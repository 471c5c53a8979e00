import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import { absent, type Server } from '../test/live/servers/servers.ts'
import type { Row } from './row.ts'

const script = join(import.meta.dirname, '../test/live/servers/servers.sh')

/** The servers of the live tests: those that run are used, the others are started, and stopped by `close`. */
export interface Cluster {
  /** Why a server is not there; undefined when it is. */
  absent(server: Server): string | undefined
  close(): Promise<void>
}

export async function openCluster(...servers: readonly Server[]): Promise<Cluster> {
  const missing = servers.filter((server) => absent(server) !== undefined)
  const isRoot = userInfo().uid === 0
  if (missing.length > 0 && isRoot)
    await promisify(execFile)('bash', [script, 'start', ...missing], { timeout: 300_000 }).catch(() => {}) // told by `absent`
  return {
    absent: (server) =>
      absent(server) && (isRoot ? absent(server) : `${absent(server)}; only root can start it`),
    async close() {
      const started = missing.filter((server) => existsSync(script) && absent(server) === undefined)
      if (started.length > 0 && isRoot)
        await promisify(execFile)('bash', [script, 'stop', ...started], { timeout: 120_000 })
    },
  }
}

/** A row that says what there was to be measured, and why it was not. */
export function unmeasured(what: string, why: string): Row {
  return { what, bar: '', figure: 'not measured', limit: why }
}
