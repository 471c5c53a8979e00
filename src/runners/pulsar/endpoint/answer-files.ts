import { dirname, join } from 'node:path'
import type { Clock } from '../../../core/clock.ts'
import { isAbeyanceError, messageOf } from '../../../core/error.ts'
import { tag as asTag, type Tag } from '../../../core/ids.ts'
import type { Logger } from '../../../core/logger.ts'
import { makeFolder, statIfThere, systemCode, write } from '../../../core/system/files.ts'
import type { Heard } from '../endpoint.ts'
import { broughtKind, nameOf } from './brought-kind.ts'
import { giveFile } from './give-file.ts'
import { openOffers } from './offers.ts'
import { broughtPath, partial } from './brought.ts'
import { endpointKey } from './open-endpoint.ts'
import { judge } from './signature.ts'
import { takeFile } from './take-file.ts'

export interface Answering {
  /** As that of the endpoint. */
  readonly folder: string
  readonly clock: Clock
  readonly logger: Logger
  readonly heard?: Heard
  /** Told of bytes as they go. */
  travelled?(tag: Tag, way: 'given' | 'taken', bytes: number): void
}

/** Answers the machines of jobs: any number of processes may, and whoever mounts it takes its own part off the path or leaves it. */
export function answerFiles(answering: Answering): (request: Request) => Promise<Response> {
  const { folder, clock, logger } = answering
  const offers = openOffers()
  let key: Promise<string> | undefined
  let count = 0

  return async (request) => {
    const url = new URL(request.url)
    const tag = asTag(/\/([A-Za-z0-9][A-Za-z0-9_-]*)$/.exec(url.pathname)?.[1] ?? '-')
    key ??= endpointKey(folder)
    // Before anything else is looked at, and before a byte of a body is read.
    const judged = judge(await key, tag, url.searchParams, clock.now())
    if (judged !== 'good')
      return say(403, judged === 'over' ? 'this address is over' : 'this is no address of ours')
    const name = nameOf(tag, url.searchParams.get('path') ?? '')
    const asked = { request, tag, name }
    const faulty = (code: number, why: string) => refuse(answering, asked, code, why)
    if (!(await statIfThere(join(folder, tag))))
      return say(403, `nothing is given or taken for ${tag} any more`)
    try {
      switch (request.method) {
        case 'GET':
        case 'HEAD': {
          const content = await offers.find(join(folder, tag), name)
          if (content === undefined) return await faulty(404, 'it was not offered')
          const given = await giveFile(request, content, {
            count: (bytes) => answering.travelled?.(tag, 'given', bytes),
            broke: (error) => void faulty(500, messageOf(error)),
          })
          return given.status === 409 ? await faulty(409, 'it is not what was signed any more') : given
        }
        case 'POST':
        case 'PUT':
          return await take(answering, asked, (count += 1))
        default:
          return say(405, 'there is GET, HEAD, POST and PUT')
      }
    } catch (error) {
      logger.warn({ tag, name, error: messageOf(error) }, 'a file of a job could not be given or taken')
      return faulty(codeOf(error), messageOf(error))
    }
  }
}

interface Asked {
  readonly request: Request
  readonly tag: Tag
  readonly name: string
}

async function take(answering: Answering, { request, tag, name }: Asked, count: number): Promise<Response> {
  const { folder, clock, heard } = answering
  const kind = broughtKind(tag, name)
  if (kind === undefined) return say(403, `${name || 'what has no name'} is not among what ${tag} brings`)
  const said = Number(request.headers.get('content-length') ?? 0)
  if (said > kind.most + spareForForm)
    return refuse(answering, { request, tag, name }, 413, `it has ${said} bytes`)
  const path = broughtPath(folder, name)
  if (!(await statIfThere(join(folder, tag))))
    return say(403, `nothing is given or taken for ${tag} any more`)
  const draft = await draftOf(path, count)
  await takeFile({
    request,
    path,
    draft,
    kind,
    clock,
    count: (bytes) => answering.travelled?.(tag, 'taken', bytes),
  })
  heard?.(tag, name)
  // Exactly 200: a server takes 201 and 204 for failures.
  return say(200, (await statIfThere(join(folder, tag, 'stop'))) ? 'stop' : 'ok')
}

/** By its plain name, how far it has come can be seen; of two at once, one has another. */
async function draftOf(path: string, count: number): Promise<string> {
  const draft = `${path}${partial}`
  await makeFolder(dirname(path))
  try {
    await write(draft, '', { exclusive: true, mode: 0o600 })
    return draft
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    const other = `${draft}.${process.pid}.${count}`
    await write(other, '', { mode: 0o600 })
    return other
  }
}

/** What a form has beside its file. */
const spareForForm = 64 * 1024

function codeOf(error: unknown): number {
  if (isAbeyanceError(error) && error.details['most'] !== undefined) return 413
  if (isAbeyanceError(error) && error.details['length'] === 'missing') return 411
  if (isAbeyanceError(error, 'connection-lost')) return 408
  if (isAbeyanceError(error, 'invalid-value')) return 400
  if (isAbeyanceError(error, 'missing-file') || systemCode(error) === 'ENOENT') return 404
  return isAbeyanceError(error, 'disk-full') ? 507 : 500
}

/** Kept with the attempt: a server does not tell why it gave up. */
async function refuse({ folder }: Answering, { request, tag, name }: Asked, code: number, why: string) {
  const verb = request.method === 'GET' || request.method === 'HEAD' ? 'given' : 'taken'
  // One that was removed stays so: its address is good only as long as its folder is there.
  if (await statIfThere(join(folder, tag)))
    await write(join(folder, tag, 'fault'), `${name} was not ${verb} (${code}): ${why}\n`)
  return say(code, why)
}

function say(code: number, text: string): Response {
  return new Response(`${text}\n`, { status: code, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
