import assert from 'node:assert/strict'
import { link, mkdir, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { readSizes } from '../../src/runners/folder-sizes.ts'
import { openJobHost, type JobHost } from './job-host.ts'

const kib = 1024

describe('measuring the folders of a workspace', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  it('says nothing of a machine where nothing was submitted yet', async () => {
    const disk = await host.runner.disk?.({})
    assert.deepEqual(disk && [[...disk.attempts], disk.cache, disk.leftovers], [[], 0, 0])
  })

  it('tells each attempt from the cache, where what both have counts, and from what a removal left', async () => {
    const root = `${host.folder}/work/w`
    for (const name of ['cache', 'jbig', 'jsmall', '.trash.jold.7', 'spool'])
      await mkdir(`${root}/${name}`, { recursive: true })
    await writeFile(`${root}/cache/content`, Buffer.alloc(400 * kib, 1))
    await link(`${root}/cache/content`, `${root}/jsmall/input`)
    await writeFile(`${root}/jbig/output`, Buffer.alloc(200 * kib, 1))
    await writeFile(`${root}/.trash.jold.7/rest`, Buffer.alloc(100 * kib, 1))
    const disk = (await host.runner.disk?.({})) ?? assert.fail('this runner can tell')
    const [big = 0, small = 0] = [disk.attempts.get(tag('jbig')), disk.attempts.get(tag('jsmall'))]
    assert.equal(disk.folder, root)
    assert.ok(big >= 200 * kib && big < 260 * kib, `an attempt: ${big}`)
    assert.ok(small < 60 * kib, `one that has only what is in the cache: ${small}`)
    assert.ok(disk.cache >= 400 * kib && disk.cache < 460 * kib, `the cache: ${disk.cache}`)
    assert.ok(disk.leftovers >= 100 * kib, `what a removal left: ${disk.leftovers}`)
    assert.ok((disk.free ?? 0) > 0)
    assert.equal(disk.attempts.size, 2)
  })

  it('takes no line for a size that is none, and the cache once', () => {
    const said =
      'n size now 8 cache\nn size now 8 cache\nx size now 9 ja\nn size now q jb\nn size then 4 jc\nn size now 4 jd'
    assert.deepEqual(readSizes(said, 'n', 'now'), {
      attempts: new Map([[tag('jd'), 4096]]),
      cache: 8192,
      leftovers: 0,
    })
  })
})
