import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { jobFiles } from '../../src/runners/job-files.ts'
import { slurmScheduler } from '../../src/runners/slurm.ts'
import { parseSubmit } from '../../src/runners/submit-jobs.ts'
import { submitScript } from '../../src/runners/submit-script.ts'
import { wrapperText } from '../../src/runners/wrapper.ts'
import { openPrograms, type FakePrograms } from './fake-programs.ts'
import { command, submission } from './job-host.ts'

const tags = Array.from({ length: 40 }, (_, place) => tag(`jlane${place}`))
const [first] = tags
assert.ok(first !== undefined)
const table = slurmScheduler()

/** Says who asked for which job, beside who its note says is at it; ids are given by the number in the tag. */
const sbatch = `for word in "$@"; do
  case $word in --job-name=*) name=\${word#*=} ;; esac
done
IFS=, read -r _ noted _ <submitting.1
echo "$name $PPID $noted" >>"\${0%/*}/../asked"
if [ "$name" = "$(cat "\${0%/*}/../hangs" 2>/dev/null)" ]; then echo 'sbatch: error: timed out' >&2; exit 1; fi
echo "\${name#jlane}7"`

let host: FakePrograms
beforeEach(() => {
  host = openPrograms()
  host.make('sbatch', sbatch)
})
afterEach(() => host.close())

function text(nonce: string): string {
  const jobs = tags.map((name) => submission(name, command(['true'])))
  const ready = jobs.map((job) => ({ job, files: jobFiles(job, []) }))
  return submitScript(join(host.folder, 'work/w'), nonce, table, wrapperText(table.identity), ready)
}

const environment = () => ({
  PATH: `${join(host.folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  HOME: host.folder,
})

/** Job, process that asked for it, process of its note. */
function asked(): readonly (readonly string[])[] {
  const lines = readFileSync(join(host.folder, 'asked'), 'utf8').trimEnd().split('\n')
  return lines.map((line) => line.split(' '))
}

function namesAsked(): readonly string[] {
  const names: string[] = asked().map(([name = '']) => name)
  return names.toSorted()
}

describe('a submission of many jobs to a queue', function () {
  this.timeout(60_000)
  const shells = [['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']]
  for (const [program = '', ...words] of shells)
    it(`goes in four lanes under ${[program, ...words].join(' ')}, and notes the process of each`, function () {
      // A shell that is not on this machine; CI installs all of them.
      if (spawnSync(program, ['--help']).error) return this.skip()
      const { stdout, stderr } = spawnSync(program, words, { input: text('nonce'), env: environment() })
      assert.equal(stderr.toString(), '')
      const answers = parseSubmit(stdout, 'nonce')
      for (const [place, name] of tags.entries()) {
        const answer = answers.get(name)
        assert.equal(answer?.kind === 'accepted' && answer.nativeId, `${place}7`)
        assert.equal(readFileSync(join(host.folder, 'work/w', name, 'native'), 'utf8'), `${place}7\n`)
      }
      assert.match(stdout.toString(), /\nnonce end\n$/)
      assert.deepEqual(namesAsked(), tags.toSorted())
      assert.equal(new Set(asked().map(([, asking]) => asking)).size, 4)
      for (const [name, asking, noted] of asked()) assert.equal(asking, noted, name)
    })

  it('asks for no job whose note could not be made, whatever the note of the one before says', () => {
    host.make('ln', 'exit 1')
    const { stdout } = spawnSync('dash', [], { input: text('nonce'), env: environment() })
    const answers = parseSubmit(stdout, 'nonce')
    assert.deepEqual(
      tags.map((name) => answers.get(name)?.kind),
      tags.map(() => 'doubt'),
    )
    assert.equal(existsSync(join(host.folder, 'asked')), false)
  })

  it('asks for each job once, also where two of them run at the same time', async () => {
    const both = await Promise.all(
      ['one', 'two'].map(async (nonce) => {
        writeFileSync(join(host.folder, nonce), text(nonce))
        const { stdout } = await promisify(execFile)('/bin/sh', [join(host.folder, nonce)], {
          env: environment(),
        })
        return parseSubmit(Buffer.from(stdout), nonce)
      }),
    )
    for (const name of tags) {
      const kinds = both.map((answers) => answers.get(name)?.kind)
      assert.ok(
        kinds.includes('accepted') && kinds.every((kind) => kind === 'accepted' || kind === 'doubt'),
        kinds.join(),
      )
    }
    assert.deepEqual(namesAsked(), tags.toSorted())
  })

  it('stops the lane in which the scheduler failed, and lets the others go on', () => {
    writeFileSync(join(host.folder, 'hangs'), first)
    const { stdout } = spawnSync('/bin/sh', { input: text('nonce'), env: environment() })
    const answers = parseSubmit(stdout, 'nonce')
    const kinds = tags.map((name) => answers.get(name)?.kind)
    const wanted = tags.map((_, place) => {
      if (place === 0) return 'doubt'
      return place % 4 === 0 ? 'not-tried' : 'accepted'
    })
    assert.deepEqual(kinds, wanted)
    assert.equal(asked().length, 31)
  })
})
