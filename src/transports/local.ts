import { constants, homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isAbeyanceError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import {
  chmod,
  copy,
  link,
  lstat,
  makeFolder,
  readFolder,
  readRange,
  realPath,
  remove,
  rename,
  systemCode,
  watchFolder,
  write,
} from '../core/system/files.ts'
import { runProcess } from '../core/system/run-process.ts'
import type { ListedFile, Transport } from './transport.ts'

/**
 * This machine. `shell` is the absolute path of the POSIX shell that runs the scripts, `/bin/sh` unless said otherwise;
 * scripts find it as `$ABEYANCE_SHELL`, to start others with the same.
 */
export function local(options: { readonly shell?: string } = {}): Transport {
  const shell = options.shell ?? '/bin/sh'
  return {
    name: 'this machine',
    async run(script, request) {
      const input = `ABEYANCE_SHELL=${quote(shell)}\n${script}`
      const answer = await runProcess({ command: [shell, '-s'], input, ...request })
      return { code: exitCode(answer), stdout: answer.stdout, stderr: answer.stderr }
    },
    read: (path, { offset, length }) => readRange(atHome(path), offset, length),
    async write(path, source, { mode }) {
      await under(atHome(path), async (temporary) => {
        if (source instanceof Uint8Array) await write(temporary, source)
        else if (source.own) await linkOrCopy(source.localPath, temporary)
        else await copy(source.localPath, temporary)
        if (mode !== undefined) await chmod(temporary, mode)
      })
    },
    async fetch(path, localPath) {
      const from = atHome(path)
      const isFile = (await lstat(from)).isFile()
      await under(localPath, async (temporary) => {
        // What a link leads to may be anybody's: it is copied, so that nobody else writes to what is fetched.
        if (isFile) await linkOrCopy(from, temporary)
        else await copy(await realPath(from), temporary)
      })
    },
    list: (path, { recursive }) => listFolder(atHome(path), recursive ?? false),
    watch: (path, changed) => watchFolder(atHome(path), changed),
    async close() {},
  }
}

function exitCode(answer: { code: number | null; signal: NodeJS.Signals | null }): number {
  return answer.code ?? 128 + (answer.signal ? constants.signals[answer.signal] : 0)
}

function atHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path
}

let written = 0

async function under(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}.${++written}.tmp`)
  await makeFolder(dirname(path))
  try {
    await make(temporary)
    await rename(temporary, path)
  } finally {
    await remove(temporary)
  }
}

/** Another device, a limit of links or a file system without them: then its bytes. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (isAbeyanceError(error, 'missing-file') || systemCode(error) === 'EEXIST') throw error
    await copy(from, to)
  }
}

async function listFolder(root: string, recursive: boolean): Promise<readonly ListedFile[]> {
  const found: ListedFile[] = []
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readFolder(join(root, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const { size } = await lstat(join(root, path))
      const kind = entry.isFile()
        ? 'file'
        : entry.isDirectory()
          ? 'folder'
          : entry.isSymbolicLink()
            ? 'link'
            : 'other'
      found.push({ path, kind, size: Number(size) })
      if (recursive && kind === 'folder') folders.push(path)
    }
  }
  return found
}
