import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { publish } from '../../../src/core/system/publish.ts'

describe('publish', () => {
  let root = ''
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'abeyance-publish-'))
  })
  afterEach(() => rm(root, { recursive: true }))

  it('leaves one whole file of those that are written at once', async () => {
    const path = join(root, 'file')
    const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(10_000 * (index + 1)))
    await Promise.all(texts.map((text) => publish(path, text)))
    assert.ok(texts.includes(await readFile(path, 'utf8')))
    assert.deepEqual(await readdir(root), ['file'])
  })
})
