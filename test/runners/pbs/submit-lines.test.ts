import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { tag } from '../../../src/core/ids.ts'
import type { Resources } from '../../../src/pipeline/settings.ts'
import { pbsScheduler, type PbsDialect, type PbsOptions } from '../../../src/runners/pbs.ts'
import { processFacts } from '../../../src/runners/process-facts.ts'
import { script, submission } from '../job-host.ts'
import { openPbsHost } from './pbs-host.ts'

let host: ReturnType<typeof openPbsHost>
beforeEach(() => (host = openPbsHost()))
afterEach(() => host.close())

function submit(resources: Resources = {}, options: PbsOptions = {}, at = 'at'): string {
  const lines = pbsScheduler(options).submit(submission(tag('jabcdefghijkl'), script('true', { resources })))
  mkdirSync(join(host.folder, at), { recursive: true })
  const { out, err } = host.run(
    `${processFacts}\ncd "$1"\nsubmit() {\n${lines}\n}\nif submit; then echo "native $native"; else echo "$verdict: $fault"; fi`,
    at,
  )
  return out + err
}

function wordsFor(dialect: PbsDialect, resources: Resources, options: PbsOptions = {}): string {
  host.make('qsub', `umask 027; printf '%s ' "$@" >words; echo 12.head`)
  assert.equal(submit(resources, { dialect, ...options }), 'native 12.head\n')
  return readFileSync(join(host.folder, 'at', 'words'), 'utf8')
}

describe("PBS's submission", () => {
  const asked: Resources = {
    cores: 4,
    memory: '10 GiB',
    time: '90m',
    gpus: 2,
    partition: 'long',
    account: 'sun',
    flags: ['-m', 'n'],
  }

  it("asks in the dialect's own words", () => {
    const begin = '-N jabcdefghijkl -j oe -r n -q long -A sun'
    const log = /-o \S+ -W umask=0?\d{3} /
    assert.equal(
      wordsFor('openpbs', asked).replace(log, ''),
      `${begin} -S /bin/sh -l select=1:ncpus=4:mem=10240mb:ngpus=2,walltime=01:30:00 -m n start `,
    )
    assert.equal(
      wordsFor('torque', asked).replace(log, ''),
      `${begin} -S /bin/sh -l nodes=1:ppn=4:gpus=2,mem=10240mb,walltime=01:30:00 -m n start `,
    )
    assert.equal(
      wordsFor('slurm', asked).replace(log, ''),
      `${begin} -l nodes=1:ppn=4:gpus=2,mem=10240mb,walltime=01:30:00 -m n start `,
    )
    assert.doesNotMatch(wordsFor('openpbs', {}), / -l /)
    assert.match(wordsFor('openpbs', { time: '1500ms' }, { requeue: true }), / -r y .* -l walltime=00:00:02 /)
    assert.match(wordsFor('torque', { memory: '1 GiB' }), / -l mem=1024mb start /)
  })

  for (const dialect of ['openpbs', 'torque', 'slurm'] as const)
    it(`finds by itself that it speaks ${dialect}, once a request`, () => {
      host.ask(dialect, {})
      host.make('qsub', `printf '%s ' "$@" >words; echo 12`)
      assert.equal(submit({ cores: 1 }), 'native 12\n')
      const words = readFileSync(join(host.folder, 'at', 'words'), 'utf8')
      assert.equal(words.includes('select='), dialect === 'openpbs')
      assert.equal(words.includes('-S '), dialect !== 'slurm')
    })

  it('refuses flags that would undo its own, and what nobody gives', () => {
    const refused = (resources: Resources) =>
      assert.throws(() => pbsScheduler().submit(submission(tag('jone'), script('true', { resources }))), {
        code: 'invalid-value',
      })
    for (const flags of [
      ['-N', 'other'],
      ['-Nother'],
      ['-hNother'],
      ['-J', '1-3'],
      ['-z'],
      ['--'],
      ['-W', 'depend=afterok:1,block=true'],
      ['-Wblock=true'],
      ['other.sh'],
      ['-V', 'other.sh'],
      ['-m', 'n', 'other.sh'],
    ])
      refused({ flags })
    for (const resources of [{ cores: 0 }, { cores: 1.5 }, { gpus: -1 }, { memory: '0 GiB' }, { time: '0s' }])
      refused(resources)
  })

  it('hands on little of the environment where all of it would come to the job', () => {
    host.make('qsub', 'env >environment; echo 12')
    const lines = pbsScheduler({ dialect: 'slurm' }).submit(submission(tag('jone'), script('true')))
    host.run(`put() { :; }\nSECRET=x; export SECRET\nsubmit() {\n${lines}\n}\nsubmit`)
    const names = readFileSync(join(host.folder, 'environment'), 'utf8').replaceAll(/=.*/g, '').split('\n')
    assert.ok(names.includes('HOME') && !names.includes('SECRET'))
  })

  it('gives the folder to the wrapper whatever its name is, and a log only to a plain one', () => {
    for (const at of ["it's $HOME; a:b,c", 'é', 'plain/folder']) {
      host.make('qsub', `printf '%s ' "$@" >words; /bin/sh "$(eval echo "\\\${$#}")" >said; echo 12`)
      mkdirSync(join(host.folder, at, 'job'), { recursive: true })
      host.run(`printf '%s\\n' 'printf "<%s>" "$1"' >"$1/job/wrapper"`, at)
      assert.equal(submit({}, { dialect: 'openpbs' }, at), 'native 12\n')
      assert.equal(readFileSync(join(host.folder, at, 'said'), 'utf8'), `<${join(host.folder, at)}>`)
      // The folder of the test itself is not plain.
      assert.match(readFileSync(join(host.folder, at, 'words'), 'utf8'), / -o \/dev\/null /)
    }
  })

  const answers: readonly (readonly [string, number, string])[] = [
    ['native 12.head', 0, '12.head\n'],
    ['native 12', 0, 'sbatch: warning: no account given\n12\n'],
    [
      'native 12.head.cluster',
      0,
      'qsub: waiting for the server\n12.head.cluster  \nNote: the queue is slow today.\n',
    ],
    ['doubt: qsub ended with code 0', 0, ''],
    ['doubt: 12.head 13.head', 0, '12.head\n13.head\n'],
    ['doubt: given', 0, 'given\n'],
    ['doubt: 12.head', 1, '12.head\n'],
    ['doubt: qsub: End of File', 202, 'qsub: End of File\n'],
    [
      'doubt: There was an error',
      1,
      "There was an error\n'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation'\n",
    ],
    ['doubt: qsub ended with code 143', 143, ''],
    ['refused: qsub: Unknown queue', 170, 'qsub: Unknown queue\n'],
    [
      'refused: qsub: Illegal attribute',
      166,
      'qsub: Illegal attribute or resource value Resource_List.walltime\n',
    ],
    ['refused: qsub: Job violates', 188, 'qsub: Job violates queue and/or server resource limits\n'],
    [
      'refused: There was an error',
      1,
      "There was an error\n'sbatch: error: invalid partition specified: nosuch\n'\n",
    ],
    ['refused: Unknown option: nosuch', 2, 'Unknown option: nosuch\nUsage:\n    qsub [-a start_time]\n'],
    [
      "not-tried: qsub: would exceed complex's per-user limit",
      38,
      "qsub: would exceed complex's per-user limit\n",
    ],
    [
      'not-tried: qsub: submit error (Maximum',
      198,
      'qsub: submit error (Maximum number of jobs already in queue)\n',
    ],
    [
      'not-tried: Connection refused qsub:',
      162,
      'Connection refused\nqsub: cannot connect to server head (errno=15010)\n',
    ],
    ['not-tried: qsub: Queue is not enabled', 165, 'qsub: Queue is not enabled\n'],
    [
      'not-tried: There was an error',
      1,
      "There was an error\n'sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed'\n",
    ],
    [
      'not-tried: There was an error',
      1,
      "There was an error\n'sbatch: error: Unable to contact slurm controller (connect failure)'\n",
    ],
  ]
  for (const [said, code, out] of answers)
    it(`takes code ${code} with ${JSON.stringify(out.slice(0, 60))} for ${said.slice(0, 9)}`, () => {
      host.answer('qsub', code === 0 ? { out } : { err: out, code })
      const answer = submit({}, { dialect: 'torque' })
      assert.equal(answer.slice(0, said.length), said, answer)
    })

  it('has not tried where there is no PBS, or no settings', () => {
    assert.match(submit({}, { prelude: 'PATH=/nonexistent' }), /^not-tried: no PBS answers here/)
    assert.match(
      submit({}, { prelude: 'PATH=/nonexistent', dialect: 'torque' }),
      /^not-tried: .*qsub.*not found/,
    )
    host.ask('torque', {})
    assert.match(
      submit({}, { prelude: '. /nonexistent/settings.sh' }),
      /^not-tried: .*\/nonexistent\/settings.sh/,
    )
    host.answer('qstat', { out: 'SGE 8.1.9\nusage: qstat [options]\n' })
    assert.match(submit(), /^not-tried: no PBS answers here/)
  })
})
