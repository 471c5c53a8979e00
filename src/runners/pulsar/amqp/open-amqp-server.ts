import { createHash } from 'node:crypto'
import type { Clock } from '../../../core/clock.ts'
import { digest, tag as asTag } from '../../../core/ids.ts'
import type { Json } from '../../../core/json.ts'
import type { Logger } from '../../../core/logger.ts'
import { quote } from '../../../core/quote.ts'
import type { Content } from '../../../staging/content.ts'
import { wasNotSent } from '../../../transports/not-sent.ts'
import type { Endpoint } from '../endpoint.ts'
import { homeOf } from '../home.ts'
import { remoteStaging } from '../remote-staging.ts'
import type { Body } from '../send.ts'
import type { PulsarServer, Requirement } from '../server.ts'
import { openAsking, type Asking } from './asking.ts'
import { openCorrespondence, type Correspondence, type Letter } from './correspondence.ts'
import type { Link } from './link.ts'
import type { Topology } from './topology.ts'
import { unrouted } from './unrouted.ts'
import { foldUpdate, saidOf, type Word } from './word.ts'
import { openWordBook, type WordBook } from './word-book.ts'

export interface AmqpServerOptions {
  readonly link: Link
  readonly topology: Topology
  readonly manager?: string
  readonly endpoint: Endpoint
  readonly clock: Clock
  readonly logger: Logger
  /** Something was heard of a job. */
  wake(): void
}

/**
 * A Pulsar server behind a broker: it is told by messages, and brings and gets files by itself at our endpoint. What it says comes once, and is
 * written down before it is acknowledged; what it should have said is asked for. Nothing can be read over there: what is read is what came.
 */
export function openAmqpServer(options: AmqpServerOptions): PulsarServer {
  const { link, topology, manager, endpoint, clock, logger, wake } = options
  const name = `pulsar behind ${link.name}, ${manager === undefined ? 'its default manager' : `manager ${manager}`}`
  const book = openWordBook(endpoint)
  const letters = openCorrespondence({
    link,
    topology,
    unrouted: unrouted(link, topology, manager),
    async heard(update) {
      const tag = asTag(update.job_id)
      version = update.pulsar_version ?? version
      if ((await book.read(tag)) === undefined)
        return logger.debug({ tag }, `${name} told of a job that is none of ours`)
      await book.change(tag, (word) => foldUpdate(word, update, clock.now()))
      asking.answered(tag)
      if (update.status === 'lost') asking.doubted(tag)
      wake()
    },
    async taken(id, kind) {
      // A server takes a question before it looks whether it has such a job.
      if (kind !== 'setup') return
      const tag = asTag(id)
      if ((await book.read(tag)) !== undefined) await book.change(tag, (word) => ({ ...word, taken: true }))
    },
  })
  const asking = openAsking(clock, async (tag, call) => letters.send({ kind: 'status', id: tag }, call))
  let version: string | undefined

  return {
    name,
    version: async () => version,
    ...filesAt(endpoint),
    ...jobsAt({ endpoint, clock, book, letters, asking }),
    async close() {
      await letters.close()
      await link.close()
    },
  }
}

interface Parts extends Pick<AmqpServerOptions, 'endpoint' | 'clock'> {
  readonly book: WordBook
  readonly letters: Correspondence
  readonly asking: Asking
}

/** What is done with jobs, each time by a message; what is written down before it is there when the answer comes. */
function jobsAt({
  endpoint,
  clock,
  book,
  letters,
  asking,
}: Parts): Pick<PulsarServer, 'setUp' | 'submit' | 'look' | 'cancel' | 'remove'> {
  return {
    async setUp(id, call) {
      await letters.ready(call)
      return { job_id: id }
    },
    async submit(id, command, { dependencies = [], ...call }) {
      const tag = asTag(id)
      // Another process may be at it too, and has offered for its own submission.
      const nonce = /\/start\.([\w-]+)/.exec(command)?.[1]
      const staging = await remoteStaging(endpoint, tag, 'everything', nonce)
      await book.change(tag, (word) => ({ ...word, asked: clock.now() }))
      try {
        await letters.send(launch(id, command, { dependencies, staging }), call)
      } catch (error) {
        if (wasNotSent(error)) await book.change(tag, neverAsked)
        throw error
      }
      await book.change(tag, (word) => ({ ...word, launched: clock.now() }))
      return true
    },
    async look(id, call) {
      const tag = asTag(id)
      // Of a broker that is not reached nothing is claimed, though some of it may be known.
      await letters.probe(call)
      const word = await book.read(tag)
      if (word?.asked === undefined && (await endpoint.isStopped(tag))) return { status: 'preprocessing' } // and never submitted
      if (word?.asked !== undefined && word.ended === undefined) await asking.ask(tag, call)
      return saidOf(await book.read(tag))
    },
    async cancel(id, call) {
      const tag = asTag(id)
      if (!asking.hurry(tag)) return // one for each question: they wait where nobody listens
      await letters.send({ kind: 'kill', id }, call)
    },
    async remove(id, call) {
      const tag = asTag(id)
      // A server removes nothing by a message: another job does it, and leaves a few lines of its own.
      if ((await book.read(tag))?.asked !== undefined)
        await letters.send(launch(`${id}-removed`, `rm -rf ../../${quote(id)}`), call)
      book.forget(tag)
      asking.forget(tag)
      await endpoint.remove(tag)
    },
  }
}

/** What goes there is offered to it, and what can be read is what came. */
function filesAt(endpoint: Endpoint): Pick<PulsarServer, 'upload' | 'read' | 'stream'> {
  return {
    async upload(id, file, body) {
      const tag = asTag(id)
      const { stop, over } = homeOf(tag)
      if (file === stop || file === over) await endpoint.stop(tag)
      else await endpoint.offer(tag, file, await contentOf(body))
      // Jobs begin in the folder beside it.
      return `../metadata/${file}`
    },
    async read(id, file) {
      const tag = asTag(id)
      if (file === homeOf(tag).stop) return (await endpoint.isStopped(tag)) ? stopped : undefined
      return endpoint.read(file)
    },
    stream: (_, file, sink) => endpoint.stream(file, sink),
  }
}

/** As before a message that surely did not go out. */
function neverAsked(word: Word): Word {
  const { asked, ...rest } = word
  return asked === undefined ? word : rest
}

const stopped = new TextEncoder().encode('stop\n')

interface Wishes {
  readonly dependencies?: readonly Requirement[]
  readonly staging?: { readonly [key: string]: Json }
}

function launch(id: string, command: string, { dependencies = [], staging }: Wishes = {}): Letter {
  const requirements = dependencies.map(({ name, version }) => ({ name, version, type: 'package' }))
  const more = {
    command_line: command,
    setup_params: { job_id: id, use_metadata: true },
    ...(staging && { remote_staging: staging }),
    ...(requirements.length > 0 && {
      dependencies_description: { requirements, installed_tool_dependencies: [] },
    }),
  }
  return { kind: 'setup', id, more }
}

/** Small ones only: an input is offered from where it is. */
async function contentOf(body: Body): Promise<Content> {
  const pieces: Uint8Array[] = []
  for await (const piece of body.bytes()) pieces.push(new Uint8Array(piece))
  const bytes = new Uint8Array(Buffer.concat(pieces))
  return {
    digest: digest(createHash('sha256').update(bytes).digest('hex')),
    size: bytes.length,
    from: { bytes },
  }
}
