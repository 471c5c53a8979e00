import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import { abeyance, built, project } from './command-line.ts'

const document = `abeyance: 1
name: gel
inputs: { enzymes: { type: [string], default: [EcoRI, BamHI] } }
modules:
  digest:
    map: enzyme
    script: echo "$enzyme" > o.txt
    inputs: { enzyme: $enzymes }
    outputs: { o: o.txt }
  report: { script: echo done, outputs: {} }
outputs: { all: $digest.o }
`

// What a key press in bash hands to the function: the line, and its words as bash cuts them, at colons and equals signs too.
const bash = `source <(abeyance completion bash)
try() {
  COMP_LINE=$1 COMP_POINT=\${#1}
  local rest=\${1//:/ : }; read -ra COMP_WORDS <<< "\${rest//=/ = }"
  [[ $1 == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _abeyance
  printf '%s\\n' "\${COMPREPLY[@]}"
}
try "$1"
`

// A zsh that somebody types into: what it has on its line is read back at the end.
const zsh = `zmodload zsh/zpty
zpty it zsh -f -i
zpty -w it "bindkey -e; autoload -Uz compinit; compinit -u -D; source <(abeyance completion zsh); echo read''y"
zpty -r it out '*ready*'
zpty -w -n it "$1"$'\\t'
zpty -w -n it $'\\x01echo GO""T \\x05 DO""NE\\r'
out=
repeat 300; do while zpty -r -t it more; do out+=$more; done; [[ $out == *GOT*DONE* ]] && break; sleep 0.1; done
print -r -- "\${out##*GOT }"
zpty -d it
`

describe('completion', function () {
  this.timeout(240_000)
  let folder: string
  let environment: NodeJS.ProcessEnv
  before(async () => {
    folder = await project({ 'gel.yaml': document })
    assert.equal((await abeyance(folder, ['run', 'gel.yaml', '--wait'])).code, 0)
    const program = join(folder, 'bin', 'abeyance')
    await fs.mkdir(join(folder, 'bin'))
    await fs.writeFile(
      program,
      `#!/bin/sh\nexec '${process.execPath}' '${join(await built(), 'cli/main.js')}' "$@"\n`,
    )
    await fs.chmod(program, 0o755)
    environment = {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_V8_COVERAGE: '',
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    }
  })

  /** What a shell says when it is run with these words; a shell that is not here is told plainly, and its test does not pass for run. */
  const said = (context: Mocha.Context, [shell = '', ...words]: readonly string[]): string => {
    const { stdout, stderr, error } = spawnSync(shell, words, {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
      timeout: 40_000,
    })
    if (error && 'code' in error && error.code === 'ENOENT') {
      console.log(`      ${shell} is not installed here: its completion was not tried`)
      return context.skip()
    }
    assert.equal(error, undefined)
    assert.doesNotMatch(stderr, /error|not found/i)
    return stdout
  }

  it('works in bash: commands, options, modules of a run after a colon, inputs after an equals sign', function () {
    const next = (line: string) => said(this, ['bash', '-c', bash, 'bash', line]).trim().split('\n')
    assert.deepEqual(next('abeyance resu'), ['resume'])
    assert.deepEqual(next('abeyance logs --follow --no-p'), ['--no-prefix'])
    assert.deepEqual(next('abeyance logs last:digest').toSorted(), [
      'digest',
      String.raw`digest\[0\]`,
      String.raw`digest\[1\]`,
    ])
    assert.deepEqual(next('abeyance run gel.yaml --input=enz'), ['enzymes='])
    assert.deepEqual(next('abeyance doctor '), ['local'])
  })

  it('works in zsh, as somebody types', function () {
    const line = said(this, ['zsh', '-f', '-c', zsh, 'zsh', 'abeyance logs last:rep'])
    assert.match(line, /^abeyance logs last:report +DONE/)
  })

  it('works in fish, with what each is', function () {
    const next = (line: string) =>
      said(this, ['fish', '--no-config', '-c', `abeyance completion fish | source; complete -C '${line}'`])
        .trim()
        .split('\n')
    assert.deepEqual(next('abeyance logs last:digest[0'), ['last:digest[0]\tdone'])
    assert.match(next('abeyance wat').join('\n'), /^watch\tshow runs and jobs/)
    assert.deepEqual(next('abeyance check ge'), ['gel.yaml'])
  })

  it('never fails and never writes, whatever the folder and the words', async () => {
    const empty = await project({})
    for (const words of [
      ['show', ''],
      ['-w', '/nowhere', 'show', ''],
      ['nonsense', '--what', ''],
      ['run', 'gone.yaml', '--target', ''],
    ]) {
      const { code, stderr } = await abeyance(empty, ['complete', '--shell', 'fish', '--', ...words])
      assert.deepEqual([code, stderr], [0, ''])
    }
    assert.deepEqual(await fs.readdir(empty), [])
  })
})
