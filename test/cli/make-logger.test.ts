import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'mocha'

const source = new URL('../../src/cli/make-logger.ts', import.meta.url).href

/** What a process of its own wrote to standard error, line by line. */
function said(verbose: boolean, act: string): readonly string[] {
  const program = `
    import { makeLogger } from ${JSON.stringify(source)}
    const logger = await makeLogger({ verbose: ${verbose} })
    ${act}`
  const words = ['--no-warnings', '--import', 'tsx', '--input-type=module', '-e', program]
  const { stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stderr.split('\n').filter((line) => line !== '')
}

describe('the log of the command line', function () {
  this.timeout(60_000)
  const act = `
    for (let turn = 0; turn < 3; turn++) logger.error({ error: 'disk full' }, 'not written')
    logger.error({ error: 'read-only' }, 'not written')
    logger.warn({}, 'slow')`

  it('tells a fault that comes again and again once, another at once, and nothing less', () => {
    const lines = said(false, act)
    assert.equal(lines.length, 2)
    assert.match(lines[0] ?? '', /"error":"disk full","msg":"not written"/)
    assert.match(lines[1] ?? '', /"error":"read-only"/)
  })

  it('tells everything with --verbose', () => {
    assert.equal(said(true, act).length, 5)
  })
})
