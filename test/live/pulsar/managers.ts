import assert from 'node:assert/strict'
import { absent, pulsarServer, type Server } from '../servers/servers.ts'

/** The managers of the real Pulsar servers, and what each needs to be there. */
export const managers: Readonly<
  Record<string, { readonly what: string; readonly needs: readonly Server[] }>
> = {
  _default_: { what: 'queued_python', needs: ['pulsar'] },
  direct: { what: 'unqueued', needs: ['pulsar'] },
  uuids: { what: 'queued_python with ids of its own', needs: ['pulsar'] },
  hpc: { what: 'queued_cli on Slurm', needs: ['pulsar', 'slurm'] },
  drmaa: { what: 'queued_drmaa on Grid Engine', needs: ['pulsar-queues', 'gridengine'] },
  condor: { what: 'queued_condor on stand-ins for its commands', needs: ['pulsar-queues'] },
}

/** Where a manager is found; a server that is not there fails the test that asks. */
export function serverOf(manager: string) {
  const { needs = [] } = managers[manager] ?? {}
  for (const server of needs) assert.equal(absent(server), undefined)
  const { staging, ...options } = pulsarServer(needs.includes('pulsar-queues') ? 'pulsar-queues' : 'pulsar')
  return { staging, options: { ...options, manager } }
}
