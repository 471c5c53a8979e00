import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { AbeyanceError } from '../../../src/core/error.ts'
import { makeFolder } from '../../../src/core/system/files.ts'

describe('makeFolder', () => {
  let root = ''
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'abeyance-files-'))
  })
  afterEach(() => rm(root, { recursive: true }))

  it('makes a folder and those above it, and is content where it is there', async () => {
    const folder = join(root, 'a', 'b')
    await makeFolder(folder)
    await makeFolder(folder)
    assert.ok((await stat(folder)).isDirectory())
  })

  // As a read-only file system: Node's own recursive mkdir says ENOENT of both.
  it('says what is in the way instead of that nothing is there', async () => {
    await symlink(join(root, 'nowhere'), join(root, 'dangling'))
    await assert.rejects(makeFolder(join(root, 'dangling', 'a')), (error) => {
      assert.ok(error instanceof AbeyanceError)
      assert.match(error.message, /^cannot make the folder \S*dangling\/a: /)
      assert.doesNotMatch(error.message, /check its name/)
      return true
    })
  })
})
