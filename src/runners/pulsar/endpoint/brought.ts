import { dirname, join } from 'node:path'
import { copy, isMissing, link, namesIn, readBytes, statIfThere } from '../../../core/system/files.ts'
import { readPieces } from '../../../core/system/read-pieces.ts'
import type { Endpoint } from '../endpoint.ts'

/** What was brought, as it is asked for. */
export function readBrought(folder: string): Pick<Endpoint, 'read' | 'stream' | 'has' | 'lay' | 'size'> {
  return {
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
    has: async (name) => (await statIfThere(broughtPath(folder, name))) !== undefined,
    async lay(name, path) {
      const here = broughtPath(folder, name)
      if (!(await statIfThere(here))) return false
      await link(here, path).catch(() => copy(here, path)) // on another disk, or one without links
      return true
    },
    async size(name) {
      const path = broughtPath(folder, name)
      const here = await statIfThere(path)
      const found = here ?? (await statIfThere(`${path}${partial}`))
      return found && Number(found.size)
    },
  }
}

/** Of what is on its way. */
export const partial = '.part'

/** `TAG/run.1/exit` is `TAG/there/run.1/exit`. */
export function broughtPath(folder: string, name: string): string {
  const [tag = '', ...within] = name.split('/')
  return join(folder, tag, 'there', ...within)
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
