import { AbeyanceError, messageOf } from '../core/error.ts'
import { openByteMeter } from '../transports/byte-meter.ts'
import type { Transport } from '../transports/transport.ts'
import { cancelJobs } from './pulsar/cancel.ts'
import { cleanJobs } from './pulsar/clean.ts'
import { fetchJob } from './pulsar/fetch.ts'
import { doorSettings, type DoorSettings, type EndpointOptions } from './pulsar/endpoint/door-settings.ts'
import { openDoor } from './pulsar/endpoint/open-door.ts'
import { makeHold, type Dependencies, type Hold } from './pulsar/hold.ts'
import { openLook } from './pulsar/look.ts'
import { openServer, type ServerAddress } from './pulsar/server.ts'
import { serverTransport } from './pulsar/server-transport.ts'
import type { StagingWay } from './pulsar/stage.ts'
import { submitJobs } from './pulsar/submit.ts'
import { serverTrials } from './pulsar/trials.ts'
import type { LookQuestion, RunnerKind } from './runner.ts'

export interface PulsarOptions {
  /** Of the server, such as `https://pulsar.example.org:8913/`. */
  readonly url: string
  /** What its app.yml calls `private_token`. */
  readonly token?: string
  /** One of its `managers`; its only one when not given. */
  readonly manager?: string
  /**
   * How inputs get there: `push`, when not given, over HTTP; `pull`, fetched by the server from `endpoint`, to which it brings outputs too; `copy`,
   * `link` or `none` on a disk that jobs see under the same paths as we do, where `none` moves nothing.
   */
  readonly staging?: StagingWay
  /** Where the server finds us, with `pull`. */
  readonly endpoint?: EndpointOptions
  /** Who finds what jobs `load`: `modules`, when not given, of their machine; `server`, its dependency resolution, as packages `NAME/VERSION`. */
  readonly dependencies?: Dependencies
  /** Takes a server that is neither on this machine nor spoken to over HTTPS, though anybody on the way can read its token. */
  readonly insecure?: boolean
}

/** A Pulsar server, Galaxy's remote job server, over REST; it is used as it is. What it cannot do for jobs our wrapper does. */
export function pulsar(options: PulsarOptions): RunnerKind {
  const { staging = options.endpoint ? 'pull' : 'push', dependencies = 'modules' } = options
  const server = serverOptions(options)
  const settings = endpointOf(staging, options)
  return {
    kind: 'pulsar',
    cannot: ['gpus', 'partition', 'account', 'flags'],
    trials: serverTrials(server),
    open(context) {
      const meter = openByteMeter({ ...context, name: server.url.host, book: context.usage })
      const count = (bytes: number) => meter.count(bytes)
      const hold = makeHold({
        server: openServer({ ...server, clock: context.clock, count }),
        context,
        staging,
        dependencies,
        ...(settings && { door: openDoor(settings, context, count) }),
      })
      const look = openLook(hold)
      let closed: Promise<void> | undefined
      return {
        submit: (jobs, call) => submitJobs(hold, jobs, call),
        async look(question, call) {
          if (!isIdle(question)) await attend(hold)
          return look(question, call)
        },
        // Nothing there is consumed by being read; what ended is not asked for much more.
        async settle(tags) {
          for (const tag of tags) if (hold.attempts.of(tag).ended) hold.attempts.forget(tag)
        },
        cancel: (tags, call) => cancelJobs(hold, tags, call),
        async fetch(job, call) {
          await attend(hold)
          return fetchJob(hold, job, call)
        },
        clean: (tags, call) => cleanJobs(hold, tags, call),
        close() {
          closed ??= closeAll(hold).then(() => meter.close())
          return closed
        },
      }
    },
  }
}

/** Somebody only follows logs, beside who drives. */
function isIdle({ jobs, doubtful }: LookQuestion): boolean {
  return doubtful.size === 0 && [...jobs].length === 0
}

/** Has the endpoint answer, for jobs of before: what is wrong with it is no fault of a look's. */
async function attend({ door, context }: Hold): Promise<void> {
  await door
    ?.serve()
    .catch((error: unknown) => context.logger.warn({ error: messageOf(error) }, 'the endpoint is not served'))
}

async function closeAll({ server, door }: Hold): Promise<void> {
  await server.close()
  await door?.close()
}

function endpointOf(staging: StagingWay, { endpoint, insecure }: PulsarOptions): DoorSettings | undefined {
  if (staging === 'pull' && endpoint === undefined)
    throw invalid(
      '`staging: pull` needs an `endpoint`, with the `url` under which the server finds this machine',
    )
  if (staging !== 'pull' && endpoint !== undefined)
    throw invalid(`\`endpoint\` is there for \`staging: pull\`, and means nothing with \`${staging}\``)
  return endpoint && doorSettings(endpoint, insecure)
}

/** A destination on a Pulsar server: `destinations: { cloud: { ...pulsarDestination({ url, token }), limits: { jobs: 20 } } }`. */
export function pulsarDestination(options: PulsarOptions): {
  readonly runner: RunnerKind
  readonly transport: Transport
  readonly workFolder: string
} {
  const { host } = serverOptions(options).url
  const workFolder = `the staging directory of ${host}`
  return { runner: pulsar(options), transport: serverTransport(host), workFolder }
}

function serverOptions({ url: given, token, manager, insecure = false }: PulsarOptions): ServerAddress {
  const url = URL.canParse(given) ? new URL(given.endsWith('/') ? given : `${given}/`) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw invalid(
      '`url` of a Pulsar server is no http or https address, such as https://pulsar.example.org:8913/',
    )
  if (url.username !== '' || url.password !== '' || url.search !== '')
    throw invalid('`url` of a Pulsar server holds more than its address: its token goes into `token`')
  const isNear = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'http:' && !isNear && !insecure)
    throw invalid(
      `${url.host} is spoken to over plain http, so anybody on the way could read its token and run jobs: use https, or say \`insecure: true\``,
    )
  return { url, ...(token !== undefined && { token }), ...(manager !== undefined && { manager }) }
}

function invalid(message: string): AbeyanceError {
  return new AbeyanceError('invalid-configuration', message)
}
