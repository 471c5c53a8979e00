import { join } from 'node:path'
import { makeFolder } from '../core/system/files.ts'

/** Where asks, replies and what could not be read lie, below the folder of a workspace. */
export interface InboxFolders {
  readonly asks: string
  readonly replies: string
  readonly malformed: string
}

export async function inboxFolders(workspace: string): Promise<InboxFolders> {
  const asks = join(workspace, 'inbox')
  const folders = { asks, replies: join(asks, 'replies'), malformed: join(asks, 'malformed') }
  await makeFolder(folders.replies)
  await makeFolder(folders.malformed)
  return folders
}
