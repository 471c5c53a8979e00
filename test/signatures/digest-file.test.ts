import assert from 'node:assert/strict'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { isAbeyanceError } from '../../src/core/error.ts'
import { digest } from '../../src/core/ids.ts'
import { stat } from '../../src/core/system/files.ts'
import { intercept } from '../../src/core/system/effect.ts'
import { systemClock } from '../../src/core/clock.ts'
import { given } from '../../src/pipeline/pipeline.ts'
import { digestFile } from '../../src/signatures/digest-file.ts'
import { openDigestMemo } from '../../src/signatures/digest-memo.ts'
import { digestValue } from '../../src/signatures/digest-value.ts'
import { fileValue, folderValue, valueOf } from '../../src/signatures/file-values.ts'

let base = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'signatures-'))
})
afterEach(() => {
  intercept(undefined)
  rmSync(base, { recursive: true })
})
const file = (name: string, more = {}) => ({ file: name, [given]: true, ...more }) as const
const folder = (name: string) => ({ folder: name, [given]: true }) as const

describe('digestFile', () => {
  it('is the SHA-256 of the content (S3)', async () => {
    writeFileSync(join(base, 'abc'), 'abc')
    assert.deepEqual(await digestFile(join(base, 'abc')), {
      digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      size: 3,
    })
  })

  it('refuses a file that changes while it is read, and names it', async () => {
    const path = join(base, 'growing')
    writeFileSync(path, 'one')
    intercept({ before: ({ operation }) => operation === 'read' && appendFileSync(path, 'two') })
    await assert.rejects(
      digestFile(path),
      (error) => isAbeyanceError(error, 'changed-file') && error.message.includes(path),
    )
  })
})

describe('the digest memo', () => {
  const hundredSecondsOn = { ...systemClock, now: () => Date.now() + 100_000 }
  const memoAt = (path: string, clock = hundredSecondsOn, limit?: number) =>
    openDigestMemo(join(base, path), clock, limit)
  const right = digest('a'.repeat(64))

  it('remembers across openings, by what the system says of the file, until that changes (S3)', async () => {
    const path = join(base, 'data')
    writeFileSync(path, 'one')
    const memo = await memoAt('memo')
    await digestFile(path, memo)
    await memo.save()
    const again = await memoAt('memo')
    let reads = 0
    intercept({ before: ({ operation }) => void (operation === 'read' && reads++) })
    const kept = await digestFile(path, again)
    assert.equal(reads, 0)
    renameSync(path, join(base, 'moved'))
    writeFileSync(path, 'two')
    assert.notEqual((await digestFile(path, again)).digest, kept.digest)
    assert.equal(reads, 1)
  })

  it('does not trust what was written less than 2 s before it was read, nor times in the future', async () => {
    const path = join(base, 'data')
    writeFileSync(path, 'one')
    const touched = Number((await stat(path)).ctimeNs) / 1e6
    for (const [age, calls] of [
      [-5000, 2],
      [1999, 2],
      [2001, 1],
    ] as const) {
      const memo = await memoAt(`memo${age}`, { ...systemClock, now: () => touched + age })
      let hashed = 0
      const hash = () => Promise.resolve((hashed++, right))
      await memo.digest(await stat(path), hash)
      await memo.digest(await stat(path), hash)
      assert.equal(hashed, calls, `${age} ms`)
    }
  })

  it('forgets the longest unused beyond its limit', async () => {
    const memo = await memoAt('memo', hundredSecondsOn, 2)
    const hashed: string[] = []
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) {
      const path = join(base, name)
      if (!hashed.includes(name)) writeFileSync(path, name)
      await memo.digest(await stat(path), () => Promise.resolve((hashed.push(name), right)))
    }
    assert.deepEqual(hashed, ['a', 'b', 'c', 'b'])
  })
})

describe('files and folders as values', () => {
  it('signs content and base name, neither place nor time (S3)', async () => {
    mkdirSync(join(base, 'elsewhere'))
    writeFileSync(join(base, 'a'), 'same')
    writeFileSync(join(base, 'b'), 'same')
    cpSync(join(base, 'a'), join(base, 'elsewhere/a'))
    utimesSync(join(base, 'elsewhere/a'), 1, 1)
    const sign = async (name: string) => digestValue(await fileValue(file(name), { base }))
    assert.equal(await sign('elsewhere/a'), await sign('a'))
    assert.notEqual(await sign('b'), await sign('a'))
  })

  it('signs a folder by its entries: names, content, links, and empty folders too', async () => {
    const make = (name: string, more: (path: string) => void = () => {}) => {
      const path = join(base, name, 'data')
      mkdirSync(join(path, 'sub'), { recursive: true })
      writeFileSync(join(path, 'sub/one'), '1')
      more(path)
      return `${name}/data`
    }
    const names = [
      make('plain'),
      make('empty', (path) => mkdirSync(join(path, 'none'))),
      make('content', (path) => writeFileSync(join(path, 'sub/one'), '2')),
      make('named', (path) => renameSync(join(path, 'sub/one'), join(path, 'sub/two'))),
      make('link', (path) => symlinkSync('sub/one', join(path, 'two'))),
      make('other link', (path) => symlinkSync('sub', join(path, 'two'))),
    ]
    const digests = await Promise.all(
      names.map(async (name) => digestValue(await folderValue(folder(name), { base }))),
    )
    assert.equal(new Set(digests).size, names.length)
    assert.equal(digestValue(await folderValue(folder(make('same')), { base })), digests[0])
    assert.equal((await folderValue(folder('plain/data'), { base })).files, 1)
  })

  it('says which file is missing and where the path started', async () => {
    await assert.rejects(
      valueOf([1, file('gone.fa')], { base }),
      (error) =>
        isAbeyanceError(error, 'missing-file') &&
        error.message.includes('gone.fa') &&
        error.message.includes(base),
    )
  })

  it('takes a pinned digest as it is, and signs by size and time where told to', async () => {
    writeFileSync(join(base, 'a'), 'x')
    const pinned = 'b'.repeat(64)
    assert.equal((await fileValue(file('a', { sign: { pinned } }), { base })).digest, pinned)
    await assert.rejects(fileValue(file('a', { sign: { pinned: 'x' } }), { base }), (error) =>
      isAbeyanceError(error, 'invalid-value'),
    )
    const byStat = async () => (await fileValue(file('a', { sign: 'stat' }), { base })).digest
    const before = await byStat()
    assert.equal(await byStat(), before)
    utimesSync(join(base, 'a'), 1, 1)
    assert.notEqual(await byStat(), before)
  })

  it('refuses a folder given as a file, a file as a folder, and files of other machines', async () => {
    writeFileSync(join(base, 'a'), 'x')
    await assert.rejects(fileValue(file('.'), { base }), (error) => isAbeyanceError(error, 'invalid-value'))
    await assert.rejects(folderValue(folder('a'), { base }), (error) =>
      isAbeyanceError(error, 'invalid-value'),
    )
    await assert.rejects(fileValue(file('a', { at: 'hpc' }), { base }), (error) =>
      isAbeyanceError(error, 'unsupported'),
    )
  })
})
