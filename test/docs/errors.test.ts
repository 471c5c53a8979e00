import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'mocha'
import { AbeyanceError, errorCodes } from '../../src/core/error.ts'

/** The rows of the page's tables: `code | when | what to do | retryable`. */
async function rows(): Promise<readonly (readonly string[])[]> {
  const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const lines = page.split('\n').filter((line) => line.startsWith('| `'))
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

describe('docs/errors.md', () => {
  it('has one row for each code, and none for another', async () => {
    const codes = (await rows()).map(([code = '']) => code.replaceAll('`', ''))
    assert.deepEqual(codes.toSorted(), errorCodes.toSorted())
  })

  it('says of each when it is thrown and what to do', async () => {
    for (const [code, when = '', what = '', ...rest] of await rows()) {
      assert.ok(when.length > 10 && what.length > 10, code)
      assert.equal(rest.length, 1, `${code} has another number of cells`)
    }
  })

  it('says the same of trying again as the code does', async () => {
    const said = Object.fromEntries(
      (await rows()).map(([code = '', , , retryable]) => [code.replaceAll('`', ''), retryable]),
    )
    const held = errorCodes.map((code) => [code, new AbeyanceError(code, '').retryable ? 'yes' : 'no'])
    assert.deepEqual(said, Object.fromEntries(held))
  })
})
