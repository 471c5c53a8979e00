import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, it } from 'mocha'
import { blocksOf, missingLine, type Block } from './blocks.ts'
import { pages } from './pages.ts'
import { top, userFolder, type UserFolder } from './user-folder.ts'

const run = promisify(execFile)

/** Does what a reader of the page does: writes the files that it shows, runs the commands, compares what they print. */
async function follow(blocks: readonly Block[], user: UserFolder): Promise<readonly string[]> {
  const typed: string[] = []
  let printed = ''
  for (const block of blocks) {
    if (block.file !== undefined) {
      await mkdir(dirname(join(user.path, block.file)), { recursive: true })
      await writeFile(join(user.path, block.file), block.text)
      if (block.language === 'ts') typed.push(block.file)
    }
    if (block.exit !== undefined) {
      const { code, output } = await user.sh(block.text)
      assert.equal(code, block.exit, `line ${block.line} ended with ${code} and printed:\n${output}`)
      printed = output
    }
    if (block.output) {
      const missing = missingLine(block.text, printed)
      assert.equal(missing, undefined, `line ${block.line}: this is not in what was printed:\n${printed}`)
    }
  }
  return typed
}

async function compile(files: readonly string[], { path }: UserFolder): Promise<void> {
  if (files.length === 0) return
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck']
  const target = ['--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--ignoreConfig']
  const words = [join(top, 'node_modules/typescript/bin/tsc'), ...options, ...target, ...files]
  await run(process.execPath, words, { cwd: path }).catch((error: { stdout?: string }) =>
    assert.fail(`the page's TypeScript does not compile:\n${error.stdout ?? ''}`),
  )
}

const all = pages()

describe('the pages, done by a reader', () => {
  for (const [path, page] of all) {
    const blocks = blocksOf(page)
    if (!blocks.some(({ exit }) => exit !== undefined)) continue
    it(`work: ${path}`, async function () {
      this.timeout(240_000)
      const user = await userFolder()
      try {
        await compile(await follow(blocks, user), user)
      } finally {
        await user.close()
      }
    })
  }

  it('are those that show something to do', () => {
    const done = [...all].filter(([, page]) => blocksOf(page).some(({ exit }) => exit !== undefined))
    const expected = [
      'README.md',
      'docs/writing-a-module.md',
      'docs/writing-a-runner.md',
      'docs/writing-a-store.md',
      'docs/writing-a-transport.md',
    ]
    for (const path of expected)
      assert.ok(
        done.some(([name]) => name === path),
        `nothing is run of ${path}`,
      )
  })

  it('show YAML that can be read', async () => {
    const { parse } = await import('yaml')
    for (const [path, page] of all)
      for (const { language, text, line } of blocksOf(page))
        if (language === 'yaml') assert.doesNotThrow(() => parse(text), `${path}:${line}`)
  })
})
