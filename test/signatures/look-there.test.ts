import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { digestFile } from '../../src/signatures/digest-file.ts'
import { digestStat } from '../../src/signatures/digest-stat.ts'
import { lookThere, nanoseconds } from '../../src/signatures/look-there.ts'
import { local } from '../../src/transports/local.ts'

describe('looking at a file on a machine', () => {
  let base: string
  let path: string
  before(async () => {
    base = await mkdtemp(join(tmpdir(), "it's $there "))
    path = join(base, 'a "file"')
    await writeFile(path, 'there')
    await mkdir(join(base, 'folder'))
  })
  after(() => rm(base, { recursive: true }))

  const look = (sign?: Parameters<typeof lookThere>[2], at = path) =>
    lookThere(local(), at, sign, { deadline: 60_000 })

  it('hashes it there, as it would be here', async () => {
    const { digest, size } = await digestFile(path)
    const found = { path, name: 'a "file"', size, digest, weak: false }
    assert.deepEqual(await look(), found)
    assert.deepEqual(await look('content'), found)
  })

  it('takes size and time where that is asked, or it is larger than 1 GiB; as it would be here', async () => {
    await utimes(path, 1, 1_700_000_000.25)
    const { digest, weak } = await look('stat')
    assert.deepEqual([digest, weak], [await digestStat(path), true])
    const large = join(base, 'large')
    await writeFile(large, '')
    await truncate(large, 2 ** 30 + 1)
    assert.deepEqual(await look(undefined, large), {
      path: large,
      name: 'large',
      size: 2 ** 30 + 1,
      digest: await digestStat(large),
      weak: true,
    })
  })

  it('takes the digest that its user gives, and reads nothing', async () => {
    const pinned = 'ab'.repeat(32)
    const { digest, weak, size } = await look({ pinned })
    assert.deepEqual([digest, weak, size], [pinned, false, 5])
  })

  for (const [what, at, code] of [
    ['is not there', 'none', 'missing-file'],
    ['is a folder', 'folder', 'invalid-value'],
  ] as const)
    it(`says that it ${what}`, () =>
      assert.rejects(look(undefined, join(base, at)), { code, message: /it's \$there/ }))

  it('takes no path that depends on where one stands', async () => {
    for (const at of ['relative', '/', '/x/', '~', '~other/x', '/nul\0'])
      await assert.rejects(look(undefined, at), { code: 'invalid-value', message: /absolute/ })
  })

  it('reads times of every kind of stat', () => {
    const cases = [
      ['12.000000034', '12000000034'],
      ['12', '12000000000'],
      ['12.5', '12500000000'],
      ['', undefined],
      ['-1', undefined],
      ['%.9Y', undefined],
    ] as const
    for (const [said, read] of cases) assert.equal(nanoseconds(said), read, said)
  })
})
