import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { abeyance, project } from './command-line.ts'

const escape = '\u001b'
const colour = new RegExp(`${escape}\\[[0-9;]*m`, 'g')

// What a job writes, and what an element is named: each would retitle, clear or colour a terminal.
const document = `abeyance: 1
name: hostile
inputs:
  names: { type: [string], default: ["\\e]0;owned\\a\\e[2Jname"] }
modules:
  one:
    map: name
    command: [sh, -c, 'printf "\\033]0;owned\\007\\033[2J\\033[31mwords\\302\\2332J\\n" >&2; exit 3', $name]
    inputs: { name: $names }
`

describe('what a job wrote', function () {
  this.timeout(180_000)
  let folder: string
  before(async () => {
    folder = await project({ 'hostile.yaml': document })
  })

  const commands = ['run hostile.yaml --wait', 'jobs --all', 'show last:one[0]', 'retry last one[0]']
  for (const command of commands)
    it(`cannot command a terminal from \`${command}\``, async () => {
      const { stdout, stderr } = await abeyance(folder, command.split(' '), {
        environment: { FORCE_COLOR: '1' },
      })
      const all = stdout + stderr
      // Colours, and they end with the line.
      assert.doesNotMatch(all.replaceAll(colour, '').replaceAll(/[\n\t]/g, ''), /\p{Cc}/u)
      assert.match(all, /one\[0\] name/)
      for (const line of all.split('\n'))
        assert.ok(!line.includes(escape) || line.endsWith(`${escape}[0m`), line)
    })

  it('is as it was in JSON', async () => {
    const { stdout } = await abeyance(folder, ['jobs', '--all', '--json'])
    assert.match(stdout, /one\[0\] \\u001b\]0;owned\\u0007\\u001b\[2Jname/)
  })
})
