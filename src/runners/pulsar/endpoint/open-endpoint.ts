import { dirname, join } from 'node:path'
import type { Clock } from '../../../core/clock.ts'
import { tag as asTag, type Tag } from '../../../core/ids.ts'
import { keyFile } from '../../../core/key-file.ts'
import {
  isMissing,
  makeFolder,
  namesIn,
  readBytes,
  readTextIfThere,
  remove,
  statIfThere,
} from '../../../core/system/files.ts'
import { publish } from '../../../core/system/publish.ts'
import { readPieces } from '../../../core/system/read-pieces.ts'
import type { Endpoint } from '../endpoint.ts'
import { openOffers } from './offers.ts'
import { signed } from './signature.ts'

export interface EndpointOptions {
  /** A local folder of its own, in which all of it is kept; several processes may have it open. */
  readonly folder: string
  /** Where machines reach it. */
  readonly url: URL
  /** Milliseconds for which an address is good; 60 days when not given. */
  readonly expires?: number
  readonly clock: Clock
}

const usualExpiry = 60 * 86_400_000

/**
 *     key                what addresses are signed with; its user's alone
 *     TAG/offers         what is given, a line each; TAG/given/ has what was no file
 *     TAG/stop           it is to stop
 *     TAG/fault          what could not be given or taken last
 *     TAG/there/...      what was brought, as it is named over there: `claim.1`, `run.1/exit`
 */
export function openEndpoint({ folder, url, expires = usualExpiry, clock }: EndpointOptions): Endpoint {
  const offers = openOffers()
  let key: Promise<string> | undefined
  const own = (tag: Tag) => join(folder, tag)

  return {
    url,
    async address(tag) {
      key ??= endpointKey(folder)
      const until = Math.ceil((clock.now() + expires) / 1000)
      return `${url.href.replace(/\/$/, '')}/${tag}?${signed(await key, tag, until)}`
    },
    offer: (tag, name, content) => offers.add(own(tag), { name, content }),
    async offered(tag) {
      const all = [...(await offers.all(own(tag)))].map(([name, content]) => ({ name, content }))
      const newest = nonceOf(all.at(-1)?.name ?? '')
      return all.filter(({ name }) => nonceOf(name) === newest)
    },
    async read(name) {
      const path = broughtPath(folder, name)
      const list = /\/live\/(stdout|stderr)$/.exec(name)
      if (list) return offsetsIn(dirname(path), list[1] ?? '')
      try {
        return await readBytes(path)
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    async stream(name, sink) {
      const path = broughtPath(folder, name)
      if (!(await statIfThere(path))) return false
      for await (const piece of readPieces(path, 0, 256 * 1024)) if (!(await sink(piece))) break
      return true
    },
    async size(name) {
      const path = broughtPath(folder, name)
      const here = await statIfThere(path)
      const found = here ?? (await statIfThere(`${path}${partial}`))
      return found && Number(found.size)
    },
    async stop(tag) {
      await makeFolder(own(tag))
      await publish(join(own(tag), 'stop'), 'stop\n')
    },
    isStopped: async (tag) => (await statIfThere(join(own(tag), 'stop'))) !== undefined,
    async folder(tag) {
      await makeFolder(own(tag))
      return own(tag)
    },
    attempts: async () => (await namesIn(folder)).filter((name) => name !== keyName).map(asTag),
    fault: async (tag) => (await readTextIfThere(join(own(tag), 'fault')))?.trim(),
    remove: (tag) => remove(own(tag)),
  }
}

const keyName = 'key'

/** Of what is on its way. */
export const partial = '.part'

export async function endpointKey(folder: string): Promise<string> {
  await makeFolder(folder)
  return keyFile(join(folder, keyName))
}

/** `TAG/run.1/exit` is `TAG/there/run.1/exit`. */
export function broughtPath(folder: string, name: string): string {
  const [tag = '', ...within] = name.split('/')
  return join(folder, tag, 'there', ...within)
}

function nonceOf(name: string): string | undefined {
  return /^[^/]+\/(?:sent|start)\.([^/]+)/.exec(name)?.[1]
}

/** As the wrapper writes them down over there. */
async function offsetsIn(folder: string, stream: string): Promise<Uint8Array | undefined> {
  const found = (await namesIn(folder)).flatMap((name) => {
    const [, named, offset] = /^(stdout|stderr)\.(\d+)$/.exec(name) ?? []
    return named === stream && offset !== undefined ? [Number(offset)] : []
  })
  if (found.length === 0) return undefined
  return Buffer.from(
    found
      .toSorted((a, b) => a - b)
      .map((offset) => `${offset}\n`)
      .join(''),
  )
}
