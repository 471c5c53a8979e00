import { userName } from '../core/system/user-name.ts'
import type { Session } from './session.ts'

/** Who does what is asked here: the system's name, which cron, systemd and containers have without any variable, else the environment's. */
export function userOf({ environment }: Pick<Session, 'environment'>): string | undefined {
  return [userName(), environment('USER'), environment('LOGNAME')].find((name) => name)
}
