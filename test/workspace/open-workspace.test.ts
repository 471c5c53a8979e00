import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, it } from 'mocha'
import { importsOf } from '../floors/imports-of.ts'
import { sourceTree } from '../floors/source-tree.ts'
import { bench } from './bench.ts'

const run = promisify(execFile)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

describe('a process that opens a workspace', () => {
  it('ends by itself once that is closed: nothing is left open', async () => {
    const on = await bench()
    const { stdout } = await run(
      process.execPath,
      ['--import', 'tsx', here('opening-process.ts'), on.folder],
      {
        timeout: 50_000,
      },
    )
    assert.equal(stdout, 'done\n')
  })
})

describe('the main entry', () => {
  it('loads no package that only an open workspace needs', async () => {
    const tree = await sourceTree(here('../..'), 'src')
    const seen = new Set<string>()
    const open = ['src/index.ts']
    const packages = new Set<string>()
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (seen.has(path)) continue
      seen.add(path)
      for (const one of importsOf(path, atModuleLevel(tree.get(path) ?? '')))
        if (one.kind === 'package') packages.add(one.name)
        else open.push(one.path)
    }
    assert.equal(seen.size > 10, true)
    const late = ['zod', 'rxjs', 'xstate', 'yaml', 'lowdb', 'node-cron', 'uuid']
    assert.deepEqual(
      [...packages].filter((name) => late.includes(name.split('/')[0] ?? name)),
      [],
    )
  })
})

/** The source less its dynamic and its type-only imports: what is loaded at once. */
function atModuleLevel(text: string): string {
  return text
    .replaceAll(/\bimport\(/g, 'later(')
    .replaceAll(/^(import|export) type [^;]*?from '[^']+'$/gms, '')
}
