import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { isJsonObject } from '../../src/core/json.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import type { Migration } from '../../src/records/migrate.ts'
import { seal } from '../../src/records/sealed-line.ts'
import { contentsOf } from './contents-of.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

// A made-up format 0, whose jobs said `host` where ours say `destination`, and that kept notes of its own.
const fromZero: Migration = {
  from: 0,
  entry: (entry) => {
    if (entry.key === 'note') return undefined
    const { value } = entry
    if (!isJsonObject(value) || value.host === undefined) return entry
    const { host, ...rest } = value
    return { ...entry, value: { ...rest, destination: host } }
  },
}

async function writeZero(folder: string): Promise<void> {
  const records = [
    seal('{"kind":"job","key":"a","value":{"host":"x"}'),
    seal('{"kind":"workspace","key":"note","value":1'),
  ]
  const head = seal('{"format":0,"generation":2,"last":1,"history":{"number":1,"length":LENGTH}')
  const history = `${seal('{"format":0,"journal":1')}\n${seal('{"kind":"change","key":"a/1","value":{"host":"x"}')}\n`
  const withLength = seal(head.slice(0, head.indexOf(',"crc"')).replace('LENGTH', String(history.length)))
  await writeFile(
    join(folder, 'records.json'),
    `{"head":${withLength},"records":[\n${records.join(',\n')}\n],"end":${seal('{"count":2')}}\n`,
  )
  await writeFile(join(folder, 'history-1.jsonl'), history)
  await writeFile(
    join(folder, 'journal-2.jsonl'),
    `${seal('{"format":0,"journal":2')}\n` +
      `${seal('{"n":2,"entries":[["job","b",{"host":"y"}],["change","b/1",{"host":"y"}]]')}\n`,
  )
}

const expected = {
  'job a': { destination: 'x' },
  'job b': { destination: 'y' },
  'change a/1': { destination: 'x' },
  'change b/1': { destination: 'y' },
}

describe('a store of an older format', () => {
  it('is read through its migrations, and is of ours from then on', () =>
    inTemporaryFolder(async (folder) => {
      await writeZero(folder)
      const store = await lowdbStore(folder, { migrations: [fromZero] })
      assert.deepEqual(await contentsOf(store), expected)
      await store.put([{ kind: 'job', key: 'c', value: { destination: 'z' } }])
      await store.close()
      const again = await lowdbStore(folder)
      assert.deepEqual(await contentsOf(again), { ...expected, 'job c': { destination: 'z' } })
      await again.close()
      assert.match(await readFile(join(folder, 'records.json'), 'utf8'), /^\{"head":\{"format":1,/)
    }))

  it('without a way from it is refused, and left as it is', () =>
    inTemporaryFolder(async (folder) => {
      await writeZero(folder)
      const before = await readFile(join(folder, 'records.json'), 'utf8')
      await assert.rejects(lowdbStore(folder), {
        code: 'unsupported',
        message: /records\.json has record format 0/,
      })
      assert.equal(await readFile(join(folder, 'records.json'), 'utf8'), before)
    }))
})
