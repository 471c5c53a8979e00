import { isAbeyanceError } from '../core/error.ts'
import { shellPath } from '../core/shell-path.ts'
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

const kinds: Readonly<Record<string, ListedFile['kind'] | undefined>> = { f: 'file', d: 'folder', l: 'link' }

/** All that is below a folder: in one request where the machine's `find` can say it all, else folder by folder. */
export async function listTree(
  transport: Transport,
  path: string,
  options: RequestOptions,
): Promise<readonly ListedFile[]> {
  if (transport.stream) {
    const script = `cd ${shellPath(path)} && find . -mindepth 1 -printf '%y %s %P\\0' 2>/dev/null`
    const { code, stdout } = await transport.run(script, options)
    if (code === 0) return readFound(stdout)
  }
  return listFolder(transport, path, { ...options, recursive: true })
}

function readFound(bytes: Uint8Array): readonly ListedFile[] {
  const entries = new TextDecoder().decode(bytes).split('\0').slice(0, -1)
  return entries.map((entry) => {
    const [kind = '', size = '', ...words] = entry.split(' ')
    return { path: words.join(' '), kind: kinds[kind] ?? 'other', size: Number(size) }
  })
}
