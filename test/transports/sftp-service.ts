import { constants, type Stats } from 'node:fs'
import * as fs from 'node:fs/promises'
import { resolve } from 'node:path'
import ssh2, { type Attributes, type InputAttributes, type SFTPWrapper } from 'ssh2'

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp

interface OpenFolder {
  readonly path: string
  readonly names: string[]
}

/** The sizes that are told of paths in place of the true ones, as a client of NFS may for a minute. */
export const stale = new Map<string, number>()

/**
 * Serves the files of this machine over an SFTP channel, one request after the other as OpenSSH's server does. It says
 * that it has no extensions, so a rename does not replace.
 */
export function serveFiles(sftp: SFTPWrapper, home: string): void {
  const open = new Map<number, fs.FileHandle | OpenFolder>()
  let last = 0
  let turn: Promise<void> = Promise.resolve()

  const inTurn = (id: number, act: () => Promise<void>) => {
    turn = turn.then(act).catch((error: unknown) => sftp.status(id, statusOf(error), String(error)))
  }
  const done = (id: number) => sftp.status(id, STATUS_CODE.OK)
  const at = (path: string) => resolve(home, path)
  const keep = (id: number, opened: fs.FileHandle | OpenFolder) => {
    const handle = Buffer.alloc(4)
    handle.writeUInt32BE(++last)
    open.set(last, opened)
    sftp.handle(id, handle)
  }
  const fileOf = (handle: Buffer) => {
    const found = open.get(handle.readUInt32BE())
    if (!found || 'names' in found) throw new Error('not the handle of a file')
    return found
  }
  /** A request whose answer is that it was done. */
  const act = (id: number, doIt: () => Promise<unknown>) =>
    inTurn(id, async () => {
      await doIt()
      done(id)
    })

  sftp.on('OPEN', (id, path, flags, attrs) =>
    inTurn(id, async () => keep(id, await fs.open(at(path), systemFlags(flags), attrs.mode))),
  )
  sftp.on('READ', (id, handle, offset, length) =>
    inTurn(id, async () => {
      const { buffer, bytesRead } = await fileOf(handle).read(Buffer.alloc(length), 0, length, offset)
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF)
      else sftp.data(id, buffer.subarray(0, bytesRead))
    }),
  )
  sftp.on('WRITE', (id, handle, offset, data) =>
    act(id, () => fileOf(handle).write(data, 0, data.length, offset)),
  )
  sftp.on('FSTAT', (id, handle) =>
    inTurn(id, async () => sftp.attrs(id, attributes(await fileOf(handle).stat()))),
  )
  sftp.on('STAT', (id, path) =>
    inTurn(id, async () => {
      const found = attributes(await fs.stat(at(path)))
      sftp.attrs(id, { ...found, size: stale.get(at(path)) ?? found.size })
    }),
  )
  sftp.on('LSTAT', (id, path) => inTurn(id, async () => sftp.attrs(id, attributes(await fs.lstat(at(path))))))
  sftp.on('FSETSTAT', (id, handle, attrs) => act(id, () => setAttributes(fileOf(handle), attrs)))
  sftp.on('SETSTAT', (id, path, attrs) =>
    act(id, async () => {
      if (attrs.mode !== undefined) await fs.chmod(at(path), attrs.mode & 0o7777)
    }),
  )
  sftp.on('OPENDIR', (id, path) =>
    inTurn(id, async () => keep(id, { path: at(path), names: ['.', '..', ...(await fs.readdir(at(path)))] })),
  )
  sftp.on('READDIR', (id, handle) =>
    inTurn(id, async () => {
      const found = open.get(handle.readUInt32BE())
      if (!found || !('names' in found)) throw new Error('not the handle of a folder')
      const names = found.names.splice(0, 100)
      if (names.length === 0) sftp.status(id, STATUS_CODE.EOF)
      else sftp.name(id, await Promise.all(names.map((name) => entry(found.path, name))))
    }),
  )
  sftp.on('CLOSE', (id, handle) =>
    act(id, async () => {
      const key = handle.readUInt32BE()
      const found = open.get(key)
      open.delete(key)
      if (found && !('names' in found)) await found.close()
    }),
  )
  sftp.on('REMOVE', (id, path) => act(id, () => fs.unlink(at(path))))
  sftp.on('RMDIR', (id, path) => act(id, () => fs.rmdir(at(path))))
  sftp.on('MKDIR', (id, path) => act(id, () => fs.mkdir(at(path))))
  sftp.on('RENAME', (id, from, to) =>
    act(id, async () => {
      await fs.link(at(from), at(to)) // fails where something is, as the protocol's own rename does
      await fs.unlink(at(from))
    }),
  )
  sftp.on('REALPATH', (id, path) =>
    inTurn(id, async () =>
      sftp.name(id, [{ filename: at(path), longname: at(path), attrs: attributes(await fs.stat(home)) }]),
    ),
  )
  sftp.on('close', () => {
    sftp.end() // ssh2 leaves it to us to close our side
    turn = turn.then(async () => {
      for (const each of open.values()) if (!('names' in each)) await each.close()
      open.clear()
    })
  })
}

async function setAttributes(file: fs.FileHandle, { mode, size }: InputAttributes): Promise<void> {
  if (mode !== undefined) await file.chmod(Number(mode) & 0o7777)
  if (size !== undefined) await file.truncate(size)
}

async function entry(folder: string, name: string) {
  const found = await fs.lstat(`${folder}/${name}`)
  const letter = found.isDirectory() ? 'd' : found.isSymbolicLink() ? 'l' : found.isFile() ? '-' : 'p'
  return {
    filename: name,
    longname: `${letter}rw-r--r--    1 user     group    ${found.size} Jan  1 00:00 ${name}`,
    attrs: attributes(found),
  }
}

function attributes({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats): Attributes {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) }
}

function systemFlags(flags: number): number {
  const writes = (flags & OPEN_MODE.WRITE) !== 0
  let system = writes
    ? (flags & OPEN_MODE.READ) !== 0
      ? constants.O_RDWR
      : constants.O_WRONLY
    : constants.O_RDONLY
  if ((flags & OPEN_MODE.CREAT) !== 0) system |= constants.O_CREAT
  if ((flags & OPEN_MODE.TRUNC) !== 0) system |= constants.O_TRUNC
  if ((flags & OPEN_MODE.EXCL) !== 0) system |= constants.O_EXCL
  if ((flags & OPEN_MODE.APPEND) !== 0) system |= constants.O_APPEND
  return system
}

function statusOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') return STATUS_CODE.NO_SUCH_FILE
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return STATUS_CODE.PERMISSION_DENIED
  return STATUS_CODE.FAILURE
}
