import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { applyDirectives } from '../../src/runners/apply-directives.ts'
import { findDirectives, type DirectiveTable } from '../../src/runners/batch-directives.ts'
import { askedJob, fitJob } from '../../src/runners/destination-defaults.ts'
import { directives as gridengine } from '../../src/runners/gridengine/directives.ts'
import { jobFiles } from '../../src/runners/job-files.ts'
import type { JobSpec } from '../../src/runners/job-spec.ts'
import { directives as pbs } from '../../src/runners/pbs/directives.ts'
import { submitLines as submitToPbs } from '../../src/runners/pbs/submit-lines.ts'
import { directives as slurm } from '../../src/runners/slurm/directives.ts'
import { script, submission } from './job-host.ts'

const batch = (text: string, more: Partial<JobSpec> = {}) =>
  submission(tag('jabc'), script('', { run: { kind: 'batch', script: text, arguments: [] }, ...more }))
const applied = (text: string, table: DirectiveTable | undefined, more: Partial<JobSpec> = {}) =>
  applyDirectives(batch(text, more), table).spec.resources

describe('the directives of a batch script', () => {
  const table: readonly (readonly [string, DirectiveTable, string, readonly (readonly string[])[]])[] = [
    ['are its options and values', slurm, '#!/bin/sh\n#SBATCH -t 5 --mem=1G\n', [['-t', '5', '--mem=1G']]],
    [
      'keep what is quoted together',
      slurm,
      `#SBATCH --comment="it's \\"b\\"" -C 'a b'c`,
      [[`--comment=it's "b"`, '-C', 'a bc']],
    ],
    ['end at a comment', slurm, '#SBATCH -t 5 # long', [['-t', '5']]],
    ['may stand among comments and empty lines', slurm, '# a\n\n#SBATCH -t 5\n##SBATCH -t 6', [['-t', '5']]],
    ['end, for Slurm, at the first command', slurm, 'cd x\n#SBATCH -t 5', []],
    ['end, for PBS, at the first command', pbs, '#PBS -lwalltime=1\ncd x\n#PBS -q low', [['-lwalltime=1']]],
    [
      'stand anywhere for Grid Engine',
      gridengine(),
      'cd x\n#$ -l h_rt=60\n#$-q low',
      [
        ['-l', 'h_rt=60'],
        ['-q', 'low'],
      ],
    ],
    ['are no words that only begin alike', slurm, '#SBATCHED --mem', []],
  ]
  for (const [what, of, text, words] of table)
    it(what, () =>
      assert.deepEqual(
        findDirectives(text, of).map((one) => one.words),
        words,
      ),
    )

  it('name the line where a quote is open', () => {
    assert.throws(() => findDirectives('#!/bin/sh\n#SBATCH --comment="a', slurm), /line 2 .*quote/)
  })

  const taken: readonly (readonly [string, DirectiveTable, RegExp])[] = [
    ['#!/bin/sh\n#SBATCH -J mine\n#SBATCH --out=x', slurm, /line 2 .*`-J`.*; line 3 .*`--out=x`/],
    ['#SBATCH --array=1-9', slurm, /line 1 .*each element is a job of its own/],
    ['#$ -cwd', gridengine(), /line 1 .*a folder of its own/],
    ['#PBS -N mine', pbs, /line 1 .*finds the job by it/],
  ]
  for (const [text, of, error] of taken)
    it(`refuse ${text.split('\n').at(-1)}, naming the line`, () =>
      assert.throws(() => applied(text, of), error))

  const said: readonly (readonly [string, DirectiveTable, object])[] = [
    ['#SBATCH --time=5 -c2', slurm, { memory: '1 GiB', flags: ['--time=5', '-c2'] }],
    ['#SBATCH --mem-per-c 1G', slurm, { cores: 1, time: '1h', flags: ['--mem-per-c', '1G'] }],
    [
      '#$ -pe smp 4 -l h_vmem=1G,h_rt=5',
      gridengine(),
      { flags: ['-pe', 'smp', '4', '-l', 'h_vmem=1G,h_rt=5'] },
    ],
    [
      '#$ -l gpu=1',
      gridengine({ memory: 'm' }),
      { cores: 1, memory: '1 GiB', time: '1h', flags: ['-l', 'gpu=1'] },
    ],
    ['#PBS -l select=1:ncpus=4:mem=2gb', pbs, { time: '1h', flags: ['-l', 'select=1:ncpus=4:mem=2gb'] }],
    ['#PBS -lwalltime=5', pbs, { cores: 1, memory: '1 GiB', flags: ['-lwalltime=5'] }],
  ]
  const otherwise = { cores: 1, memory: '1 GiB', time: '1h' }
  for (const [text, of, resources] of said)
    it(`go before what the destination would give: ${text}`, () =>
      assert.deepEqual(applied(text, of, { otherwise }), resources))

  it('may not say again what the module says', () => {
    const resources = { time: '1h' }
    assert.throws(
      () => applied('\n#SBATCH -t 5', slurm, { resources }),
      /line 2 .*`resources: \{ time: 1h \}`.*leave one/,
    )
  })

  it('come behind the flags of destination and module', () => {
    const { flags } = applied('#SBATCH -C c', slurm, {
      otherwise: { flags: ['-C', 'a'] },
      resources: { flags: ['-C', 'b'] },
    })
    assert.deepEqual(flags, ['-C', 'a', '-C', 'b', '-C', 'c'])
  })

  it('of another scheduler are refused, naming both', () => {
    assert.throws(() => applied('#PBS -q low', slurm), /line 1 .*for PBS, and the job goes to Slurm/)
    assert.throws(() => applied('#SBATCH -p low', undefined), /line 1 .*where there is no batch scheduler/)
  })

  it('of other schedulers may stand beside its own', () => {
    assert.deepEqual(applied('#PBS -q low\n#SBATCH -p low', slurm), { flags: ['-p', 'low'] })
  })

  it('leave other jobs as they are', () => {
    const job = submission(tag('jabc'), script('#SBATCH -t 5'))
    assert.equal(applyDirectives(job, slurm), job)
  })

  it('and our words are one list for PBS', () => {
    const job = applyDirectives(
      batch('#PBS -l walltime=5 -l nice=3', { resources: { memory: '1 MiB' } }),
      pbs,
    )
    assert.match(submitToPbs({}, job), /'-l' 'mem=1mb,walltime=5,nice=3'|-l mem=1mb,walltime=5,nice=3/)
  })
})

describe('a batch script', () => {
  it('gets from a destination what neither it nor its module says', () => {
    const { spec } = batch('#SBATCH -t 5', { resources: { cores: 2 } })
    const fitted = fitJob(spec, askedJob(spec, []), { resources: { cores: 1, time: '1h', account: 'lab' } })
    const resources = applyDirectives({ ...batch(''), spec: fitted.spec }, slurm).spec.resources
    assert.deepEqual(resources, { cores: 2, account: 'lab', flags: ['-t', '5'] })
    assert.equal(fitJob(fitted.spec, askedJob(spec, []), {}).spec.otherwise, undefined)
  })

  it('finds the folder of its outputs where it was submitted from', () => {
    const { command = '' } = jobFiles(batch('true'), [], ['SLURM_JOB_ID', 'SLURM_SUBMIT_DIR'])
    assert.match(command, /SLURM_SUBMIT_DIR="\$PWD"/)
    assert.match(command, /bash \\\n {2}"\$folder"\/job\/script$/)
  })
})
