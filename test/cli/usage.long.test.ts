import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { before, describe, it } from 'mocha'
import { abeyance, project } from './command-line.ts'

const names =
  'init run plan resume watch serve check runs jobs waits answer token show explain logs cancel retry discard gc doctor login notify completion'.split(
    ' ',
  )

const document = `abeyance: 1
name: given
inputs:
  number: { type: integer }
  words: { type: [string], default: [a] }
  files: { type: [file], default: [] }
modules:
  one: { command: [echo, $number], inputs: { number: $number }, outputs: {} }
outputs: {}
`

describe('the command line', function () {
  this.timeout(180_000)
  let folder: string
  before(async () => {
    folder = await project({ 'given.yaml': document, 'a.txt': 'a' })
  })

  it('lists every command in its help and ends with 0', async () => {
    const { code, stdout } = await abeyance(folder, ['--help'])
    assert.equal(code, 0)
    for (const name of names) assert.match(stdout, new RegExp(`\\n  ${name}\\b`), name)
  })

  it('says its version, which is that of the package', async () => {
    const { code, stdout } = await abeyance(folder, ['--version'])
    assert.equal(code, 0)
    const manifest: unknown = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    )
    assert.ok(typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    assert.equal(stdout, `${String(manifest.version)}\n`)
  })

  it('shows an example in the help of every command', async () => {
    for (const name of names) {
      const { code, stdout } = await abeyance(folder, [name, '--help'])
      assert.equal(code, 0)
      assert.match(stdout, new RegExp(`Example:\\n {2}\\$ abeyance ${name}`), name)
    }
  })

  const wrong: readonly (readonly [what: string, words: readonly string[], said: RegExp])[] = [
    ['an unknown command', ['rnus'], /unknown command 'rnus'\n\(Did you mean runs\?\)/],
    ['an unknown option', ['runs', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
    ['a missing argument', ['run'], /missing required argument 'file'/],
    ['a number that is none', ['logs', 'x', '--last', 'many'], /must be a whole number/],
    ['a document that is not there', ['check', 'gone.yaml'], /there is no file gone\.yaml/],
    [
      'an input that is not given',
      ['run', 'given.yaml'],
      /needs to be given --input number=\.\.\. \(integer\)/,
    ],
    [
      'an unknown input',
      ['run', 'given.yaml', '--input', 'numbr=1'],
      /no input `numbr`; did you mean `number`\?/,
    ],
    [
      'a value of another type',
      ['run', 'given.yaml', '--input', 'number=x'],
      /--input number must be a whole number, not "x"/,
    ],
    ['a state that no run has', ['runs', '--state', 'opne'], /Allowed choices are open, done/],
    ['a state that no job has', ['jobs', '--state', 'runing'], /Allowed choices are submitting/],
    ['a pattern without files', ['run', 'given.yaml', '--input', 'files=*.bam'], /no file matches \*\.bam/],
    [
      'an input without a name',
      ['run', 'given.yaml', '--input', 'three'],
      /has no name; write it as --input name=value/,
    ],
    [
      'a notifier where there is none',
      ['notify', 'test'],
      /there is no notifier: name one under `notifiers`/,
    ],
    ['what notify does not do', ['notify', 'tset'], /Allowed choices are test/],
    ['a destination that is not there', ['doctor', 'loca'], /no destination `loca`; did you mean `local`\?/],
  ]
  for (const [what, words, said] of wrong)
    it(`ends with 2 and a sentence for ${what}`, async () => {
      const { code, stdout, stderr } = await abeyance(folder, words)
      assert.match(stderr, said)
      assert.match(stderr, /^abeyance: /)
      assert.doesNotMatch(stderr, /\n {4}at /, 'no stack')
      assert.equal(stdout, '')
      assert.equal(code, 2)
    })

  it('shows where an error comes from when asked', async () => {
    const { stderr } = await abeyance(folder, ['runs', '--verbose'])
    assert.match(stderr, /\n {4}at /)
  })

  it('takes the workspace before and after the command', async () => {
    for (const words of [
      ['--workspace', 'elsewhere', 'runs'],
      ['runs', '--workspace', 'elsewhere'],
    ])
      assert.match((await abeyance(folder, words)).stderr, /no workspace yet in \S*elsewhere;/)
  })
})
