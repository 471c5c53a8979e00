import { posix } from 'node:path'
import type { FileChannel } from './file-channel.ts'
import { makeFolder, statFile } from './sftp-calls.ts'
import { noSuchFile, sftpCode } from './sftp-error.ts'

/** Makes a folder with those above it. Links to folders are taken for folders; that it is there already is fine. */
export async function makeFolders(channel: FileChannel, path: string): Promise<void> {
  const above = posix.dirname(path)
  try {
    await makeOne(channel, path)
  } catch (error) {
    if (sftpCode(error) !== noSuchFile || above === path) throw error
    await makeFolders(channel, above)
    await makeOne(channel, path)
  }
}

async function makeOne(channel: FileChannel, path: string): Promise<void> {
  try {
    await makeFolder(channel, path)
  } catch (error) {
    if (sftpCode(error) === noSuchFile) throw error
    // The protocol has no word for `it is there already`.
    const there = await statFile(channel, path).catch(() => undefined)
    if (!there?.isDirectory()) throw error
  }
}
