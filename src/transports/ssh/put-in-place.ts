import { messageOf } from '../../core/error.ts'
import type { FileChannel } from './file-channel.ts'
import { sftpCode } from './sftp-error.ts'

/**
 * Moves a file over whatever has its new name, in one step where the server knows how (`posix-rename@openssh.com`). Where it
 * does not, the old one is removed first, and for a moment there is none.
 */
export async function putInPlace(channel: FileChannel, from: string, to: string): Promise<void> {
  try {
    await channel.files((files) => files.posixRename(from, to))
  } catch (error) {
    if (sftpCode(error) !== unsupported && !/does not support/.test(messageOf(error))) throw error
    await channel.files((files) => files.delete(to, true))
    await channel.files((files) => files.rename(from, to))
  }
}

const unsupported = 8
