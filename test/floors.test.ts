import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'
import { floorProblems } from './floors/floor-problems.ts'
import { importsOf } from './floors/imports-of.ts'
import { sourceTree } from './floors/source-tree.ts'

const top = fileURLToPath(new URL('..', import.meta.url))

/** A tree that is right but for what is given, so that each problem is the only one. */
function problems(files: Readonly<Record<string, string>>): readonly string[] {
  const right = { 'src/core/a.ts': '', 'src/engine/a.ts': `import { a } from '../core/a.ts'\n` }
  return floorProblems(new Map(Object.entries({ ...right, ...files })))
}

describe('the floors', () => {
  it('hold in src', async () => {
    const tree = await sourceTree(top, 'src')
    assert.ok(tree.size > 30, `only ${tree.size} files were read`)
    assert.deepEqual(floorProblems(tree), [])
  })

  it('keep test files within the length limit too', async () => {
    const long = [...(await sourceTree(top, 'test'))].filter(([, text]) => text.split('\n').length > 301)
    assert.deepEqual(
      long.map(([path]) => path),
      [],
    )
  })
})

describe('the check of the floors', () => {
  it('finds nothing wrong with a right tree', () => {
    assert.deepEqual(problems({}), [])
  })

  const wrong: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    [
      'an arrow up',
      { 'src/core/b.ts': `import { x } from '../engine/a.ts'` },
      'src/core/b.ts (floor 1) imports src/engine/a.ts (floor 8)',
    ],
    [
      'an arrow of types alone',
      { 'src/core/b.ts': `import type {\n  X,\n} from '../engine/a.ts'` },
      'src/core/b.ts (floor 1) imports src/engine/a.ts (floor 8)',
    ],
    [
      'an arrow by export from',
      { 'src/core/b.ts': `export * from '../engine/a.ts'` },
      'src/core/b.ts (floor 1) imports src/engine/a.ts (floor 8)',
    ],
    [
      'an arrow by a dynamic import',
      { 'src/core/b.ts': `const b = async () => await import('../engine/a.ts')` },
      'src/core/b.ts (floor 1) imports src/engine/a.ts (floor 8)',
    ],
    [
      'engine and monitor talking',
      { 'src/monitor/b.ts': `import { x } from '../engine/a.ts'` },
      'src/monitor/b.ts (floor 8) imports src/engine/a.ts (floor 8)',
    ],
    [
      'folders of one floor talking',
      { 'src/pipeline/b.ts': '', 'src/transports/b.ts': `import '../pipeline/b.ts'` },
      'src/transports/b.ts (floor 2) imports src/pipeline/b.ts (floor 2)',
    ],
    [
      'the barrel imported from inside',
      { 'src/index.ts': '', 'src/cli/b.ts': `import { x } from '../index.ts'` },
      'src/cli/b.ts imports src/index.ts: the barrel is for users alone',
    ],
    [
      'a folder that is on no floor',
      { 'src/misc/b.ts': '' },
      'src/misc/b.ts is on no floor: misc is not in the table',
    ],
    [
      'a file that is not there',
      { 'src/engine/b.ts': `import { a } from './gone.ts'` },
      'src/engine/b.ts imports src/engine/gone.ts, which is not there',
    ],
    [
      'files touched outside core/system',
      { 'src/engine/b.ts': `import { readFile } from 'node:fs/promises'` },
      'src/engine/b.ts imports node:fs/promises, which only src/core/system/ may',
    ],
    [
      'processes started outside core/system',
      { 'src/core/b.ts': `import { spawn } from 'child_process'` },
      'src/core/b.ts imports child_process, which only src/core/system/ may',
    ],
    [
      'xstate outside the monitor',
      { 'src/workspace/b.ts': `type X = import('xstate').AnyActor` },
      'src/workspace/b.ts imports xstate, which only src/monitor/ may',
    ],
    [
      'a test runner in the test kit',
      { 'src/testing/b.ts': `import { it } from 'mocha'` },
      'src/testing/b.ts imports mocha: the test kit needs nothing but Node and our own lower floors',
    ],
    [
      'the environment read by the library',
      { 'src/engine/b.ts': 'const home = process.env.HOME' },
      'src/engine/b.ts reads process.env: only src/cli may',
    ],
    [
      'the library printing',
      { 'src/engine/b.ts': `console.log('done')` },
      'src/engine/b.ts prints by console: only src/cli may',
    ],
    [
      'a file that is too long',
      { 'src/engine/b.ts': 'x\n'.repeat(301) },
      'src/engine/b.ts has 301 lines: cut it by what happens, 300 is the limit',
    ],
    [
      'a circle, once',
      {
        'src/engine/b.ts': `import type { C } from './c.ts'`,
        'src/engine/c.ts': `import { d } from './d.ts'`,
        'src/engine/d.ts': `import './b.ts'`,
      },
      'circle: src/engine/b.ts -> src/engine/c.ts -> src/engine/d.ts -> src/engine/b.ts',
    ],
  ]
  for (const [what, files, sentence] of wrong)
    it(`finds ${what}`, () => {
      assert.deepEqual(problems(files), [sentence])
    })

  it('finds rxjs below the monitor and lets the monitor have it', () => {
    const file = `import type { Observable } from 'rxjs'`
    assert.deepEqual(problems({ 'src/monitor/b.ts': file }), [])
    assert.equal(problems({ 'src/engine/b.ts': file }).length, 1)
  })

  it('takes no comment for an import', () => {
    const text = `/**\n * import { x } from 'rxjs'\n */\n// import 'xstate'\nconst x = 1 // await import('mocha')\n`
    assert.deepEqual(importsOf('src/core/b.ts', text), [])
  })
})
