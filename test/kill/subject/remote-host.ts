import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quote } from '../../../src/core/quote.ts'
import { slurm } from '../../../src/runners/slurm.ts'
import { ssh } from '../../../src/transports/ssh.ts'
import type { Transport } from '../../../src/transports/transport.ts'
import type { Destination } from '../../../src/workspace/open-options.ts'
import { sshPort, sshSettings } from '../../live/servers/servers.ts'
import { startProxy, type TcpProxy } from '../../transports/tcp-proxy.ts'
import { places, type Orders } from './orders.ts'

/** Slurm on the servers of the live tests, or a simulated one, over SSH; at the chosen request the connection is cut or its shell killed. */
export async function remoteHost(
  orders: Orders,
  kindOf: (script: string) => string,
): Promise<{ readonly destination: Destination; readonly close: () => Promise<void> }> {
  const proxy = await startProxy(sshPort())
  const shell = orders.shell === undefined ? {} : { shell: orders.shell }
  const transport = ssh({ ...sshSettings(proxy.port), ...shell })
  return {
    destination: {
      runner: slurm(
        orders.remote === 'simulator'
          ? {
              messageTimeout: 500,
              prelude: `PATH=${quote(join(orders.folder, places.cluster, 'bin'))}:$PATH`,
            }
          : // The cluster's own MessageTimeout is 10 s, which only a server that is very busy takes.
            { messageTimeout: 5000 },
      ),
      transport: failing(transport, proxy, orders, kindOf),
      workFolder: join(orders.folder, places.work),
      schedulerCommandsPerHour: 3600,
    },
    close: () => proxy.close(),
  }
}

function failing(
  transport: Transport,
  proxy: TcpProxy,
  { folder, requests, failAt }: Orders,
  kindOf: (script: string) => string,
): Transport {
  const counts = new Map<string, number>()
  /** Does what is to happen at this request, once for all processes; says whether it is for the request to do. */
  function reach(kind: string): boolean {
    const occurrence = (counts.get(kind) ?? 0) + 1
    counts.set(kind, occurrence)
    if (requests !== undefined) appendFileSync(requests, `${JSON.stringify({ kind, occurrence })}\n`)
    if (failAt?.kind !== kind || failAt.occurrence !== occurrence) return false
    writeFileSync(join(folder, places.killed), `${failAt.fault} ${kind}\n`)
    switch (failAt.fault) {
      case 'cut-before':
        proxy.cut()
        return false
      case 'cut-on-the-way':
        proxy.cutAfter(200, 'there')
        return false
      case 'cut-unanswered':
        proxy.cutAfter(1, 'back')
        return false
      case 'shell-killed':
        return true
    }
  }
  return {
    ...transport,
    // The shell that reads requests is killed; what it began for this one goes on without anybody to answer.
    run: (script, options) =>
      transport.run(reach(kindOf(script)) ? `kill -KILL $$\n${script}` : script, options),
    read(...args) {
      reach('read')
      return transport.read(...args)
    },
    write(...args) {
      reach('write')
      return transport.write(...args)
    },
    fetch(...args) {
      reach('fetch')
      return transport.fetch(...args)
    },
    list(...args) {
      reach('list')
      return transport.list(...args)
    },
  }
}
