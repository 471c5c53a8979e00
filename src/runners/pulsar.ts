import { AbeyanceError, messageOf } from '../core/error.ts'
import { openByteMeter } from '../transports/byte-meter.ts'
import type { Transport } from '../transports/transport.ts'
import { amqpWay, type AmqpOptions } from './pulsar/amqp/amqp-way.ts'
import { cancelJobs } from './pulsar/cancel.ts'
import { cleanJobs } from './pulsar/clean.ts'
import { fetchJob } from './pulsar/fetch.ts'
import { doorSettings, type DoorSettings, type EndpointOptions } from './pulsar/endpoint/door-settings.ts'
import { endpointTrial } from './pulsar/endpoint/endpoint-trial.ts'
import { openDoor } from './pulsar/endpoint/open-door.ts'
import { makeHold, type Dependencies, type Hold } from './pulsar/hold.ts'
import { openLook } from './pulsar/look.ts'
import { restWay, type ServerPlace } from './pulsar/rest-way.ts'
import { serverTransport } from './pulsar/server-transport.ts'
import type { StagingWay } from './pulsar/stage.ts'
import { submitJobs } from './pulsar/submit.ts'
import type { Way } from './pulsar/way.ts'
import type { RunnerKind } from './runner.ts'

export type PulsarOptions = RestOptions | MessageOptions

interface CommonOptions {
  /** One of its `managers`; its only one, or its default one, when not given. */
  readonly manager?: string
  /**
   * How inputs get there: `push` over HTTP, which is so when not given and there is no `endpoint`; `pull`, fetched by the server from `endpoint`, to
   * which it brings outputs too; `copy`, `link` or `none` on a disk that jobs see under the same paths as we do, where `none` moves nothing.
   */
  readonly staging?: StagingWay
  /** Where the server finds us, with `pull`, and over a broker. */
  readonly endpoint?: EndpointOptions
  /** Who finds what jobs `load`: `modules`, when not given, of their machine; `server`, its dependency resolution, as packages `NAME/VERSION`. */
  readonly dependencies?: Dependencies
  /** Takes a server, or broker, that is neither on this machine nor spoken to over TLS, though anybody on the way can read its token. */
  readonly insecure?: boolean
}

/** A server that is reached over HTTP. */
export interface RestOptions extends CommonOptions, ServerPlace {}

/** A server that is reached through a broker of AMQP, and reaches us at `endpoint`. */
export interface MessageOptions extends CommonOptions, AmqpOptions {}

/** A Pulsar server, Galaxy's remote job server, over REST or AMQP; it is used as it is. What it cannot do for jobs our wrapper does. */
export function pulsar(options: PulsarOptions): RunnerKind {
  const isBlind = 'broker' in options
  const way = wayTo(options)
  const { staging = options.endpoint ? 'pull' : 'push', dependencies = 'modules' } = options
  const settings = endpointOf(staging, options)
  return {
    kind: 'pulsar',
    cannot: ['gpus', 'partition', 'account', 'flags'],
    trials: settings ? [...way.trials, endpointTrial(settings)] : way.trials,
    open(context) {
      const meter = openByteMeter({ ...context, name: way.host, book: context.usage })
      const count = (bytes: number) => meter.count(bytes)
      const door = settings && openDoor(settings, context, count)
      const server = way.open(context, { count, ...(door && { endpoint: door }) })
      const hold = makeHold({ server, context, staging, dependencies, isBlind, ...(door && { door }) })
      const look = openLook(hold)
      let closed: Promise<void> | undefined
      return {
        submit: (jobs, call) => submitJobs(hold, jobs, call),
        async look(question, call) {
          const jobs = [...question.jobs] // they may come once only
          // Otherwise somebody only follows logs, beside who drives.
          if (jobs.length + question.doubtful.size > 0) await attend(hold)
          return look({ ...question, jobs }, call)
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

function wayTo(options: PulsarOptions): Way {
  return 'broker' in options ? amqpWay(options) : restWay(options)
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

function endpointOf(staging: StagingWay, options: PulsarOptions): DoorSettings | undefined {
  const { endpoint, insecure } = options
  const isBlind = 'broker' in options
  if (isBlind && (endpoint === undefined || staging === 'push'))
    throw invalid(
      'a Pulsar server behind a `broker` comes to us for files: say `endpoint`, with the `url` under which it finds this machine, and no `staging: push`',
    )
  if (staging === 'pull' && endpoint === undefined)
    throw invalid(
      '`staging: pull` needs an `endpoint`, with the `url` under which the server finds this machine',
    )
  if (!isBlind && staging !== 'pull' && endpoint !== undefined)
    throw invalid(`\`endpoint\` is there for \`staging: pull\`, and means nothing with \`${staging}\``)
  return endpoint && doorSettings(endpoint, insecure)
}

/** A destination on a Pulsar server: `destinations: { cloud: { ...pulsarDestination({ url, token }), limits: { jobs: 20 } } }`. */
export function pulsarDestination(options: PulsarOptions): {
  readonly runner: RunnerKind
  readonly transport: Transport
  readonly workFolder: string
} {
  const { host } = wayTo(options)
  const workFolder = `the staging directory of ${host}`
  return { runner: pulsar(options), transport: serverTransport(host), workFolder }
}

function invalid(message: string): AbeyanceError {
  return new AbeyanceError('invalid-configuration', message)
}
