import { join } from 'node:path'
import { z } from 'zod'
import { digest as asDigest } from '../../../core/ids.ts'
import { parseJson } from '../../../core/json.ts'
import { shortHash } from '../../../core/short-hash.ts'
import { openAppendFile } from '../../../core/system/append-file.ts'
import { makeFolder, readTextIfThere, statIfThere, syncFile, write } from '../../../core/system/files.ts'
import { rename } from '../../../core/system/files.ts'
import type { Content } from '../../../staging/content.ts'
import type { Offer } from '../endpoint.ts'

/** What attempts are given, on disk: a line each in `offers`, bytes in files beside it. */
export interface Offers {
  add(folder: string, offer: Offer): Promise<void>
  /** All, safe against a power cut; the last of one name. */
  all(folder: string): Promise<ReadonlyMap<string, Offered>>
  find(folder: string, name: string): Promise<Content | undefined>
}

const line = z.object({
  name: z.string(),
  digest: z.string(),
  size: z.number(),
  path: z.string(),
  /** It was no file. */
  given: z.literal(true).exactOptional(),
})

export interface Offered extends Content {
  readonly from: { readonly path: string }
  /** It was no file. */
  readonly given?: true
}

export function openOffers(): Offers {
  const read = new Map<string, { readonly size: bigint; readonly offers: ReadonlyMap<string, Offered> }>()

  async function load(folder: string): Promise<ReadonlyMap<string, Offered>> {
    const path = join(folder, 'offers')
    const size = (await statIfThere(path))?.size ?? 0n
    const known = read.get(folder)
    if (known?.size === size) return known.offers
    const lines = ((await readTextIfThere(path)) ?? '').split('\n').slice(0, -1)
    const offers = new Map(
      lines.map((text) => {
        const { name, digest, size: length, path: from, given } = line.parse(parseJson(text))
        return [
          name,
          { digest: asDigest(digest), size: length, from: { path: from }, ...(given && { given }) },
        ]
      }),
    )
    // The last few, in whatever folder: a server asks for one attempt's files one after another.
    if (read.size > 64) read.clear()
    read.set(folder, { size, offers })
    return offers
  }

  return {
    async add(folder, { name, content }) {
      await makeFolder(folder)
      const isFile = 'path' in content.from
      const path = 'path' in content.from ? content.from.path : await keep(folder, name, content.from.bytes)
      const { digest, size } = content
      const file = await openAppendFile(join(folder, 'offers'))
      try {
        await file.append(
          `${JSON.stringify({ name, digest, size, path, ...(!isFile && { given: true }) })}\n`,
        )
      } finally {
        await file.close()
      }
    },
    async all(folder) {
      const offers = await load(folder)
      if (offers.size > 0) await syncFile(join(folder, 'offers'))
      return offers
    },
    find: async (folder, name) => (await load(folder)).get(name),
  }
}

/** Bytes as a file that nobody changes. */
async function keep(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  await makeFolder(join(folder, 'given'))
  const path = join(folder, 'given', shortHash([name]))
  await write(`${path}.new`, bytes, { mode: 0o600 })
  await syncFile(`${path}.new`)
  await rename(`${path}.new`, path)
  return path
}
