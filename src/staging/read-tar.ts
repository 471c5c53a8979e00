import { AbeyanceError } from '../core/error.ts'

/** A file or hard link of an archive, in the order of the archive; a hard link has no bytes. */
export interface TarFile {
  readonly kind: 'file' | 'hard-link'
  readonly bytes: Uint8Array
}

const block = 512

/**
 * Reads an archive of small files as it comes: hand it the pieces, it hands on each file. Names are not read, since whoever
 * asked for the files knows them in their order; so no name in an archive leads anywhere.
 */
export function readTar(
  take: (file: TarFile) => Promise<void>,
  largest: number,
): (piece: Uint8Array) => Promise<void> {
  let pieces: Uint8Array[] = []
  let length = 0
  let needed = block
  return async (piece) => {
    pieces.push(piece)
    length += piece.length
    if (length < needed) return // joined once, when a whole file is there
    const rest = Buffer.concat(pieces)
    let at = 0
    needed = block
    while (rest.length - at >= block) {
      const kind = rest[at + 156]
      const size = rest[at] === 0 ? 0 : sizeIn(rest.subarray(at, at + block))
      if (size > largest) throw damaged(`a file of ${size} bytes`)
      const end = at + block + Math.ceil(size / block) * block
      if (rest.length < end) {
        needed = end - at
        break
      }
      const isFile = rest[at] !== 0 && (kind === 0x30 || kind === 0)
      if (isFile) await take({ kind: 'file', bytes: rest.subarray(at + block, at + block + size) })
      else if (rest[at] !== 0 && kind === 0x31) await take({ kind: 'hard-link', bytes: new Uint8Array() })
      at = end
    }
    length = rest.length - at
    pieces = [Buffer.from(rest.subarray(at))]
  }
}

function sizeIn(header: Buffer): number {
  const text = header
    .toString('latin1', 124, 136)
    .replace(/[\0 ]+$/, '')
    .trim()
  if (!/^[0-7]*$/.test(text)) throw damaged(`a size ${JSON.stringify(text)}`)
  return text === '' ? 0 : Number.parseInt(text, 8)
}

function damaged(what: string): AbeyanceError {
  return new AbeyanceError(
    'transport-failed',
    `an archive arrived damaged, with ${what}; it is asked for again`,
  )
}
