import { messageOf } from '../../../core/error.ts'
import type { Api } from '../data/api.ts'
import { showSize } from '../words/show-size.ts'
import { mostBytes, type LogBuffer } from './log-buffer.ts'

export type EarlierAnswer =
  { readonly kind: 'rows'; readonly rows: number } | { readonly kind: 'none'; readonly why: string }

/** Bytes that are asked for at once; more each time, as who goes back far goes back further. */
const least = 256 * 1024
const most = 2 * 1024 * 1024

/** Puts what stands right before the window on top of it, as long as it may grow. */
export async function loadEarlier(
  api: Pick<Api, 'fetch'>,
  path: string,
  buffer: LogBuffer,
): Promise<EarlierAnswer> {
  const here = buffer.end - buffer.start
  if (here >= mostBytes)
    return none(
      `${showSize(here)} are shown, and no more at once. Download the whole to see what stands before.`,
    )
  const end = buffer.start
  const from = Math.max(0, end - Math.min(most, Math.max(least, here)))
  try {
    const response = await api.fetch(path, { headers: { range: `bytes=${from}-${end - 1}` } })
    if (response.headers.has('x-abeyance-skipped'))
      return none('What stands before is not kept: the middle of a large log is left out.')
    const bytes = new Uint8Array(await response.arrayBuffer())
    // The window may have moved while this was on its way: what does not fit to it any more is no use.
    if (buffer.start !== end || bytes.length !== end - from) return { kind: 'rows', rows: 0 }
    return { kind: 'rows', rows: buffer.prepend(bytes) }
  } catch (error) {
    return none(`What stands before cannot be had: ${messageOf(error)}`)
  }
}

function none(why: string): EarlierAnswer {
  return { kind: 'none', why }
}
