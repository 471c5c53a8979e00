import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { importsOf } from './floors/imports-of.ts'
import { sourceTree } from './floors/source-tree.ts'

const top = fileURLToPath(new URL('..', import.meta.url))

const shape = z.object({
  bin: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  peerDependencies: z.record(z.string(), z.string()),
  exports: z.record(z.string(), z.union([z.string(), z.object({ types: z.string(), default: z.string() })])),
})
const manifest = async () => shape.parse(JSON.parse(await readFile(`${top}package.json`, 'utf8')))

/** `./dist/runners/local.js` is built from `src/runners/local.ts`. */
const sourceOf = (built: string) => built.replace(/^\.\/dist\//, 'src/').replace(/(\.d\.ts|\.js)$/, '.ts')

// A file of a seam's folder that exports a maker of a driver under its own name (`memory.ts`: `memoryStore`): strangers import it by its own subpath.
const seams = {
  transports: 'Transport',
  runners: 'RunnerKind|Runner',
  records: 'RecordStore',
  notifiers: 'Notifier',
} as const

async function drivers(): Promise<readonly string[]> {
  const tree = await sourceTree(top, 'src')
  return Object.entries(seams).flatMap(([folder, gives]) =>
    [...tree].flatMap(([path, text]) => {
      const name = new RegExp(`^src/${folder}/([a-z0-9-]+)\\.ts$`).exec(path)?.[1]
      if (name === undefined) return []
      const signature = new RegExp(
        `^export (async )?function ${name}\\w*\\([^{]*\\): (Promise<)?(${gives})\\b`,
        'm',
      )
      return signature.test(text) ? [`./${folder}/${name}`] : []
    }),
  )
}

describe('package.json', () => {
  it('exports only what the build makes, types beside code', async () => {
    const tree = await sourceTree(top, 'src')
    for (const [subpath, target] of Object.entries((await manifest()).exports)) {
      if (typeof target === 'string') {
        assert.equal(subpath, target, 'only package.json is exported as it is')
        continue
      }
      assert.ok(
        tree.has(sourceOf(target.default)),
        `${subpath} is ${target.default}, but ${sourceOf(target.default)} is not there`,
      )
      assert.equal(sourceOf(target.types), sourceOf(target.default), `${subpath} has types of another file`)
    }
  })

  it('gives every driver a subpath of its own', async () => {
    const subpaths = Object.keys((await manifest()).exports)
    const missing = (await drivers()).filter((driver) => !subpaths.includes(driver))
    assert.deepEqual(missing, [])
  })

  it('names each subpath as its file is named', async () => {
    for (const [subpath, target] of Object.entries((await manifest()).exports)) {
      if (typeof target === 'string') continue
      const source = sourceOf(target.default)
        .replace(/^src\//, './')
        .replace(/\/?(index)?\.ts$/, '')
      assert.equal(subpath, source)
    }
  })

  it('has a source for each program', async () => {
    const tree = await sourceTree(top, 'src')
    for (const built of Object.values((await manifest()).bin)) assert.ok(tree.has(sourceOf(built)), built)
  })

  it('lists as dependencies, or as peers that may be missing, exactly the packages that src imports', async () => {
    const tree = await sourceTree(top, 'src')
    // The page is bundled: whoever installs us needs none of its packages.
    const loaded = [...tree].filter(([path]) => !path.startsWith('src/web/page/'))
    const names = loaded.flatMap(([path, text]) =>
      importsOf(path, text).flatMap((each) => (each.kind === 'package' ? [each.name] : [])),
    )
    const packages = names
      .filter((name) => !name.startsWith('node:'))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    const { dependencies, peerDependencies } = await manifest()
    assert.deepEqual(
      [...new Set(packages)].toSorted(),
      Object.keys({ ...dependencies, ...peerDependencies }).toSorted(),
    )
  })
})
