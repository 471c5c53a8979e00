import { behindBroker } from './behind-broker.ts'
import type { CliFolderOptions } from './cli-folder.ts'
import { serverOf } from './managers.ts'

export interface PulsarPlace {
  readonly staging: string
  readonly options: CliFolderOptions
}

/** Where a manager is found, or `MANAGER behind a broker`. */
export async function placeOf(name: string): Promise<PulsarPlace> {
  const [, manager] = /^(.*) behind a broker$/.exec(name) ?? []
  return manager === undefined ? serverOf(name) : behindBroker(manager)
}
