import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { AbeyanceError } from '../../../src/core/error.ts'
import { tag } from '../../../src/core/ids.ts'
import type { Resources } from '../../../src/pipeline/settings.ts'
import type { SlurmOptions } from '../../../src/runners/slurm/options.ts'
import { submitCommand } from '../../../src/runners/slurm/submit-command.ts'
import { script, submission } from '../job-host.ts'
import { recorded } from './recorded.ts'
import { openLoginHost, type LoginHost } from './shell.ts'

const command = (resources: Resources = {}, options: SlurmOptions = {}, name = 'grow') =>
  submitCommand({ ...submission(tag('jabc'), script('true', { resources })), name }, options)

let host: LoginHost
beforeEach(() => {
  host = openLoginHost()
  mkdirSync(join(host.folder, 'w', 'jabc'), { recursive: true })
})
afterEach(() => host.close())

/** As the script of a submission does it. */
function submit(lines = command(), environment: Readonly<Record<string, string>> = {}): string {
  const { out, err } = host.run(
    `submit() {
${lines}
}
cd w/jabc && if submit; then echo "native $native"; else echo "$verdict: $fault"; fi`,
    [],
    environment,
  )
  assert.equal(err, '')
  return out.trim()
}

describe('submitting to Slurm', () => {
  const clear: Readonly<Record<string, string>> = {
    'an id': '12\n',
    'an id and its cluster': '12;one\n',
    'an id between other lines': 'Welcome to the 7 seas\n\n12\nsee you at 9\n',
    'the sentence of a sbatch that ignores --parsable': 'Submitted batch job 12\n',
    'that sentence with a cluster': 'Submitted batch job 12 on cluster one\n',
    'an id in a line from elsewhere': '12\r\n',
  }
  for (const [what, out] of Object.entries(clear))
    it(`takes ${what}`, () => {
      host.answer('sbatch', { out, err: 'sbatch: lua: your project ends in 3 days\n' })
      assert.equal(submit(), 'native 12')
    })

  const unclear: Readonly<Record<string, string>> = {
    'no answer': '',
    'two ids': '12\n13\n',
    'an id inside of a line': 'job 12 was accepted\n',
  }
  for (const [what, out] of Object.entries(unclear))
    it(`doubts ${what}`, () => {
      host.answer('sbatch', { out, err: 'and more\nwords' })
      const said = `and more words${out.replaceAll('\n', ' ')}`.trimEnd()
      assert.equal(submit(), `doubt: sbatch answered without a clear job id: ${said}`)
    })

  const verdicts = [...Array.from({ length: 7 }, () => 'refused'), 'not-tried', 'not-tried', 'not-tried']
  for (const [at, block] of recorded('sbatch').split('$ ').slice(1).entries()) {
    const [, what = '', err = '', code = ''] = /^(.*?)\n(.*)\[exit (\d+)\]\n$/s.exec(block) ?? []
    it(`finds ${verdicts[at]} what was answered to ${what}`, () => {
      host.answer('sbatch', { err, code: Number(code) })
      const said = submit()
      assert.ok(said.startsWith(`${verdicts[at]}: sbatch ended with code ${code}: sbatch: `), said)
      assert.equal(said.split('\n').length, 1)
    })
  }

  const failed = 'sbatch: error: Batch job submission failed: '
  const others: readonly (readonly [verdict: string, err: string, code?: number])[] = [
    ['doubt', `${failed}Socket timed out on send/recv operation`],
    ['doubt', `${failed}Unable to contact slurm controller (receive failure)`],
    ['doubt', `${failed}Zero Bytes were transmitted or received`],
    ['doubt', 'Segmentation fault', 139],
    ['doubt', 'something new', 1],
    [
      'doubt',
      `sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying\n${failed}Message receive failure`,
    ],
    ['not-tried', `sbatch: error: QOSMaxSubmitJobPerUserLimit\n${failed}Job violates accounting/QOS policy`],
    [
      'not-tried',
      `sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying\n${failed}Resource temporarily unavailable`,
    ],
    ['refused', `sbatch: error: QOSMaxWallDurationPerJobLimit\n${failed}Job violates accounting/QOS policy`],
    ['refused', `sbatch: error: Use a project, please\n${failed}Unspecified error`],
    ['refused', 'sbatch: unbekannte Option', 255],
  ]
  for (const [verdict, err, code = 1] of others)
    it(`finds ${verdict} what says ${err.split('\n')[0]}, with code ${code}`, () => {
      host.answer('sbatch', { err: `${err}\n`, code })
      assert.ok(submit().startsWith(`${verdict}: `))
    })

  it('doubts an id that comes with a failure', () => {
    host.answer('sbatch', { out: '12\n', code: 1 })
    assert.match(submit(), /^doubt/)
  })

  it('has not tried where there is no sbatch, or no room in the folder', () => {
    assert.match(submit(), /^not-tried: sbatch cannot be run here: .*sbatch/)
    host.answer('sbatch', { out: '12\n' })
    const { out } = host.run(
      `submit() {\n${command()}\n}\ncd w/jabc; rm submit.err; mkdir submit.err\nsubmit || echo "$verdict"`,
    )
    assert.equal(out, 'not-tried\n')
    assert.equal(host.asked('sbatch'), '')
  })

  it('names the job by its tag, its folder in full, and people in the comment', () => {
    host.answer('sbatch', { out: '12\n' })
    submit(command({}, {}, "it's\n$HOME"))
    const folder = join(host.folder, 'w/jabc')
    assert.equal(
      host.asked('sbatch').trimEnd(),
      `--parsable --chdir=${folder} --output=${folder.replace('%', '%%')}/wrapper.log ` +
        `--error=${folder.replace('%', '%%')}/wrapper.log --comment=w/jabc/it's $HOME --job-name=jabc --no-requeue ` +
        `--open-mode=append --export=ALL job/wrapper ${folder}`,
    )
  })

  it('gives sbatch what it needs of the environment and nothing else', () => {
    host.answer('sbatch', { out: '12\n' })
    submit(command({}, { prelude: 'echo hello\nTZ=UTC0; export TZ' }), {
      ABEYANCE_SHELL: '/bin/dash',
      SBATCH_ACCOUNT: 'physics',
      SBATCH_ARRAY_INX: '1-9',
      SLURM_JOB_ID: '7',
      SECRET: 'x',
    })
    const got = host.environmentOf('sbatch')
    assert.deepEqual(
      ['ABEYANCE_SHELL', 'SBATCH_ACCOUNT', 'HOME', 'TZ'].map((name) => got.get(name)),
      ['/bin/dash', 'physics', host.folder, 'UTC0'],
    )
    for (const name of ['SBATCH_ARRAY_INX', 'SLURM_JOB_ID', 'SECRET', 'LC_ALL', 'SLURM_CONF'])
      assert.equal(got.has(name), false, name)
  })

  it('asks for resources', () => {
    host.answer('sbatch', { out: '12\n' })
    const all = { cores: 4, memory: '2 GiB', time: '90s', gpus: 2, partition: 'main', account: 'a b' }
    submit(command({ ...all, flags: ['--exclusive', '-C', 'fast|big'] }, { requeue: true, cluster: 'one' }))
    assert.match(host.asked('sbatch'), /^--parsable --clusters=one /)
    assert.match(
      host.asked('sbatch'),
      / --requeue .*--cpus-per-task=4 --mem=2048M --time=2 --gpus=2 --partition=main --account=a b --exclusive -C fast\|big job\/wrapper/,
    )
    assert.match(command({ gpus: 2 }, { gpus: 'gres' }), / --gres=gpu:2 /)
    assert.doesNotMatch(command({ gpus: 0 }), /gpu/)
  })

  const flags =
    '--job-name=x -Jx -o --out=x -e -a1-9 --arr -D --wrap=x --export=NONE --exp -M --clusters=x --requeue -W --wait --test-only --help -V'
  const wrong: readonly Resources[] = [
    { cores: 0.5 },
    { cores: 0 },
    { gpus: -1 },
    { memory: '0 MiB' },
    { memory: 'much' },
    { time: '0s' },
    ...flags.split(' ').map((flag) => ({ flags: [flag] })),
    { flags: ['-HJx'] },
    { flags: ['-QW'] },
    { flags: ['other.sh'] },
    { flags: ['--hold', 'other.sh'] },
    { flags: ['-C', 'fast', 'other.sh'] },
    { flags: ['-n2', 'other.sh'] },
    { flags: ['--', 'other.sh'] },
  ]
  for (const resources of wrong)
    it(`refuses ${JSON.stringify(resources)}`, () => {
      assert.throws(
        () => command(resources),
        (error) => error instanceof AbeyanceError && error.code === 'invalid-value',
      )
    })

  it('lets pass what only looks like a flag of ours', () => {
    for (const flag of [
      '--exclusive',
      '--wait-all-nodes=1',
      '-A',
      '--hold',
      '-n2',
      '--no-kill',
      '--mail-type=END',
    ])
      assert.match(command({ flags: [flag] }), new RegExp(` ${flag} `))
    assert.match(command({ flags: ['-HC', 'fast', '--constraint', 'new'] }), / -HC fast --constraint new /)
    assert.match(command({ flags: ['-CJW'] }), / -CJW /)
  })
})
