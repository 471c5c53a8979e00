import { freePort } from '../../testing/free-port.ts'
import { behindBroker } from './behind-broker.ts'
import type { CliFolderOptions } from './cli-folder.ts'
import { serverOf } from './managers.ts'

export interface PulsarPlace {
  readonly staging: string
  readonly options: CliFolderOptions
}

/** Where a manager is found, or `MANAGER behind a broker`, or `MANAGER that fetches and brings`. */
export async function placeOf(name: string): Promise<PulsarPlace> {
  const [, manager] = /^(.*) behind a broker$/.exec(name) ?? []
  if (manager !== undefined) return behindBroker(manager)
  const [, pulling] = /^(.*) that fetches and brings$/.exec(name) ?? []
  return pulling === undefined ? serverOf(name) : comesToUs(pulling)
}

async function comesToUs(manager: string): Promise<PulsarPlace> {
  const { staging, options } = serverOf(manager)
  const listen = `127.0.0.1:${await freePort()}`
  return { staging, options: { ...options, endpoint: { url: `http://${listen}/`, listen } } }
}
