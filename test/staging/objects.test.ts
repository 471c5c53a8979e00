import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { isAbeyanceError } from '../../src/core/error.ts'
import { digest } from '../../src/core/ids.ts'
import { intercept } from '../../src/core/system/effect.ts'
import type { ObjectStore } from '../../src/staging/object-store.ts'
import { openObjects } from '../../src/staging/objects.ts'

const abc = digest('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
const fault = (code: string) => Object.assign(new Error(code), { code })
let base = ''
let folder = ''
let source = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'objects-'))
  folder = join(base, 'objects')
  source = join(base, 'out.txt')
  writeFileSync(source, 'abc')
})
afterEach(() => {
  intercept(undefined)
  rmSync(base, { recursive: true })
})
async function listed(objects: ObjectStore) {
  const all = []
  for await (const one of objects.all()) all.push(one)
  return all
}
const incoming = () => readdirSync(join(folder, 'incoming'))

describe('the object store', () => {
  for (const how of ['own', 'copy'] as const)
    it(`it keeps a file by its content, read-only (${how})`, async () => {
      const objects = await openObjects(folder)
      assert.deepEqual(await objects.keep(source, how), { digest: abc, size: 3 })
      const path = objects.path(abc)
      assert.equal(path, join(folder, 'ba', abc.slice(2)))
      assert.equal(readFileSync(path, 'utf8'), 'abc')
      assert.equal(statSync(path).mode & 0o777, 0o444)
      assert.equal(statSync(path).ino === statSync(source).ino, how === 'own')
      assert.deepEqual(incoming(), [])
    })

  it('keeps bytes, lists what it has and removes it', async () => {
    const objects = await openObjects(folder)
    await objects.keepBytes(Buffer.from('abc'))
    const empty = await objects.keepBytes(new Uint8Array())
    const all = await listed(objects)
    assert.deepEqual(
      all.map(({ size }) => size).toSorted((a, b) => a - b),
      [0, 3],
    )
    await objects.remove(empty.digest)
    assert.deepEqual([await objects.has(empty.digest), await objects.has(abc)], [false, true])
  })

  it('takes the same content many times at once', async () => {
    const objects = await openObjects(folder)
    const kept = await Promise.all(
      Array.from({ length: 20 }, (_, index) => objects.keep(source, index % 2 ? 'own' : 'copy')),
    )
    assert.equal(new Set(kept.map((one) => one.digest)).size, 1)
    assert.equal((await listed(objects)).length, 1)
    assert.deepEqual(incoming(), [])
  })

  it('copies where it cannot link, as across devices', async () => {
    const objects = await openObjects(folder)
    intercept({
      before({ operation }) {
        if (operation === 'link') throw fault('EXDEV')
      },
    })
    await objects.keep(source, 'own')
    assert.notEqual(statSync(objects.path(abc)).ino, statSync(source).ino)
  })

  it('keeps what a link points at', async () => {
    symlinkSync('out.txt', join(base, 'latest'))
    const objects = await openObjects(folder)
    await objects.keep(join(base, 'latest'), 'own')
    assert.ok(statSync(objects.path(abc)).isFile())
  })

  for (const operation of ['copy', 'chmod', 'sync', 'make-folder', 'rename', 'sync-folder'])
    it(`it says so when the disk is full at ${operation}, and keeps it the next time`, async () => {
      const objects = await openObjects(folder)
      intercept({
        before(effect) {
          if (effect.operation === operation) throw fault('ENOSPC')
        },
      })
      await assert.rejects(objects.keep(source, 'copy'), (error) => isAbeyanceError(error, 'disk-full'))
      intercept(undefined)
      assert.deepEqual(incoming(), [])
      assert.deepEqual(await objects.keep(source, 'copy'), { digest: abc, size: 3 })
    })

  it('mends an object that a failing disk cut short', async () => {
    const objects = await openObjects(folder)
    await objects.keep(source, 'copy')
    rmSync(objects.path(abc))
    writeFileSync(objects.path(abc), 'a')
    await objects.keep(source, 'copy')
    assert.equal(readFileSync(objects.path(abc), 'utf8'), 'abc')
  })

  it('removes on opening what a dead process left half-kept', async () => {
    await openObjects(folder)
    writeFileSync(join(folder, 'incoming', `${process.pid}-1-0`), 'half')
    await openObjects(folder)
    assert.deepEqual(incoming(), [])
  })

  it('refuses a name that is no digest, so that no record leads out of the folder', async () => {
    const objects = await openObjects(folder)
    assert.throws(
      () => objects.path(digest('../../etc/passwd')),
      (error) => isAbeyanceError(error, 'invalid-value'),
    )
  })
})
