import assert from 'node:assert/strict'
import { appendFile, cp, readFile, readdir, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Json } from '../../src/core/json.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import { readLowdbStore } from '../../src/records/read-lowdb.ts'
import type { Entry } from '../../src/records/record-store.ts'
import { contentsOf } from './contents-of.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('job' as const, 'outcome' as const),
    key: fc.constantFrom('a', 'b"\\', 'ç', '漢'),
    value: fc.option(fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>, { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('change' as const),
    key: fc.uuid(),
    value: fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>,
  }),
)
const groups = fc.array(fc.array(entry, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })

/** Puts the groups, and gives what the store holds after none, one, two … of them. */
async function write(folder: string, of: readonly (readonly Entry[])[]): Promise<Record<string, Json>[]> {
  const store = await lowdbStore(folder)
  const stages = [await contentsOf(store)]
  for (const group of of) {
    await store.put(group)
    stages.push(await contentsOf(store))
  }
  await store.close()
  return stages
}

async function opened(folder: string): Promise<Record<string, Json>> {
  const store = await lowdbStore(folder)
  try {
    return await contentsOf(store)
  } finally {
    await store.close()
  }
}

/** Runs `act` on a store whose journal has all that was put: the snapshot that closing wrote is moved away. */
async function journalOf(folder: string): Promise<{ readonly path: string; readonly bytes: Buffer }> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('journal-1')) await rename(join(folder, name), `${folder}-${name}`)
  }
  const path = join(folder, 'journal-1.jsonl')
  return { path, bytes: await readFile(path) }
}

describe('a journal', () => {
  it('opens at every prefix a crash can leave, with all groups that are whole in it', () =>
    fc.assert(
      fc.asyncProperty(groups, (of) =>
        inTemporaryFolder(async (root) => {
          const folder = join(root, 'store')
          const stages = await write(folder, of)
          const { path, bytes } = await journalOf(folder)
          const text = bytes.toString('latin1')
          for (let length = bytes.length; length >= 0; length--) {
            await truncate(path, length)
            const whole = Math.max(0, text.slice(0, length).split('\n').length - 2)
            const reader = await readLowdbStore(folder)
            assert.deepEqual(await contentsOf(reader), stages[whole], `cut at ${length}`)
            // Opening to write costs syncs: so that is done where a line has just ended, and a byte before and after.
            if (!text.slice(Math.max(0, length - 1), length + 1).includes('\n') && length > 1) continue
            const copy = join(root, `at-${length}`)
            await cp(folder, copy, { recursive: true })
            assert.deepEqual(await opened(copy), stages[whole], `cut at ${length}, opened to write`)
          }
        }),
      ),
      { numRuns: 3 },
    ))

  it('goes on behind a torn line: what is put afterwards is there, the torn group is not', () =>
    inTemporaryFolder(async (root) => {
      const folder = join(root, 'store')
      await write(folder, [[{ kind: 'job', key: 'a', value: 1 }]])
      const { path } = await journalOf(folder)
      await appendFile(path, '{"n":2,"entries":[["job","torn",')
      const store = await lowdbStore(folder)
      await store.put([{ kind: 'job', key: 'b', value: 2 }])
      await store.close()
      assert.deepEqual(await opened(folder), { 'job a': 1, 'job b': 2 })
    }))

  it('is refused, naming file and line, wherever a byte of it is not what was written', () =>
    inTemporaryFolder(async (root) => {
      const folder = join(root, 'store')
      await write(
        folder,
        ['a', 'b', 'c'].map((key) => [{ kind: 'job', key, value: { text: 'x' } }]),
      )
      const { path, bytes } = await journalOf(folder)
      for (let at = 0; at < bytes.length; at++) {
        const flipped = Buffer.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ 1
        await writeFile(path, flipped)
        await assert.rejects(readLowdbStore(folder), (error: Error & { code?: string }) => {
          assert.ok(
            error.code === 'workspace-damaged' ||
              error.code === 'newer-format' ||
              error.code === 'unsupported',
            `byte ${at}: ${error.message}`,
          )
          assert.match(error.message, /journal-1\.jsonl/)
          if (error.code === 'workspace-damaged') assert.match(error.message, /line \d/)
          return true
        })
      }
      await writeFile(path, bytes)
      assert.deepEqual(Object.keys(await opened(folder)), ['job a', 'job b', 'job c'])
    }))

  it('is refused when one of its generations is missing', () =>
    inTemporaryFolder(async (folder) => {
      for (let n = 0; n < 3; n++) {
        const store = await lowdbStore(folder, { snapshotAfter: 1 })
        await store.put([{ kind: 'job', key: `${n}`, value: n }])
        await store.close()
      }
      const newest = (await readdir(folder))
        .filter((name) => name.startsWith('journal-'))
        .toSorted()
        .at(-1)
      await rename(join(folder, newest ?? ''), join(folder, 'elsewhere'))
      await assert.rejects(opened(folder), { code: 'workspace-damaged', message: /is missing/ })
    }))

  it('of a newer version is refused by that name', () =>
    inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'journal-1.jsonl'), '{"format":99,"journal":1,"sealed":"otherwise"}\n')
      await assert.rejects(opened(folder), { code: 'newer-format', message: /journal-1\.jsonl.*format 99/ })
    }))
})

describe('a snapshot', () => {
  const twice = async (folder: string) => {
    for (const key of ['a', 'b', 'c']) {
      const store = await lowdbStore(folder)
      await store.put([
        { kind: 'job', key, value: key },
        { kind: 'change', key, value: key },
      ])
      await store.close()
    }
  }
  const expected = {
    'job a': 'a',
    'job b': 'b',
    'job c': 'c',
    'change a': 'a',
    'change b': 'b',
    'change c': 'c',
  }

  it('cut anywhere is refused, and the one before it goes on without loss, as the error says', () =>
    inTemporaryFolder(async (folder) => {
      await twice(folder)
      const path = join(folder, 'records.json')
      const bytes = await readFile(path)
      for (let length = 0; length < bytes.length; length++) {
        await writeFile(path, bytes.subarray(0, length))
        await assert.rejects(readLowdbStore(folder), {
          code: 'workspace-damaged',
          message: /records\.json line \d.*mv .*\.bak/,
        })
      }
      await assert.rejects(opened(folder), { code: 'workspace-damaged' })
      await rename(`${path}.bak`, path)
      assert.deepEqual(await opened(folder), expected)
    }))

  it('with a flipped byte anywhere is refused', () =>
    inTemporaryFolder(async (folder) => {
      await twice(folder)
      const path = join(folder, 'records.json')
      const bytes = await readFile(path)
      for (let at = 0; at < bytes.length; at++) {
        const flipped = Buffer.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ 1
        await writeFile(path, flipped)
        await assert.rejects(readLowdbStore(folder), /records\.json/, `byte ${at}`)
      }
    }))

  it('that is damaged and the first can be moved away: the journals have everything', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder)
      await store.put([{ kind: 'job', key: 'a', value: 1 }])
      await store.close()
      const path = join(folder, 'records.json')
      await writeFile(path, 'x')
      await assert.rejects(opened(folder), { code: 'workspace-damaged', message: /move .* away/ })
      await rename(path, join(folder, 'damaged'))
      assert.deepEqual(await opened(folder), { 'job a': 1 })
    }))

  it('of a newer version is refused by that name', () =>
    inTemporaryFolder(async (folder) => {
      await twice(folder)
      const path = join(folder, 'records.json')
      await writeFile(path, (await readFile(path, 'utf8')).replace('"format":1', '"format":2'))
      await assert.rejects(opened(folder), { code: 'newer-format', message: /records\.json.*update/ })
    }))
})
