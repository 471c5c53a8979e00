import { systemClock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import type { Ask } from '../transports/transport.ts'
import type { OpenOptions } from './open-options.ts'
import { stateFolder } from './state-folder.ts'

/** The connection is the driver's; a process that goes at once would take its login with it. */
export async function loginBeside(
  folder: string,
  { clock = systemClock }: OpenOptions,
  { driven, destination, person }: { driven: boolean; destination: string; person: Ask },
): Promise<void> {
  if (!driven)
    throw new AbeyanceError(
      'invalid-state',
      `nobody drives ${folder}, and a login lasts as long as the process that holds it: \`abeyance watch\` at a terminal asks for it`,
    )
  const { loginThrough } = await import('./relay-login.ts')
  await loginThrough(stateFolder(folder).root, destination, person, { clock })
}
