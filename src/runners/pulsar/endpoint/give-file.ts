import { stat } from '../../../core/system/files.ts'
import { readContent, type Content } from '../../../staging/content.ts'

export interface Giving {
  /** Told of bytes as they go. */
  count(bytes: number): void
  /** The file could not be read to its end: what was given of it is less than was said. */
  broke(error: unknown): void
}

/** A file, or the range of it that was asked for: 409 for one that is not what was signed any more. */
export async function giveFile(request: Request, content: Content, giving: Giving): Promise<Response> {
  const { size, digest, from } = content
  if ('path' in from && Number((await stat(from.path)).size) !== size)
    return new Response(null, { status: 409 })
  const headers = {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
    'cache-control': 'no-store',
    connection: 'close', // so that a body that ends early is seen to
  }
  const range = rangeOf(request, content)
  if (range === 'none')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } })
  const { first, last } = range ?? { first: 0, last: size - 1 }
  const length = last - first + 1
  const body = request.method === 'HEAD' ? null : bodyOf(content, { first, length }, giving)
  return new Response(body, {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(length),
      ...(range && { 'content-range': `bytes ${first}-${last}/${size}` }),
    },
  })
}

interface Range {
  readonly first: number
  /** This one too. */
  readonly last: number
}

/** `none` where the file has nothing of it. What is no single range, or of another file, asks for all of it. */
function rangeOf({ headers }: Request, { size, digest }: Content): Range | 'none' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.get('range') ?? '') ?? []
  const only = headers.get('if-range')
  if ((from === '' && to === '') || (only !== null && only !== `"${digest}"`)) return undefined
  if (from === '')
    return to === '0' || size === 0 ? 'none' : { first: Math.max(0, size - Number(to)), last: size - 1 }
  const [first, last] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)]
  if (first >= size) return 'none'
  return last < first ? undefined : { first, last }
}

function bodyOf(
  content: Content,
  { first, length }: { readonly first: number; readonly length: number },
  { count, broke }: Giving,
): ReadableStream<Uint8Array> {
  const pieces = readContent(content, first)
  let left = length
  const next = async () => {
    const { value } = left > 0 ? await pieces.next() : { value: undefined }
    const part = value && new Uint8Array(value.subarray(0, left)) // its buffer is read into again
    left -= part?.length ?? left
    return part
  }
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const part = await next()
          if (part) controller.enqueue(part)
          count(part?.length ?? 0)
        } catch (error) {
          broke(error)
          left = 0
        }
        if (left > 0) return
        await pieces.return(undefined)
        controller.close()
      },
      async cancel() {
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 1 },
  )
}
