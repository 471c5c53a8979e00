import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { digest } from '../../src/core/ids.ts'
import {
  keepFolderManifest,
  readFolderManifest,
  type FolderEntry,
} from '../../src/staging/folder-manifest.ts'
import type { ObjectStore } from '../../src/staging/object-store.ts'
import { openObjects } from '../../src/staging/objects.ts'

const file = digest('0'.repeat(64))

describe('the entries of a folder that is kept', () => {
  let folder: string
  let objects: ObjectStore
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manifest-'))
    objects = await openObjects(folder)
  })
  after(() => rm(folder, { recursive: true }))

  // Lists come from other machines, and are laid out on this one.
  const astray: Readonly<Record<string, readonly FolderEntry[]>> = {
    'by its own path': [['a/../../x', 'file', file]],
    'from the root': [['/etc/x', 'file', file]],
    'by way of a link': [
      ['a', 'link', '/etc'],
      ['a/x', 'file', file],
    ],
  }
  for (const [how, entries] of Object.entries(astray))
    it(`may not lead out of it ${how}`, async () => {
      await assert.rejects(keepFolderManifest(objects, entries), { code: 'invalid-value' })
      const { digest: kept } = await objects.keepBytes(Buffer.from(JSON.stringify(entries)))
      await assert.rejects(readFolderManifest(objects, kept), { code: 'workspace-damaged' })
    })

  it('are given back', async () => {
    const entries: readonly FolderEntry[] = [
      ['a', 'folder'],
      ['a/..x', 'file', file],
      ['b', 'link', 'a'],
    ]
    const { digest: kept } = await keepFolderManifest(objects, entries)
    assert.deepEqual(await readFolderManifest(objects, kept), entries)
  })
})
