import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, it } from 'mocha'
import { sourceTree } from '../floors/source-tree.ts'
import { blocksOf } from './blocks.ts'
import { pages } from './pages.ts'
import { top } from './user-folder.ts'

const readme = pages().get('README.md') ?? ''
const block = (name: string) => blocksOf(readme).find(({ file }) => file === name)?.text ?? ''

describe('README.md', () => {
  it('shows the document of examples/hello-yaml, in 15 lines or so', () => {
    assert.equal(block('hello.yaml'), readFileSync(join(top, 'examples/hello-yaml/hello.yaml'), 'utf8'))
    assert.ok(block('hello.yaml').split('\n').length <= 17)
  })

  it('embeds in 20 lines or so', () => {
    const lines = block('letters.mts').split('\n').length
    assert.ok(lines > 10 && lines <= 23, `${lines} lines`)
  })

  it('names the two commands that do everything, and scripts that are there', () => {
    for (const command of ['npm ci && npm run demo', 'npm ci && npm test'])
      assert.ok(readme.includes(`\n\`\`\`sh\n${command}\n\`\`\`\n`), command)
    const { scripts }: { scripts: object } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
    const named = [...pages()].flatMap(([path, page]) =>
      [...page.matchAll(/\bnpm run ([a-z:]+)/g)].map(([, script = '']) => ({ path, script })),
    )
    assert.ok(named.length > 3)
    for (const { path, script } of named) assert.ok(script in scripts, `${path}: npm run ${script}`)
  })
})

describe('ARCHITECTURE.md', () => {
  it('names source files that are there', async () => {
    const page = pages().get('ARCHITECTURE.md') ?? ''
    const files = [...(await sourceTree(top, 'src')).keys()]
    const names = new Set(files.map((file) => basename(file)))
    const [now = ''] = page.split('## Where later capabilities go')
    const named = [...now.matchAll(/`([a-z/-]+\.ts)`/g)].map(([, name = '']) => name)
    assert.ok(named.length > 60)
    for (const name of named) {
      const there = name.includes('/')
        ? existsSync(join(top, name)) ||
          files.includes(`src/${name}`) ||
          files.some((file) => file.endsWith(`/${name}`))
        : names.has(name)
      assert.ok(there, name)
    }
  })
})
