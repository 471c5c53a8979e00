import { z } from 'zod'
import { AbeyanceError, isAbeyanceError } from '../../core/error.ts'
import { parseJson, type Json } from '../../core/json.ts'
import { openWay, type Body, type Exchange, type Reply, type WayOptions } from './send.ts'

/** The calls of one manager of a Pulsar server. A server says no in one way only, a page without words: that is `undefined` or `false` here. */
export interface PulsarServer {
  /** For people: `pulsar at host:8913, manager hpc`. */
  readonly name: string
  /** What it calls itself; undefined for one from before 0.15, which has no such page. */
  version(options: Call): Promise<string | undefined>
  /** Makes the folder of a job, or finds it; the server may give the job an id of its own. */
  setUp(id: string, options: Call): Promise<SetUp | undefined>
  /** Gives the file's absolute path there. What was there by that name is overwritten in place. */
  upload(id: string, name: string, body: Body, options: Call): Promise<string | undefined>
  submit(id: string, command: string, options: SubmitCall): Promise<boolean>
  look(id: string, options: Call): Promise<Said | undefined>
  /** A small file of a job's, whole. */
  read(id: string, name: string, options: Call): Promise<Uint8Array | undefined>
  /** The same piece by piece, until `sink` says false. Whether there was such a file. */
  stream(id: string, name: string, sink: NonNullable<Exchange['sink']>, options: Call): Promise<boolean>
  cancel(id: string, options: Call): Promise<void>
  remove(id: string, options: Call): Promise<void>
  close(): void | Promise<void>
}

export interface Call {
  readonly signal?: AbortSignal
}

export interface SubmitCall extends Call {
  /** What the server is to load before the command; what it does not know it passes over without a word. */
  readonly dependencies?: readonly Requirement[]
  /** What it is to do with files itself. */
  readonly remoteStaging?: Json
}

/** A package, as Galaxy's tools require it. */
export interface Requirement {
  readonly name: string
  readonly version: string | null
}

export type SetUp = z.output<typeof setUpShape>

/** What the server says of a job. `null` is a word of its scheduler that it does not know itself. */
export type Said = z.output<typeof saidShape> & {
  /** The same for people, where there is more to say. */
  readonly words?: string
}

const setUpShape = z.object({
  job_id: z.string(),
  path_separator: z.string().exactOptional(),
  pulsar_version: z.string().exactOptional(),
})

const saidShape = z.object({
  status: z.string().nullable(),
  // What it could not write down, on a full disk say, is an empty text for good.
  returncode: z.number().nullable().catch(null).exactOptional(),
  job_stderr: z.string().nullable().catch(null).exactOptional(),
  job_directory_contents: z.array(z.string()).exactOptional(),
})

const uploadedShape = z.object({ path: z.string() })
const healthShape = z.object({ version: z.string() })

/** It answered, about one job, what cannot be read; that says nothing of the server, or of another job. */
export function isOdd(error: unknown): boolean {
  return isAbeyanceError(error) && error.details['odd'] === true
}

const over: ReadonlySet<string> = new Set(['complete', 'cancelled', 'failed', 'lost'])

/** Whether it holds a job for over: its own word, which proves nothing of how the job ended. */
export function isOver(said: Said | undefined): boolean {
  return over.has(said?.status ?? '')
}

/** Of files in the one folder of a job that takes and gives names with folders in them, and that the server never copies. */
const [toMetadata, ofMetadata] = ['metadata', 'output_metadata']

/** A submission lasts as long as the server's own `sbatch` or `qsub`. */
const submitPatience = 90_000

export interface ServerOptions extends WayOptions {
  readonly manager?: string
}

export type ServerAddress = Omit<ServerOptions, 'clock' | 'count'>

export function openServer({ manager, ...options }: ServerOptions): PulsarServer {
  const way = openWay(options)
  const jobs = manager === undefined ? 'jobs' : `managers/${encodeURIComponent(manager)}/jobs`
  const of = (id: string, act = '') => `${jobs}/${encodeURIComponent(id)}${act}`
  const name = `pulsar at ${options.url.host}${manager === undefined ? '' : `, manager ${manager}`}`
  const ask = async (exchange: Exchange) => taken(await way.send(exchange), name, exchange.what)
  const read = <S extends z.ZodType>(reply: Reply | undefined, shape: S, what: string) =>
    reply && readReply(reply, shape, { what: `${name}: ${what}`, token: options.token })

  return {
    name,
    async version(call) {
      const what = 'asking for its version'
      const reply = await way.send({ method: 'GET', path: 'healthz', what, ...call })
      return reply.code === 404 ? undefined : read(taken(reply, name, what), healthShape, what)?.version
    },
    async setUp(id, call) {
      const what = `setting up ${id}`
      // A client that says so gets a folder for metadata.
      const query = { job_id: id, use_metadata: 'true' }
      return read(await ask({ method: 'POST', path: jobs, query, what, ...call }), setUpShape, what)
    },
    async upload(id, file, body, call) {
      const what = `sending ${file}`
      const query = { name: file, type: toMetadata }
      const reply = await ask({ method: 'POST', path: of(id, '/files'), query, body, what, ...call })
      return read(reply, uploadedShape, what)?.path
    },
    async submit(id, command, { dependencies = [], remoteStaging, ...call }) {
      const what = `submitting ${id}`
      const query = {
        command_line: command,
        ...dependenciesQuery(dependencies),
        ...(remoteStaging !== undefined && { remote_staging: JSON.stringify(remoteStaging) }),
      }
      const patience = submitPatience
      const path = of(id, '/submit')
      return (await ask({ method: 'POST', path, query, what, patience, fresh: true, ...call })) !== undefined
    },
    async look(id, call) {
      const what = `asking for the state of ${id}`
      return read(await ask({ method: 'GET', path: of(id, '/status'), what, ...call }), saidShape, what)
    },
    async read(id, file, call) {
      const query = { name: file, type: ofMetadata }
      const what = `reading ${file}`
      return (await ask({ method: 'GET', path: of(id, '/files'), query, what, ...call }))?.bytes
    },
    async stream(id, file, sink, call) {
      const query = { name: file, type: ofMetadata }
      const what = `reading ${file}`
      return (await ask({ method: 'GET', path: of(id, '/files'), query, what, sink, ...call })) !== undefined
    },
    async cancel(id, call) {
      await ask({ method: 'PUT', path: of(id, '/cancel'), what: `cancelling ${id}`, ...call })
    },
    async remove(id, call) {
      await ask({ method: 'DELETE', path: of(id), what: `removing ${id}`, ...call })
    },
    close: () => way.close(),
  }
}

function dependenciesQuery(dependencies: readonly Requirement[]): Readonly<Record<string, string>> {
  if (dependencies.length === 0) return {}
  const requirements = dependencies.map((one) => ({ ...one, type: 'package' }))
  return { dependencies_description: JSON.stringify({ requirements, installed_tool_dependencies: [] }) }
}

/** Undefined where the server refused, which it does with the same page for whatever reason. */
function taken(reply: Reply, name: string, what: string): Reply | undefined {
  const { code } = reply
  if (code === 200) return reply
  if (code === 500) return undefined
  if (code === 401)
    throw new AbeyanceError(
      'authentication-failed',
      `${name} does not take the token (401): ${what}; check \`token\` here and \`private_token\` in its app.yml`,
    )
  if (code === 404)
    throw new AbeyanceError(
      'transport-failed',
      `${name} knows no such address (404): ${what}; check \`url\`: a Pulsar server may be elsewhere on that host`,
    )
  if (code === 413 || code === 414 || code === 431)
    throw new AbeyanceError(
      'transport-failed',
      `what stands before ${name} takes no request as long (${code}): ${what}; see its administrator's page`,
    )
  const busy = code === 429 || code === 502 || code === 503 || code === 504
  throw new AbeyanceError(busy ? 'unreachable' : 'transport-failed', `${name} answered ${code}: ${what}`)
}

/** Everything is said to be HTML: what it is shows when it is read. */
function readReply<S extends z.ZodType>(
  { bytes }: Reply,
  shape: S,
  { what, token }: { readonly what: string; readonly token: string | undefined },
): z.output<S> {
  const text = new TextDecoder().decode(bytes)
  try {
    return shape.parse(parseJson(text))
  } catch (error) {
    throw new AbeyanceError(
      'transport-failed',
      `${what} gave what no Pulsar says: ${withoutToken(text, token).slice(0, 200)}`,
      {
        cause: error,
        details: { odd: true },
      },
    )
  }
}

/** A page of somebody else's, a portal's say, may repeat the address that it was asked for. */
function withoutToken(text: string, token: string | undefined): string {
  if (token === undefined || token === '') return text
  const [, encoded = token] = new URLSearchParams({ token }).toString().split('=', 2)
  return [token, encoded, encodeURIComponent(token)].reduce((clean, one) => clean.replaceAll(one, '…'), text)
}
