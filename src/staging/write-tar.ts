/** One thing in an archive. Names are relative; a hard link's target is the name of something at the place of unpacking. */
export type TarEntry =
  | { readonly kind: 'file'; readonly name: string; readonly size: number; readonly bytes: Bytes }
  | { readonly kind: 'folder'; readonly name: string }
  | { readonly kind: 'link' | 'hard-link'; readonly name: string; readonly target: string }

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

const block = 512
const flags = { file: '0', 'hard-link': '1', link: '2', folder: '5', 'long target': 'K', 'long name': 'L' }

/** An archive as every `tar` reads it; long names go as GNU's own entries. A file must give exactly as many bytes as it has. */
export async function* writeTar(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
): AsyncGenerator<Uint8Array> {
  let small: Uint8Array[] = []
  let length = 0
  for await (const entry of entries)
    for await (const bytes of textOf(entry)) {
      // One piece of many small ones: each piece costs a turn of whoever sends it.
      small.push(Uint8Array.from(bytes))
      length += bytes.length
      if (length < 256 * 1024) continue
      yield Buffer.concat(small)
      small = []
      length = 0
    }
  yield Buffer.concat([...small, Buffer.alloc(2 * block)])
}

async function* textOf(entry: TarEntry): AsyncGenerator<Uint8Array> {
  const name = Buffer.from(entry.name)
  const target = Buffer.from('target' in entry ? entry.target : '')
  if (name.length > 100) yield longer('long name', name)
  if (target.length > 100) yield longer('long target', target)
  const size = entry.kind === 'file' ? entry.size : 0
  yield header(entry.kind, name, size, target)
  if (entry.kind !== 'file') return
  yield* entry.bytes
  if (size % block > 0) yield Buffer.alloc(block - (size % block))
}

function longer(kind: 'long name' | 'long target', name: Uint8Array): Uint8Array {
  const text = Buffer.alloc(Math.ceil((name.length + 1) / block) * block)
  text.set(name)
  return Buffer.concat([header(kind, Buffer.from('././@LongLink'), name.length + 1), text])
}

function header(
  kind: keyof typeof flags,
  name: Uint8Array,
  size: number,
  target: Uint8Array = new Uint8Array(),
): Uint8Array {
  const bytes = Buffer.alloc(block)
  bytes.set(name.subarray(0, 100))
  bytes.write(kind === 'folder' ? '0000755\0' : '0000444\0', 100)
  bytes.write('0000000\0'.repeat(2), 108) // owner and group
  bytes.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0${' '.repeat(8)}`, 124)
  bytes.write(flags[kind], 156)
  bytes.set(target.subarray(0, 100), 157)
  bytes.write('ustar  \0', 257)
  const sum = bytes.reduce((all, byte) => all + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}
