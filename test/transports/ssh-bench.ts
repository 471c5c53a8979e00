import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../src/core/clock.ts'
import { ssh, type SshOptions } from '../../src/transports/ssh.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { startSshHost, type SshHost, type SshHostOptions } from './ssh-host.ts'
import { startProxy, type TcpProxy } from './tcp-proxy.ts'

export interface SshBench {
  readonly host: SshHost
  readonly proxy: TcpProxy
  readonly transport: Transport
  /** An empty folder of the host. */
  readonly there: string
  /** An empty folder of this machine. */
  readonly here: string
  close(): Promise<void>
}

/** A host, a way to it that can fail, and a transport over that way. */
export async function sshBench(
  hostOptions: SshHostOptions = {},
  options: Partial<SshOptions> = {},
): Promise<SshBench> {
  const host = await startSshHost(hostOptions)
  const proxy = await startProxy(host.port)
  const transport = ssh({ ...host.settings, port: proxy.port, ...options })
  const [there, here] = [await mkdtemp(join(tmpdir(), 'there-')), await mkdtemp(join(tmpdir(), 'here-'))]
  return {
    host,
    proxy,
    transport,
    there,
    here,
    async close() {
      await transport.close()
      await proxy.close()
      await host.close()
      for (const folder of [there, here]) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Time that goes by `factor` times as fast: waits for what never comes take less of everybody's. */
export function fastClock(factor: number): Clock {
  const began = Date.now()
  return {
    now: () => began + (Date.now() - began) * factor,
    setTimeout: (act, milliseconds) => setTimeout(act, Math.min(milliseconds, 2 ** 31 - 1) / factor),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  }
}
