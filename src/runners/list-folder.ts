import { isAbeyanceError } from '../core/error.ts'
import type { ListedFile, RequestOptions, Transport } from '../transports/transport.ts'

/** What is in a folder of a job; nothing where the job removed it itself, or never came to make it. */
export async function listFolder(
  transport: Transport,
  path: string,
  options: RequestOptions & { readonly recursive?: boolean },
): Promise<readonly ListedFile[]> {
  try {
    return await transport.list(path, options)
  } catch (error) {
    if (isAbeyanceError(error, 'missing-file')) return []
    throw error
  }
}
