import assert from 'node:assert/strict'
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { FileValue, FolderValue } from '../../src/pipeline/value.ts'
import { file, folder } from '../../src/pipeline/ports.ts'
import { fileValue, folderValue } from '../../src/signatures/file-values.ts'
import { digestFile } from '../../src/signatures/digest-file.ts'
import { digestFolder } from '../../src/signatures/digest-folder.ts'
import { keepFolderManifest } from '../../src/staging/folder-manifest.ts'
import type { ObjectStore } from '../../src/staging/object-store.ts'
import { openObjects } from '../../src/staging/objects.ts'
import { stageInputs } from '../../src/staging/stage-inputs.ts'
import type { StagedInput } from '../../src/staging/staged-input.ts'
import { local } from '../../src/transports/local.ts'

describe('staging', () => {
  let base: string
  let objects: ObjectStore
  let there: string
  before(async () => {
    base = await mkdtemp(join(tmpdir(), "abeyance it's $staging "))
    objects = await openObjects(join(base, 'objects'))
    there = join(base, 'inputs')
  })
  after(() => rm(base, { recursive: true }))

  const stage = (...inputs: readonly StagedInput[]) =>
    stageInputs(
      {
        transport: local(),
        objects,
        folder: there,
        cache: join(base, 'cache'),
        request: { deadline: 10_000 },
      },
      inputs,
    )
  const fileAt = async (path: string): Promise<FileValue> => ({
    kind: 'file',
    name: 'file',
    ...(await digestFile(path)),
    at: { kind: 'path', path },
  })
  const folderAt = async (path: string): Promise<FolderValue> => ({
    kind: 'folder',
    name: 'folder',
    ...(await digestFolder(path, async (file) => (await digestFile(file)).digest)),
    at: { kind: 'path', path },
  })

  it('writes texts and links what the store keeps', async () => {
    const kept = await objects.keepBytes(Buffer.from('kept'))
    const value: FileValue = { kind: 'file', name: 'a b', ...kept, at: { kind: 'workspace' } }
    const staged = await stage({ path: 'one/a b', value }, { path: 'two/json', text: '{}' })
    assert.deepEqual(staged, [{ path: 'one/a b', digest: kept.digest }])
    assert.equal((await stat(join(there, 'one/a b'))).ino, (await stat(objects.path(kept.digest))).ino)
    assert.equal(await readFile(join(there, 'two/json'), 'utf8'), '{}')
    assert.deepEqual(await stage({ path: 'one/a b', value }), staged)
  })

  it("copies a user's file, so that no job writes to it", async () => {
    const path = join(base, 'user.txt')
    await writeFile(path, 'mine')
    await stage({ path: 'in/user.txt', value: await fileAt(path) })
    assert.notEqual((await stat(join(there, 'in/user.txt'))).ino, (await stat(path)).ino)
    assert.equal(await readFile(join(there, 'in/user.txt'), 'utf8'), 'mine')
  })

  it("stages a user's folder with empty folders and links", async () => {
    const path = join(base, 'tree')
    await mkdir(join(path, 'empty'), { recursive: true })
    await mkdir(join(path, 'sub'))
    await writeFile(join(path, 'sub', "it's"), '1')
    await symlink("sub/it's", join(path, 'link'))
    const staged = await stage({ path: 'in/tree', value: await folderAt(path) })
    assert.deepEqual(
      staged.map((file) => file.path),
      ["in/tree/sub/it's"],
    )
    assert.deepEqual((await readdir(join(there, 'in/tree'))).toSorted(), ['empty', 'link', 'sub'])
    assert.equal(await readlink(join(there, 'in/tree/link')), "sub/it's")
    assert.equal(await readFile(join(there, 'in/tree/link'), 'utf8'), '1')
  })

  it('has one digest for a folder, whether it is read from the disk or kept', async () => {
    const path = join(base, 'same')
    await mkdir(join(path, 'a'), { recursive: true })
    await writeFile(join(path, 'a.txt'), 'x')
    await writeFile(join(path, 'a', 'b'), 'y')
    const read = await folderAt(path)
    const x = await objects.keepBytes(Buffer.from('x'))
    const y = await objects.keepBytes(Buffer.from('y'))
    const kept = await keepFolderManifest(objects, [
      ['a.txt', 'file', x.digest],
      ['a/b', 'file', y.digest],
      ['a', 'folder'],
    ])
    assert.deepEqual(kept, { digest: read.digest, files: read.files })
    await stage({
      path: 'in/kept',
      value: { kind: 'folder', name: 'kept', ...kept, at: { kind: 'workspace' } },
    })
    assert.equal(await readFile(join(there, 'in/kept/a/b'), 'utf8'), 'y')
  })

  it('refuses sources that changed or are gone, naming them', async () => {
    const path = join(base, 'changing')
    await writeFile(path, 'before')
    const file = await fileAt(path)
    await writeFile(path, 'after')
    await assert.rejects(stage({ path: 'in/x', value: file }), { code: 'changed-file', message: /changing/ })
    await rm(path)
    await assert.rejects(stage({ path: 'in/x', value: file }), { code: 'missing-file', message: /changing/ })
    await mkdir(path)
    const tree = await folderAt(path)
    await writeFile(join(path, 'more'), '')
    await assert.rejects(stage({ path: 'in/x', value: tree }), { code: 'changed-file', message: /changing/ })
    const gone: FileValue = { ...file, name: 'gone.txt', at: { kind: 'workspace' } }
    await assert.rejects(stage({ path: 'in/x', value: gone }), { code: 'missing-file', message: /gone\.txt/ })
  })

  it('stages what is signed by size and time, under the digest of its content', async () => {
    const path = join(base, 'by-stat')
    await mkdir(path)
    await writeFile(join(path, 'file'), 'content')
    const one = await fileValue(file('by-stat/file', { sign: 'stat' }), { base })
    const all = await folderValue(folder('by-stat', { sign: 'stat' }), { base })
    const both = [
      { path: 'stat/file', value: one },
      { path: 'stat/all', value: all },
    ]
    const { digest } = await digestFile(join(path, 'file'))
    assert.deepEqual(await stage(...both), [
      { path: 'stat/file', digest },
      { path: 'stat/all/file', digest },
    ])
    await utimes(join(path, 'file'), 1, 1)
    for (const input of both) await assert.rejects(stage(input), { code: 'changed-file' })
  })

  it('links to what is on the machine already, and misses what is not', async () => {
    const path = join(base, 'here $x')
    await writeFile(path, 'here')
    const value: FileValue = {
      ...(await fileAt(path)),
      at: { kind: 'destination', destination: 'local', path },
    }
    assert.deepEqual(await stage({ path: 'in/here', value }), [{ path: 'in/here', digest: value.digest }])
    assert.ok((await lstat(join(there, 'in/here'))).isSymbolicLink())
    assert.equal(await readFile(join(there, 'in/here'), 'utf8'), 'here')
    await rm(path)
    await assert.rejects(stage({ path: 'in/here', value }), { code: 'missing-file', message: /here \$x/ })
  })

  it('stages nowhere but under its folder', async () => {
    for (const path of ['../x', 'a/../../x', '/x', 'a//b', '', 'a/.'])
      await assert.rejects(stage({ path, text: '' }), { code: 'invalid-value' })
  })
})
