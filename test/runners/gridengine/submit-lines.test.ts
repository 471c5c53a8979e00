import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { tag } from '../../../src/core/ids.ts'
import type { Resources } from '../../../src/pipeline/settings.ts'
import { gridengineScheduler, type GridEngineOptions } from '../../../src/runners/gridengine.ts'
import { openPrograms, type FakePrograms } from '../fake-programs.ts'
import { script, submission } from '../job-host.ts'

let host: FakePrograms
beforeEach(() => (host = openPrograms()))
afterEach(() => host.close())

function submit(resources: Resources = {}, options: GridEngineOptions = {}): string {
  const job = { ...submission(tag('jabcdefghijkl'), script('true', { resources })), name: 'align[0], a b' }
  const lines = gridengineScheduler(options).submit(job)
  const { out, err } = host.run(
    `submit() {\n${lines}\n}\nif submit; then echo "native $native"; else echo "$verdict: $fault"; fi`,
  )
  return out + err
}

describe("Grid Engine's submission", () => {
  it('asks for the job under its tag, from its folder, with a comment for people', () => {
    host.make('qsub', `printf '<%s>' "$@" >../words; echo 12`)
    mkdirSync(join(host.folder, 'at'))
    const lines = gridengineScheduler().submit(submission(tag('jone'), script('true')))
    const { out } = host.run(`cd at; submit() {\n${lines}\n}\nsubmit; echo "$native"; cat ../words`)
    assert.equal(
      out.replace(host.folder, '@'),
      '12\n<-terse><-N><jone><-ac><abeyance=test_of_jone><-C><><-S></bin/sh><-b><n><-sync><n><-j><y><-r><n>' +
        '<-cwd><-o><scheduler.log><job/wrapper><@/at>',
    )
  })

  it('translates resources, memory divided among the slots', () => {
    host.make('qsub', `printf '%s ' "$@" >&2; echo 12`)
    const words = (resources: Resources, options: GridEngineOptions) => {
      host.make('qsub', `printf '%s ' "$@" >words; echo 12`)
      const said = submit(resources, options)
      assert.equal(said, 'native 12\n')
      return host.run('cat words').out
    }
    const asked: Resources = {
      cores: 4,
      memory: '10 GiB',
      time: '90m',
      gpus: 2,
      partition: 'long.q',
      account: 'sun',
      flags: ['-m', 'n'],
    }
    assert.match(
      words(asked, { gpus: 'gpu', requeue: true }),
      /-ac abeyance=align_0___a_b .* -r y -pe smp 4 -l h_rt=5400 -l h_vmem=2560M -l gpu=2 -q long.q -P sun -m n /,
    )
    assert.match(
      words(asked, { memory: 'mem_free', memoryPer: 'job', parallelEnvironment: 'threads', gpus: 'gpu' }),
      /-pe threads 4 -l h_rt=5400 -l mem_free=10240M /,
    )
    assert.doesNotMatch(words({ cores: 1 }, {}), / -(pe|l) /)
    assert.deepEqual(gridengineScheduler().cannot, ['gpus'])
    assert.deepEqual(gridengineScheduler({ gpus: 'gpu' }).cannot, [])
  })

  it('refuses flags that would undo its own', () => {
    for (const flags of [
      ['-w', 'v'],
      ['other.sh'],
      ['-V', 'other.sh'],
      ['-pe', 'smp', '2', 'other.sh'],
      ['-N', 'other'],
      ['-t', '1-3'],
      ['-sync', 'y'],
    ])
      assert.throws(() => submit({ flags }), { code: 'invalid-value' })
  })

  it('starts at home where Grid Engine would take the folder for something else', () => {
    host.make('qsub', `printf '%s ' "$@" >../words; echo 12`)
    mkdirSync(join(host.folder, '$HOME,a'))
    const lines = gridengineScheduler().submit(submission(tag('jone'), script('true')))
    const { out } = host.run(`cd '$HOME,a'; submit() {\n${lines}\n}\nsubmit; cat ../words`)
    assert.match(out, / -o \/dev\/null job\/wrapper .*\/\$HOME,a $/)
  })

  it('runs the prelude before, of which nothing stays and nothing is read', () => {
    writeFileSync(join(host.folder, 'settings.sh'), 'echo 99; CELL=four\nexport CELL\n')
    host.make('qsub', 'echo "$CELL" >cell; echo 12')
    const lines = gridengineScheduler({ prelude: '. ./settings.sh' }).submit(
      submission(tag('jone'), script('true')),
    )
    const { out } = host.run(`submit() {\n${lines}\n}\nsubmit; echo "$native \${CELL-none}"; cat cell`)
    assert.equal(out, '12 none\nfour\n')
  })

  const answers: readonly (readonly [string, number, string])[] = [
    ['native 36', 0, '36\n'],
    ['native 36', 0, 'warning: 2 hosts are down\n36\nwarning: no project given\n'],
    ['native 36', 0, '36  \r\n'],
    ['native 36', 0, 'Your job 36 ("jabcdefghijkl") has been submitted\n'],
    ['doubt: qsub ended with code 0 and said nothing', 0, ''],
    ['doubt: 36 37', 0, '36\n37\n'],
    ['doubt: thirty-six', 0, 'thirty-six\n'],
    ['doubt: 36', 1, '36\n'],
    ['doubt: qsub ended with code 137 and said nothing', 137, ''],
    [
      'doubt: Unable to run job: failed receiving gdi request response for mid=1 (got syncron message receive timeout error).',
      1,
      'Unable to run job: failed receiving gdi request response for mid=1 (got syncron message receive timeout error).\n',
    ],
    [
      'doubt: Unable to run job: Error reading answer list from qmaster Exiting.',
      1,
      'Unable to run job: Error reading answer list from qmaster\nExiting.\n',
    ],
    ['doubt: what', 1, 'what\n'],
    [
      'refused: Unable to run job: Job was rejected because job requests unknown queue "nosuch.q" Exiting.',
      1,
      'Unable to run job: Job was rejected because job requests unknown queue "nosuch.q"\nExiting.\n',
    ],
    [
      'refused: Unable to run job: unknown resource "nosuch" Exiting.',
      1,
      'Unable to run job: unknown resource "nosuch"\nExiting.\n',
    ],
    ['refused: qsub: invalid option argument "-nosuch"', 2, 'qsub: invalid option argument "-nosuch"\n'],
    [
      'not-tried: Unable to run job: job rejected: only 2 jobs are allowed per user (current job count: 2) Exiting.',
      25,
      'Unable to run job: job rejected: only 2 jobs are allowed per user (current job count: 2)\nExiting.\n',
    ],
    [
      'not-tried: error: commlib error: got select error (Connection refused) Unable to run job: unable to send message to ' +
        'qmaster using port 16444 on host "vm": got send error Exiting.',
      1,
      'error: commlib error: got select error (Connection refused)\nUnable to run job: unable to send message to qmaster using ' +
        'port 16444 on host "vm": got send error\nExiting.\n',
    ],
    [
      'not-tried: Please set the environment variable SGE_ROOT.',
      1,
      'Please set the environment variable SGE_ROOT.\n',
    ],
  ]
  for (const [said, code, out] of answers)
    it(`takes code ${code} with ${JSON.stringify(out.slice(0, 60))} for ${said.slice(0, 9)}`, () => {
      host.answer('qsub', code === 0 ? { out } : { err: out, code })
      assert.equal(submit(), `${said}\n`)
    })

  it('has not tried where there is no qsub, or no settings', () => {
    assert.match(submit({}, { prelude: 'PATH=/nonexistent' }), /^not-tried: .*qsub.*not found/)
    assert.match(
      submit({}, { prelude: '. /nonexistent/settings.sh' }),
      /^not-tried: .*\/nonexistent\/settings.sh/,
    )
  })
})
