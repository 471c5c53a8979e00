import { join } from 'node:path'
import { v7 } from 'uuid'
import { systemClock, type Clock } from '../core/clock.ts'
import { AbeyanceError, errorCodes, type ErrorCode } from '../core/error.ts'
import { parseJson, type Json } from '../core/json.ts'
import { readTextIfThere, remove } from '../core/system/files.ts'
import { publish } from '../core/system/publish.ts'
import { folderBell } from './folder-bell.ts'
import { inboxFolders } from './inbox-folders.ts'
import type { InboxRequest } from './inbox-request.ts'

export interface AskOptions {
  /** Milliseconds to wait for the answer; 10 seconds when not given. */
  readonly deadline?: number
  readonly clock?: Clock
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks the process that drives a workspace for a change (rule R11), by write and rename into its inbox, and gives its
 * answer. A refusal is thrown as it was there. Without an answer in time the request is taken back: `request-timeout`.
 */
export async function ask(
  workspace: string,
  request: InboxRequest,
  { deadline = 10_000, clock = systemClock, signal }: AskOptions = {},
): Promise<Json> {
  const folders = await inboxFolders(workspace)
  const name = `${v7()}.json` // sorts by time: that is the order of serving
  const [path, replyPath] = [join(folders.asks, name), join(folders.replies, name)]
  const bell = folderBell(folders.replies, clock, 500)
  const stop = () => bell.close()
  signal?.addEventListener('abort', stop)
  const late = clock.now() + deadline
  try {
    await publish(path, JSON.stringify({ format: 1, request }))
    for (;;) {
      const text = await readTextIfThere(replyPath)
      if (text !== undefined) return await answerIn(text)
      if (signal?.aborted)
        throw new AbeyanceError('aborted', `waiting for the answer to ${request.kind} was aborted`)
      if (clock.now() >= late) throw unanswered(workspace, request, deadline)
      await bell.rung()
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    bell.close()
    await remove(path)
    await remove(replyPath)
  }
}

async function answerIn(text: string): Promise<Json> {
  const { inboxReply } = await import('./inbox-request.ts')
  const reply = inboxReply.parse(parseJson(text))
  if (reply.kind === 'done') return reply.answer
  throw new AbeyanceError(errorCode(reply.code), reply.message)
}

function errorCode(text: string): ErrorCode {
  return errorCodes.find((code) => code === text) ?? 'internal'
}

function unanswered(workspace: string, request: InboxRequest, deadline: number): AbeyanceError {
  return new AbeyanceError(
    'request-timeout',
    `nobody answered ${request.kind} in ${workspace} within ${deadline} ms, and it was taken back; ` +
      `look whether the process that drives the workspace is stopped or busy`,
  )
}
