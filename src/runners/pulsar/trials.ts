import { randomUUID } from 'node:crypto'
import { systemClock } from '../../core/clock.ts'
import { AbeyanceError } from '../../core/error.ts'
import type { HostTrial } from '../runner.ts'
import { openServer, type PulsarServer, type ServerAddress } from './server.ts'
import { textBody } from './send.ts'

/** What `doctor` tries of a server before it submits a job: that it answers, takes our token, has the manager, and keeps what it is sent. */
export function serverTrials(options: ServerAddress): readonly HostTrial[] {
  const trial = (
    what: string,
    act: (server: PulsarServer, signal: AbortSignal) => Promise<string | undefined>,
  ) => ({
    what,
    async attempt(signal: AbortSignal) {
      const server = openServer({ ...options, clock: systemClock, count() {} })
      try {
        return await act(server, signal)
      } finally {
        await server.close()
      }
    },
  })
  return [
    trial(`reaches pulsar at ${options.url.host}`, versionOf),
    trial('a job can be set up, and its files sent and read', filesOf),
  ]
}

async function versionOf(server: PulsarServer, signal: AbortSignal): Promise<string> {
  const version = await server.version({ signal })
  return version === undefined ? 'it does not tell its version, as before 0.15' : `version ${version}`
}

async function filesOf(server: PulsarServer, signal: AbortSignal): Promise<string | undefined> {
  const call = { signal }
  const asked = `doctor-${randomUUID()}`
  const made = await server.setUp(asked, call)
  if (made === undefined)
    throw new AbeyanceError(
      'transport-failed',
      `${server.name} refused to set up a job: check \`manager\` here and \`managers\` in its app.yml, and whether it can write to its staging_directory`,
    )
  const id = made.job_id
  try {
    const text = `${asked} ü\n`
    const path = await server.upload(id, 'doctor/file', textBody(text), call)
    const read = await server.read(id, 'doctor/file', call)
    if (path === undefined || read === undefined || new TextDecoder().decode(read) !== text)
      throw new AbeyanceError('transport-failed', `${server.name} does not give back what it was sent`)
    return id === asked ? 'jobs keep the ids that they are given' : 'it gives jobs ids of its own'
  } finally {
    await server.remove(id, call)
  }
}
