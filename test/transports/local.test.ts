import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { local } from '../../src/transports/local.ts'

describe('the local transport', () => {
  const transport = local()
  const soon = { deadline: 10_000 }
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'abeyance-transport-'))
  })
  after(() => rm(folder, { recursive: true }))

  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

  it('runs a script with both streams apart and its exit code', async () => {
    const answer = await transport.run('echo out; echo err >&2; exit 7', soon)
    assert.deepEqual([text(answer.stdout), text(answer.stderr), answer.code], ['out\n', 'err\n', 7])
    assert.equal((await transport.run('kill -TERM $$', soon)).code, 143)
  })

  it('runs scripts under the shell it was given, and tells them which', async () => {
    const bash = local({ shell: '/bin/bash' })
    assert.equal(
      text((await bash.run('echo "$ABEYANCE_SHELL ${BASH_VERSION:+bash}"', soon)).stdout),
      '/bin/bash bash\n',
    )
    await assert.rejects(local({ shell: '/no/shell' }).run('true', soon), { code: 'transport-failed' })
  })

  it('stops a script at its deadline and when it is aborted', async () => {
    await assert.rejects(transport.run('exec sleep 60', { deadline: 50 }), { code: 'request-timeout' })
    const control = new AbortController()
    const running = transport.run('exec sleep 60', { ...soon, signal: control.signal })
    control.abort()
    await assert.rejects(running, { code: 'aborted' })
  })

  it('carries 10 MB out', async () => {
    const answer = await transport.run('head -c 10000000 /dev/zero', soon)
    assert.equal(answer.stdout.length, 10_000_000)
  })

  it('writes and reads ranges of files, making folders, leaving no temporary names', async () => {
    const path = join(folder, 'a', 'b c', 'file')
    await transport.write(path, Buffer.from('0123456789'), { ...soon, mode: 0o755 })
    assert.equal(text(await transport.read(path, { offset: 2, length: 3 }, soon)), '234')
    assert.equal(text(await transport.read(path, { offset: 8, length: 30 }, soon)), '89')
    assert.equal((await stat(path)).mode & 0o777, 0o755)
    assert.deepEqual(await readdir(join(folder, 'a', 'b c')), ['file'])
  })

  it('links a file that nobody writes to, and copies any other', async () => {
    const source = join(folder, 'source')
    await writeFile(source, 'x')
    await transport.write(join(folder, 'linked'), { localPath: source, own: true }, soon)
    await transport.write(join(folder, 'copied'), { localPath: source }, soon)
    const inode = async (name: string) => (await stat(join(folder, name))).ino
    assert.equal(await inode('linked'), await inode('source'))
    assert.notEqual(await inode('copied'), await inode('source'))
    await transport.write(join(folder, 'linked'), { localPath: source, own: true }, soon)
    assert.ok(!(await readdir(folder)).some((name) => name.endsWith('.tmp')))
  })

  it('fetches a file, and through a link a copy of what it leads to', async () => {
    await writeFile(join(folder, 'there'), 'bytes')
    await symlink('there', join(folder, 'link'))
    await transport.fetch(join(folder, 'link'), join(folder, 'home', 'one'), soon)
    await writeFile(join(folder, 'there'), 'other')
    assert.equal(await readFile(join(folder, 'home', 'one'), 'utf8'), 'bytes')
    await assert.rejects(transport.fetch(join(folder, 'nothing'), join(folder, 'home', 'two'), soon), {
      code: 'missing-file',
    })
  })

  it('lists a folder, one level or all, with kinds and sizes', async () => {
    const root = join(folder, 'listed')
    await mkdir(join(root, 'sub'), { recursive: true })
    await writeFile(join(root, 'a'), '123')
    await writeFile(join(root, 'sub', 'b'), '')
    await symlink('a', join(root, 'l'))
    const flat = await transport.list(root, soon)
    assert.deepEqual(flat.map(({ path, kind }) => `${kind} ${path}`).toSorted(), [
      'file a',
      'folder sub',
      'link l',
    ])
    assert.equal(flat.find(({ path }) => path === 'a')?.size, 3)
    const all = await transport.list(root, { ...soon, recursive: true })
    assert.deepEqual(all.map(({ path }) => path).toSorted(), ['a', 'l', 'sub', 'sub/b'])
    await assert.rejects(transport.list(join(root, 'no'), soon), { code: 'missing-file' })
  })

  it('calls back when something in a watched folder changes', async () => {
    const root = join(folder, 'watched')
    await mkdir(root)
    let stop = () => {}
    const changed = new Promise<void>((resolve) => {
      stop = transport.watch(root, resolve)
    })
    await writeFile(join(root, 'new'), '')
    await changed
    stop()
    stop()
  })

  it('says which path cannot be read', async () => {
    await assert.rejects(transport.read(join(folder, 'absent'), { offset: 0, length: 1 }, soon), /absent/)
    await transport.close()
    await transport.close()
  })
})
