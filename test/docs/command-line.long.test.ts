import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { exitCodes } from '../../src/cli/exit-code.ts'
import { pages } from './pages.ts'
import { userFolder } from './user-folder.ts'

const page = pages().get('docs/command-line.md') ?? ''

/** The long options that a help text lists for the command itself, with what they take. */
function optionsOf(help: string): readonly string[] {
  const own = help.split('Global Options:')[0] ?? ''
  return [...own.matchAll(/^ {2,}(?:-\w, )?(--[a-z-]+(?: [<[][^>\]]+[>\]])?)/gm)]
    .map(([, option = '']) => option)
    .filter((option) => option !== '--help')
}

/** The same of the page: the part under the command's heading. */
function written(): ReadonlyMap<string, { readonly usage: string; readonly options: readonly string[] }> {
  return new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((part) => {
        const usage = /^`([^`]+)`/.exec(part)?.[1] ?? ''
        const rows = [...part.matchAll(/^\| (?:`-\w`, )?`(--[^`]+)` \|/gm)]
        return [usage.split(' ')[0] ?? '', { usage, options: rows.map(([, option = '']) => option) }]
      }),
  )
}

describe('docs/command-line.md', () => {
  it('has every command with its arguments and options, as --help says', async function () {
    this.timeout(180_000)
    const user = await userFolder()
    try {
      const { output } = await user.sh('npx abeyance --help')
      const listed = output.split('Commands:')[1] ?? ''
      const names = [...listed.matchAll(/^ {2}([a-z]+)\b/gm)]
        .map(([, name = '']) => name)
        .filter((name) => name !== 'help')
      assert.deepEqual([...written().keys()].toSorted(), names.toSorted())
      for (const [name, { usage, options }] of written()) {
        const help = (await user.sh(`npx abeyance ${name} --help`)).output
        assert.deepEqual(options.toSorted(), optionsOf(help).toSorted(), name)
        const said = /^Usage: abeyance (.*)$/m.exec(help)?.[1] ?? ''
        assert.equal(usage, said.replace(' [options]', ''), name)
      }
    } finally {
      await user.close()
    }
  })

  it('has every exit code', () => {
    const codes = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    assert.deepEqual(codes, Object.values(exitCodes))
  })
})
