import { join } from 'node:path'
import type { Clock } from '../../../core/clock.ts'
import { tag as asTag, type Tag } from '../../../core/ids.ts'
import { keyFile } from '../../../core/key-file.ts'
import {
  makeFolder,
  namesIn,
  readBytes,
  readTextIfThere,
  remove,
  statIfThere,
} from '../../../core/system/files.ts'
import { publish } from '../../../core/system/publish.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Content } from '../../../staging/content.ts'
import { readBrought } from './brought.ts'
import { openOffers, type Offered } from './offers.ts'
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
    async offered(tag, nonce) {
      const all = [...(await offers.all(own(tag)))]
      const asked = nonce ?? nonceOf(all.at(-1)?.[0] ?? '')
      const wanted = all.filter(([name]) => nonceOf(name) === asked)
      return Promise.all(wanted.map(async ([name, content]) => ({ name, content: await withBytes(content) })))
    },
    ...readBrought(folder),
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

export async function endpointKey(folder: string): Promise<string> {
  await makeFolder(folder)
  return keyFile(join(folder, keyName))
}

/** What was no file is none again, unless it is large. */
async function withBytes({ given, ...content }: Offered): Promise<Content> {
  const isText = given === true && content.size <= 64 * 1024
  return isText ? { ...content, from: { bytes: await readBytes(content.from.path) } } : content
}

function nonceOf(name: string): string | undefined {
  return /^[^/]+\/(?:sent|start)\.([^/]+)/.exec(name)?.[1]
}
