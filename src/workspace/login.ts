import { AbeyanceError, messageOf } from '../core/error.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import type { Ask } from '../transports/transport.ts'
import type { Interior } from './interior.ts'
import { patience } from './patience.ts'

/** Logs in to a destination with somebody there to answer, and looks at it at once. */
export async function login(
  { destinations, monitor, signal }: Interior,
  name: string,
  ask: Ask,
): Promise<void> {
  const destination = destinations.get(name)
  if (!destination) {
    const known = [...destinations.keys()]
    throw new AbeyanceError(
      'unknown-destination',
      `there is no destination \`${name}\`${didYouMean(name, known)}; there are ${known.join(', ')}`,
    )
  }
  const { transport } = destination.settings
  if (!transport.login)
    throw new AbeyanceError('unsupported', `${name} is on ${transport.name}, which asks nobody to log in`)
  await transport.login(ask, { deadline: patience, signal })
  await monitor.look()
}

/** For another process, which asks a person; it is told how it went, so that nothing here waits for it. */
export function loginFor(interior: Interior, name: string, socket: string): void {
  import('./relay-login.ts')
    .then(({ answerLogin }) => answerLogin(socket, (ask) => login(interior, name, ask)))
    .catch((error: unknown) =>
      interior.logger.warn(
        { destination: name, error: messageOf(error) },
        'whoever wanted to log in is gone',
      ),
    )
}
