import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import { AbeyanceError } from '../../../core/error.ts'
import type { Clock } from '../../../core/clock.ts'
import { createHash } from 'node:crypto'
import { openAppendFile } from '../../../core/system/append-file.ts'
import { remove, rename, statIfThere } from '../../../core/system/files.ts'
import { readPieces } from '../../../core/system/read-pieces.ts'
import { syncFolder } from '../../../core/system/publish.ts'
import type { BroughtKind } from './brought-kind.ts'

export interface Taking {
  readonly request: Request
  readonly path: string
  /** Where it is gathered, for this request alone. */
  readonly draft: string
  readonly kind: BroughtKind
  readonly clock: Clock
  count(bytes: number): void
}

/**
 * Takes the body of a request as one file, a part of a form or the body itself: nothing is seen of it until it is here whole, then all of it.
 * @throws `connection-lost` where it ended early or nothing came for a minute
 */
export async function takeFile(taking: Taking): Promise<void> {
  const { request, draft, kind, count } = taking
  const file = await openAppendFile(draft)
  try {
    let size = 0
    const hash = createHash('sha256')
    for await (const piece of isForm(request) ? filePart(taking) : wholeBody(taking)) {
      count(piece.length)
      size += piece.length
      if (kind.digest !== undefined) hash.update(piece)
      if (size > kind.most) throw tooLarge(kind.most)
      await file.append(piece)
    }
    if (kind.digest !== undefined && hash.digest('hex') !== kind.digest)
      throw new AbeyanceError('invalid-value', 'it is not what its machine had')
    if (size < (kind.least ?? 0)) throw new AbeyanceError('invalid-value', 'there is nothing in it')
    if (kind.isKept) await file.sync()
    await file.close()
    await settle(taking)
  } finally {
    await file.close()
    await remove(draft)
  }
}

function tooLarge(most: number): AbeyanceError {
  return new AbeyanceError('invalid-value', `it is larger than ${most} bytes`, { details: { most } })
}

async function settle({ path, draft, kind }: Taking): Promise<void> {
  const before = await statIfThere(path)
  if (kind.way === 'once' && before) return
  if (kind.way === 'appended') return append(path, draft, kind.most - Number(before?.size ?? 0))
  await rename(draft, path)
  if (kind.isKept) await syncFolder(dirname(path))
}

/** What is beyond the bound is dropped: the stream itself comes home when the job has ended. */
async function append(path: string, draft: string, room: number): Promise<void> {
  const file = await openAppendFile(path)
  let left = room
  try {
    for await (const piece of readPieces(draft, 0, 64 * 1024)) {
      await file.append(piece.subarray(0, Math.max(0, left)))
      left -= piece.length
    }
  } finally {
    await file.close()
  }
}

function isForm(request: Request): boolean {
  return /^multipart\/form-data/i.test(request.headers.get('content-type') ?? '')
}

/** The one file of a form. A form that ends early is a fault, also where the file in it looked whole. */
async function* filePart(taking: Taking): AsyncGenerator<Uint8Array> {
  const type = taking.request.headers.get('content-type') ?? ''
  const form = new Busboy({
    headers: { 'content-type': type },
    limits: { files: 1, parts: 4, fileSize: Infinity },
  })
  const found = new Promise<Readable | undefined>((resolve, reject) => {
    form.once('file', (_name, file) => {
      form.on('error', (error) => file.destroy(error instanceof Error ? error : undefined))
      resolve(file)
    })
    form.once('finish', () => resolve(undefined))
    form.on('error', reject)
  })
  const finished = new Promise<void>((resolve, reject) => {
    form.once('finish', resolve)
    form.on('error', reject)
  })
  const sent = Readable.from(patiently(taking))
  sent.on('error', (error) => form.destroy(error))
  for (const one of [found, finished]) one.catch(() => {}) // whichever is awaited says it
  sent.pipe(form)
  try {
    const file = await found
    if (file === undefined) throw new AbeyanceError('invalid-value', 'there is no file in the form')
    const pieces: AsyncIterable<Buffer> = file
    yield* pieces
    await finished
  } catch (error) {
    throw error instanceof AbeyanceError ? error : early(error)
  } finally {
    sent.destroy()
  }
}

/** The body itself. One whose sender was gone before it was read looks empty, so its length has to be what was said. */
async function* wholeBody(taking: Taking): AsyncGenerator<Uint8Array> {
  const said = taking.request.headers.get('content-length')
  if (said === null)
    throw new AbeyanceError('invalid-value', 'it came without its length: see what stands before us', {
      details: { length: 'missing' },
    })
  let left = Number(said)
  for await (const piece of patiently(taking)) {
    left -= piece.length
    yield piece
  }
  if (left !== 0) throw early(`it came ${left} bytes short of its length`)
}

const patience = 60_000

/** The bytes of the body, as long as they keep coming. */
async function* patiently({ request, clock }: Taking): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const { done, value } = await beforeLate(clock, reader.read())
      if (done) return
      yield value
    }
  } catch (error) {
    throw error instanceof AbeyanceError ? error : early(error)
  } finally {
    reader.cancel().catch(() => {}) // it may have broken
  }
}

async function beforeLate<T>(clock: Clock, next: Promise<T>): Promise<T> {
  let end = () => {}
  const late = new Promise<never>((_, reject) => {
    const why = `nothing came for ${patience / 1000} s`
    const timer = clock.setTimeout(() => reject(new AbeyanceError('connection-lost', why)), patience)
    end = () => clock.clearTimeout(timer)
  })
  try {
    return await Promise.race([next, late])
  } finally {
    end()
  }
}

function early(cause: unknown): AbeyanceError {
  return new AbeyanceError('connection-lost', 'it ended before it was whole', { cause })
}
