import assert from 'node:assert/strict'
import { link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { pruneCache } from '../../src/staging/prune-cache.ts'
import { local } from '../../src/transports/local.ts'

describe('pruning the cache of a machine', () => {
  let base: string
  let cache: string
  before(async () => {
    base = await mkdtemp(join(tmpdir(), "it's a $cache "))
    cache = join(base, 'cache')
    await mkdir(join(cache, '.in.cut'), { recursive: true })
    await writeFile(join(cache, '.in.cut', 'half'), 'half')
    await writeFile(join(cache, 'needed'), 'needed')
    await link(join(cache, 'needed'), join(base, 'input'))
    await writeFile(join(cache, 'unneeded'), 'unneeded')
  })
  after(() => rm(base, { recursive: true }))

  const prune = async (days?: number) => {
    const { code } = await local().run(`${pruneCache(cache, days)}exit 0`, { deadline: 10_000 })
    assert.equal(code, 0)
    return (await readdir(cache)).toSorted()
  }

  it('leaves what was needed a moment ago', async () => {
    assert.deepEqual(await prune(), ['.in.cut', 'needed', 'unneeded'])
  })

  it('removes what is old and no input is a link to, and what was cut', async () => {
    assert.deepEqual(await prune(-1), ['needed'])
  })

  it('minds no cache that is not there', async () => {
    await rm(cache, { recursive: true })
    const { code } = await local().run(`${pruneCache(cache)}exit 0`, { deadline: 10_000 })
    assert.equal(code, 0)
  })
})
