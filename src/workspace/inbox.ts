import { join } from 'node:path'
import { systemClock, type Clock } from '../core/clock.ts'
import { isAbeyanceError, messageOf } from '../core/error.ts'
import { parseJson, type Json } from '../core/json.ts'
import { silent, type Logger } from '../core/logger.ts'
import { readFolder, readTextIfThere, remove, rename, statIfThere } from '../core/system/files.ts'
import { publish } from '../core/system/publish.ts'
import { folderBell } from './folder-bell.ts'
import { inboxFolders, type InboxFolders } from './inbox-folders.ts'
import type { InboxReply, InboxRequest } from './inbox-request.ts'

export interface Inbox {
  /** Serves what is there now; resolves when it is done. */
  serve(): Promise<void>
  /** Waits for the request that is being served. Closing twice is fine. */
  close(): Promise<void>
}

export interface InboxOptions {
  readonly clock?: Clock
  readonly logger?: Logger
  /** Milliseconds between two looks where the watcher says nothing. */
  readonly every?: number
}

/**
 * Serves what other processes ask (rule R11), one after the other in the order they asked. A request is removed after
 * it was handled and answered: killed in between, it is handled again, so `handle` must be safe to repeat.
 */
export async function serveInbox(
  workspace: string,
  handle: (request: InboxRequest) => Promise<Json>,
  { clock = systemClock, logger = silent, every = 2000 }: InboxOptions = {},
): Promise<Inbox> {
  const folders = await inboxFolders(workspace)
  await removeOldReplies(folders, clock)
  const bell = folderBell(folders.asks, clock, every)
  let open = true
  let turn: Promise<void> = Promise.resolve()
  const serve = () => {
    turn = turn.then(async () => {
      for (const name of await askNames(folders, logger)) {
        if (open) await serveOne(folders, name, handle, logger)
      }
    })
    return turn
  }
  const loop = async () => {
    while (open) {
      await serve()
      await bell.rung()
    }
  }
  const looping = loop()
  return {
    serve,
    async close() {
      open = false
      bell.close()
      await looping
      await turn
    },
  }
}

// Whoever waited for an older one is gone.
const replyAge = 3_600_000

async function removeOldReplies({ replies }: InboxFolders, clock: Clock): Promise<void> {
  for (const { name } of await readFolder(replies)) {
    const found = await statIfThere(join(replies, name))
    if (found && clock.now() - Number(found.mtimeMs) > replyAge) await remove(join(replies, name))
  }
}

async function askNames({ asks }: InboxFolders, logger: Logger): Promise<readonly string[]> {
  try {
    const names = (await readFolder(asks)).filter((entry) => entry.isFile()).map((entry) => entry.name)
    return names.filter((name) => name.endsWith('.json')).toSorted()
  } catch (error) {
    logger.warn({ asks, error: messageOf(error) }, 'the inbox cannot be read; it is tried again')
    return []
  }
}

/** One bad request, or a full disk, stops no other; what could not be answered stays and is served again. */
async function serveOne(
  folders: InboxFolders,
  name: string,
  handle: (request: InboxRequest) => Promise<Json>,
  logger: Logger,
): Promise<void> {
  const path = join(folders.asks, name)
  try {
    const text = await readTextIfThere(path)
    if (text === undefined) return // taken back
    const request = await parseAsk(text)
    if (!request) {
      await rename(path, join(folders.malformed, name))
      logger.warn(
        { path, movedTo: folders.malformed },
        'a request in the inbox is malformed; it was moved aside',
      )
      return
    }
    const replyPath = join(folders.replies, name)
    if (!(await statIfThere(replyPath))) {
      const reply = await replyTo(request, handle)
      await publish(replyPath, JSON.stringify(reply))
    }
    await remove(path)
  } catch (error) {
    logger.warn(
      { path, error: messageOf(error) },
      'a request in the inbox could not be served; it is tried again',
    )
  }
}

async function parseAsk(text: string): Promise<InboxRequest | undefined> {
  const { inboxAsk } = await import('./inbox-request.ts') // with zod, which most workspaces never need here
  try {
    return inboxAsk.parse(parseJson(text)).request
  } catch {
    return undefined
  }
}

async function replyTo(
  request: InboxRequest,
  handle: (request: InboxRequest) => Promise<Json>,
): Promise<InboxReply> {
  try {
    return { kind: 'done', answer: await handle(request) }
  } catch (error) {
    const code = isAbeyanceError(error) ? error.code : 'internal'
    return { kind: 'refused', code, message: messageOf(error) }
  }
}
