import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/core/clock.ts'
import { workspaceId } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import { pulsar, type PulsarOptions } from '../../src/runners/pulsar.ts'
import type { Runner, RunnerContext } from '../../src/runners/runner.ts'
import { openObjects } from '../../src/staging/objects.ts'
import type { RunnerSubject } from '../../src/testing/runner-subject.ts'
import { serverTransport } from '../../src/runners/pulsar/server-transport.ts'
import { openCuttableProxy } from './cuttable-proxy.ts'

export interface PulsarSubject extends RunnerSubject {
  readonly context: RunnerContext
  /** The server's address, by way of a proxy that can be cut. */
  readonly url: string
}

/** A runner over a Pulsar server on this machine, or behind a broker on it, and a folder that its jobs can read and write. */
export async function openPulsarSubject(options: PulsarOptions): Promise<PulsarSubject> {
  const shared = await mkdtemp(join(tmpdir(), 'pulsar-suite-'))
  await chmod(shared, 0o777) // jobs may be another user's
  const way = await openCuttableProxy(new URL('broker' in options ? options.broker : options.url))
  const through =
    'broker' in options
      ? { ...options, broker: broken(options.broker, way.url) }
      : { ...options, url: way.url }
  const context: RunnerContext = {
    transport: serverTransport('suite'),
    workFolder: '/',
    workspace: workspaceId('suite'),
    objects: await openObjects(join(shared, 'objects')),
    logFolder: join(shared, 'logs'),
    endpointFolder: join(shared, 'endpoint'),
    logCap: 1 << 20,
    clock: systemClock,
    logger: silent,
    wake() {},
  }
  const opened: Runner[] = []
  const open = () => {
    const runner = pulsar(through).open(context)
    opened.push(runner)
    return runner
  }
  return {
    runner: open(),
    again: async () => open(),
    shared,
    context,
    url: way.url,
    reachable: way.reachable,
    async close() {
      for (const each of opened) await each.close()
      await way.close()
      await rm(shared, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** The broker by way of the proxy. */
function broken(broker: string, way: string): string {
  const url = new URL(broker)
  url.port = new URL(way).port
  return url.href
}
