import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'mocha'
import { quote } from '../../../src/core/quote.ts'
import { remember } from '../../../src/transports/ssh/remembered.ts'

const beginning = (name: string) =>
  `set -u\nkind=${quote(name)}\n${`# it's "${name}" 𝒜 $HOME \\\n`.repeat(60)}`
const look = (nonce: string) => `${beginning('look')}nonce=${nonce}\nprintf '<%s>' "$nonce" "$0"`

/** What a waiting shell prints that is told these scripts, one after the other. */
function run(shell: readonly string[], scripts: readonly string[]): string {
  const [program = '', ...words] = shell
  const tell = remember()
  const lines = scripts.map((script) => {
    const { before, word } = tell(script)
    return `${before}\n${shell.map(quote).join(' ')} -c ${word}\n`
  })
  const { stdout, stderr } = spawnSync(program, [...words, '-s'], { input: lines.join(''), encoding: 'utf8' })
  assert.equal(stderr, '')
  return stdout
}

describe('what a waiting shell keeps', () => {
  it('is sent once, when two scripts begin with it', () => {
    const tell = remember()
    assert.deepEqual(tell(look('one')), { before: '', word: quote(look('one')) })
    const told = tell(look('two'))
    assert.equal(told.before, `abeyance_0=${quote(beginning('look'))}`)
    const rest = look('three').slice(beginning('look').length)
    assert.deepEqual(tell(look('three')), { before: '', word: `"$abeyance_0"${quote(rest)}` })
  })

  it('is not what is short, or only in part of a line', () => {
    const tell = remember()
    const line = 'x'.repeat(5000)
    for (const script of ['echo 1\necho 2', 'echo 1\necho 3', `${line}1`, `${line}2`, `${line}3`])
      assert.deepEqual(tell(script), { before: '', word: quote(script) })
  })

  it('grows where scripts turn out to have more in common', () => {
    const tell = remember()
    const [common, more] = [beginning('common'), beginning('more')]
    tell(`${common}one`)
    assert.equal(tell(`${common}${more}two`).before, `abeyance_0=${quote(common)}`)
    assert.equal(tell(`${common}${more}three`).before, `abeyance_1=${quote(common + more)}`)
    assert.equal(tell(`${common}${more}four`).word, '"$abeyance_1"four')
    assert.equal(tell(`${common}five`).word, '"$abeyance_0"five')
  })

  for (const shell of [['sh'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']])
    it(`changes nothing of what ${shell.join(' ')} runs, however many kinds take turns`, function () {
      // A shell that is not on this machine; CI installs all of them.
      if (spawnSync(shell[0] ?? '', ['--help']).error) return this.skip()
      const turns = Array.from({ length: 40 }, (_, turn) => ({
        turn,
        kind: `'${(turn * turn + (turn >> 2)) % 6}'`,
      }))
      const scripts = turns.map(
        ({ turn, kind }) => `${beginning(kind)}printf '%s %s\\n' "$kind" ${turn}; false`,
      )
      assert.equal(run(shell, scripts), turns.map(({ turn, kind }) => `${kind} ${turn}\n`).join(''))
    })
})
