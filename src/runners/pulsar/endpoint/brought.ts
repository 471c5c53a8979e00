import { dirname, join } from 'node:path'
import { AbeyanceError } from '../../../core/error.ts'
import { copy, link, namesIn, readBytes, stat, statIfThere } from '../../../core/system/files.ts'
import { readPieces } from '../../../core/system/read-pieces.ts'
import type { Endpoint } from '../endpoint.ts'

/** What was brought, as it is asked for. */
export function readBrought(folder: string): Pick<Endpoint, 'read' | 'stream' | 'has' | 'lay' | 'size'> {
  return {
    async read(name) {
      const path = broughtPath(folder, name)
      const [, list] = /\/live\/((?:job_)?std(?:out|err))$/.exec(name) ?? []
      if (list !== undefined) return offsetList(dirname(path), list)
      const files = await filesOf(path)
      return files && Buffer.concat(await Promise.all(files.map(readBytes)))
    },
    async stream(name, sink) {
      const files = await filesOf(broughtPath(folder, name))
      for (const file of files ?? [])
        for await (const piece of readPieces(file, 0, 256 * 1024)) if (!(await sink(piece))) return true
      return files !== undefined
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
  if (name.split('/').includes('..'))
    throw new AbeyanceError('invalid-value', `${name} is no name of a file that was brought`)
  return join(folder, tag, 'there', ...within)
}

/** What makes up a file: itself, or of a whole stream the pieces of it, as far as there is no gap. Undefined where nothing of it is here. */
async function filesOf(path: string): Promise<readonly string[] | undefined> {
  const [, run, stream] = /^(.*\/run\.\d+)\/((?:job_)?std(?:out|err))$/.exec(path) ?? []
  if (run === undefined || stream === undefined) return (await statIfThere(path)) ? [path] : undefined
  const whole = join(run, 'out', stream)
  if (await statIfThere(whole)) return [whole]
  const pieces: string[] = []
  let end = 0
  for (const offset of await offsetsIn(join(run, 'live'), stream)) {
    if (offset !== end) break
    const piece = join(run, 'live', `${stream}.${offset}`)
    end += Number((await stat(piece)).size)
    pieces.push(piece)
  }
  return pieces.length > 0 ? pieces : undefined
}

/** As the wrapper writes them down over there. */
async function offsetList(folder: string, stream: string): Promise<Uint8Array | undefined> {
  const offsets = await offsetsIn(folder, stream)
  return offsets.length === 0 ? undefined : Buffer.from(offsets.map((offset) => `${offset}\n`).join(''))
}

async function offsetsIn(folder: string, stream: string): Promise<readonly number[]> {
  const found = (await namesIn(folder)).flatMap((name) => {
    const [, named, offset] = /^((?:job_)?std(?:out|err))\.(\d+)$/.exec(name) ?? []
    return named === stream && offset !== undefined ? [Number(offset)] : []
  })
  return found.toSorted((a, b) => a - b)
}
