import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { FolderValue } from '../../src/pipeline/value.ts'
import { digestFile } from '../../src/signatures/digest-file.ts'
import { digestFolder } from '../../src/signatures/digest-folder.ts'
import { fastClock } from '../transports/ssh-bench.ts'
import { fileAt, openFar, type Far } from './far.ts'

describe('staging over ssh', () => {
  let far: Far
  beforeEach(async () => {
    far = await openFar({ noise: 'Welcome!' }, { clock: fastClock(4) })
  })
  afterEach(() => far.close())

  const inputsOf = (tag: string, path = '') => join(far.root, tag, 'inputs', path)
  const cached = async () =>
    (await readdir(join(far.root, 'cache'))).filter((name) => !name.startsWith('.')).toSorted()
  const made = async (name: string, bytes: string | Uint8Array) => {
    await writeFile(join(far.here, name), bytes)
    return fileAt(join(far.here, name))
  }
  const folderAt = async (path: string): Promise<FolderValue> => ({
    kind: 'folder',
    name: 'folder',
    ...(await digestFolder(path, async (file) => (await digestFile(file)).digest)),
    at: { kind: 'path', path },
  })

  it('sends a content once, whatever it is called and however many jobs take it', async () => {
    const value = await made('one', 'content')
    const other = { ...value, name: 'other' }
    assert.deepEqual(await far.stage('j1', [{ path: 'a/one', value }]), [
      { path: 'a/one', digest: value.digest },
    ])
    assert.equal(far.sent.streams, 1)
    await far.stage('j2', [
      { path: "b/it's other", value: other },
      { path: 'c/again', value },
    ])
    assert.equal(far.sent.streams, 1)
    for (const path of [inputsOf('j1', 'a/one'), inputsOf('j2', "b/it's other"), inputsOf('j2', 'c/again')])
      assert.equal(await readFile(path, 'utf8'), 'content')
    assert.equal((await stat(inputsOf('j1', 'a/one'))).nlink, 4)
    assert.deepEqual(await cached(), [value.digest])
  })

  it('takes what is there although its source is gone, and says so where it is needed', async () => {
    const value = await made('one', 'content')
    await far.stage('j1', [{ path: 'one', value }])
    await writeFile(join(far.here, 'one'), 'CONTENT')
    await far.stage('j2', [{ path: 'one', value }])
    assert.equal(await readFile(inputsOf('j2', 'one'), 'utf8'), 'content')
    const other = { ...(await made('two', 'two')), size: 3 }
    await writeFile(join(far.here, 'two'), 'TWO')
    await assert.rejects(far.stage('j3', [{ path: 'two', value: other }]), {
      code: 'changed-file',
      message: /two/,
    })
    await writeFile(join(far.here, 'two'), 'longer')
    await assert.rejects(far.stage('j3', [{ path: 'two', value: other }]), {
      code: 'changed-file',
      message: /two/,
    })
    assert.deepEqual(await cached(), [value.digest])
  })

  it('stages a folder of many files, with empty ones, links and long names', async () => {
    const tree = join(far.here, 'tree')
    const long = `${'d'.repeat(90)}/${'e'.repeat(90)}`
    await mkdir(join(tree, 'empty folder'), { recursive: true })
    await mkdir(join(tree, long), { recursive: true })
    await writeFile(join(tree, long, 'größe\n'), 'deep')
    await writeFile(join(tree, 'empty'), '')
    for (let index = 0; index < 40; index += 1) await writeFile(join(tree, `f${index}`), `${index}`)
    await symlink(`${long}/größe\n`, join(tree, 'link'))
    await far.stage('j1', [
      { path: 'in/tree', value: await folderAt(tree) },
      { path: 'text', text: 'text' },
    ])
    assert.deepEqual(await folderAt(inputsOf('j1', 'in/tree')), {
      ...(await folderAt(tree)),
      at: { kind: 'path', path: inputsOf('j1', 'in/tree') },
    })
    assert.equal(await readlink(inputsOf('j1', 'in/tree/link')), `${long}/größe\n`)
    assert.ok((await lstat(inputsOf('j1', 'in/tree/empty folder'))).isDirectory())
    assert.equal(await readFile(inputsOf('j1', 'text'), 'utf8'), 'text')
    assert.equal((await stat(inputsOf('j1', 'in/tree/f7'))).nlink, 2)
    assert.equal(far.sent.streams, 2)
  })

  it('goes on with a large file where it was cut', async () => {
    const value = await made('large', randomBytes(5 * 2 ** 20))
    far.proxy.cutAfter(4 * 2 ** 20, 'there')
    await assert.rejects(far.stage('j1', [{ path: 'large', value }]), { code: 'connection-lost' })
    far.sent.bytes = 0
    await far.stage('j1', [{ path: 'large', value }])
    assert.ok(far.sent.bytes < 4 * 2 ** 20, `${far.sent.bytes} bytes`)
    assert.equal((await digestFile(inputsOf('j1', 'large'))).digest, value.digest)
    assert.deepEqual(await cached(), [value.digest])
  })

  for (const direction of ['there', 'back'] as const)
    it(`comes to its end however often it is cut on the way ${direction}`, async () => {
      const values = [await made('large', randomBytes(3 * 2 ** 19)), await made('small', 'small')]
      const inputs = values.map((value, index) => ({ path: `${index}`, value }))
      let cuts = 0
      for (let bytes = 500; ; bytes = Math.ceil(bytes * (direction === 'there' ? 3 : 1.8))) {
        far.proxy.cutAfter(bytes, direction)
        const fault: unknown = await far.stage('j1', inputs).catch((error: unknown) => error)
        if (Array.isArray(fault)) break
        cuts += 1
        for (const name of await cached().catch(() => []))
          assert.equal((await digestFile(join(far.root, 'cache', name))).digest, name)
      }
      assert.ok(cuts >= 3, `${cuts} cuts`)
      for (const [index, value] of values.entries())
        assert.equal((await digestFile(inputsOf('j1', `${index}`))).digest, value.digest)
    })

  for (const size of [1000, 3 * 2 ** 19])
    it(`finds ${size} bytes that were damaged on the way, and sends them again`, async () => {
      const value = await made('file', randomBytes(size))
      let damage = 1
      far.alter = (bytes) => {
        const copy = Uint8Array.from(bytes)
        const at = bytes.length > 2000 ? 2000 : bytes.length - 1
        if (damage-- > 0) copy[at] = (copy[at] ?? 0) ^ 1
        return copy
      }
      await far.stage('j1', [{ path: 'file', value }])
      assert.equal((await digestFile(inputsOf('j1', 'file'))).digest, value.digest)
      damage = Infinity
      const other = await made('other', randomBytes(size))
      await assert.rejects(far.stage('j2', [{ path: 'other', value: other }]), {
        code: 'transport-failed',
        message: /damaged/,
      })
      assert.deepEqual(await cached(), [value.digest])
    })

  it('reads again what is there when asked to, and mends it', async () => {
    const value = await made('file', 'content')
    await far.stage('j1', [{ path: 'file', value }])
    await writeFile(join(far.root, 'cache', value.digest), 'CONTENT', { mode: 0o644 })
    await far.stage('j2', [{ path: 'file', value }])
    assert.equal(await readFile(inputsOf('j2', 'file'), 'utf8'), 'CONTENT')
    await far.stage('j3', [{ path: 'file', value }], true)
    assert.equal(await readFile(inputsOf('j3', 'file'), 'utf8'), 'content')
    await writeFile(join(far.root, 'cache', value.digest), 'cut')
    await far.stage('j4', [{ path: 'file', value }])
    assert.equal(await readFile(inputsOf('j4', 'file'), 'utf8'), 'content')
  })

  it('stages the same for two jobs at once', async () => {
    const value = await made('large', randomBytes(2 * 2 ** 20))
    const small = await made('small', 'small')
    const inputs = [
      { path: 'large', value },
      { path: 'small', value: small },
    ]
    await Promise.all(['j1', 'j2', 'j3'].map((tag) => far.stage(tag, inputs)))
    for (const tag of ['j1', 'j2', 'j3']) {
      assert.equal((await digestFile(inputsOf(tag, 'large'))).digest, value.digest)
      assert.equal(await readFile(inputsOf(tag, 'small'), 'utf8'), 'small')
    }
    assert.ok(far.sent.bytes < 3 * 2 ** 20)
    assert.deepEqual(await cached(), [value.digest, small.digest].toSorted())
  })
})
