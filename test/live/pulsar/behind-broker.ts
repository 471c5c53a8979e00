import assert from 'node:assert/strict'
import { freePort } from '../../testing/free-port.ts'
import { absent, rabbitmq, type Server } from '../servers/servers.ts'

/** The managers of the real Pulsar server behind a broker, and what each needs to be there. */
export const brokerManagers: Readonly<
  Record<string, { readonly what: string; readonly needs: readonly Server[] }>
> = {
  _default_: { what: 'queued_python', needs: ['rabbitmq'] },
  direct: { what: 'unqueued', needs: ['rabbitmq'] },
  hpc: { what: 'queued_cli on Slurm', needs: ['rabbitmq', 'slurm'] },
}

/** Where a manager behind the broker is found, and where its server finds us; what is not there fails the test that asks. */
export async function behindBroker(manager: string) {
  for (const server of brokerManagers[manager]?.needs ?? []) assert.equal(absent(server), undefined)
  const { staging, broker, password } = rabbitmq()
  const listen = `127.0.0.1:${await freePort()}`
  const endpoint = { url: `http://${listen}/files`, listen }
  return { staging, options: { broker, password, manager, endpoint } }
}
