import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { abeyance, isThere, project, until } from './command-line.ts'

const anyway = ['--keep-results', '--even-if-needed']

/** A project whose one job has made its part when the file `began` is there, and goes on for a minute. */
async function training(part: string, outputs: string): Promise<string> {
  const folder = await project({})
  await writeFile(
    join(folder, 'train.yaml'),
    `abeyance: 1
name: train
modules:
  fit:
    script: |
      ${part}
      echo x > '${folder}/began'
      sleep 60
    outputs: { ${outputs} }
outputs: { model: $fit.model }
`,
  )
  return folder
}

describe('abeyance cancel --keep-results', function () {
  this.timeout(180_000)

  it('stops a job, says what it kept, gives copies of it, and serves it to no run', async () => {
    const folder = await training('echo step 1 > model.txt', 'model: model.txt, report: report.txt')
    assert.equal((await abeyance(folder, ['run', 'train.yaml'])).code, 3)
    await until(() => isThere(join(folder, 'began')))

    const needed = await abeyance(folder, ['cancel', 'last:fit', '--keep-results'])
    assert.deepEqual([needed.code, /add --even-if-needed/.test(needed.stderr)], [2, true])
    const whole = await abeyance(folder, ['cancel', 'last', '--keep-results'])
    assert.deepEqual([whole.code, /--keep-results is for a job/.test(whole.stderr)], [2, true])
    const asked = await abeyance(folder, ['cancel', 'last:fit', ...anyway])
    assert.equal(asked.code, 0, asked.stderr)
    assert.match(asked.stdout, /^fit: asked to stop; what it has made is kept, and `abeyance show /)

    const shown = await abeyance(folder, ['show', 'fit', '--save', 'kept'])
    assert.match(shown.stdout, /: cancelled \(stopped by us, results kept; not there: output report: /)
    assert.match(shown.stdout, /kept, and no result for any run: model\n {2}model: .*kept\/model\.txt/)
    assert.equal(await readFile(join(folder, 'kept/model.txt'), 'utf8'), 'step 1\n')
    const { state, outputs, saved } = JSON.parse(
      (await abeyance(folder, ['show', 'fit', '--save', 'kept', '--json'])).stdout,
    )
    assert.deepEqual([state, outputs.model.kind], ['cancelled', 'file'])
    assert.deepEqual(saved, { model: [join(folder, 'kept/model.txt')] })
    const again = await abeyance(folder, ['cancel', 'fit', ...anyway, '--json'])
    assert.deepEqual([JSON.parse(again.stdout).kind, again.code], ['ended', 0])
    assert.match(
      (await abeyance(folder, ['cancel', 'fit', ...anyway])).stdout,
      /is cancelled: stopped by us, results kept/,
    )
    const plan = await abeyance(folder, ['plan', 'train.yaml', '--fresh', '--json'])
    assert.equal(JSON.parse(plan.stdout)[0].step, 'submit')
  })

  it('gives copies of what an earlier attempt kept, when a later one goes on', async () => {
    const folder = await training('echo $ABEYANCE_ATTEMPT > model.txt', 'model: model.txt')
    const show = (...words: string[]) => abeyance(folder, ['show', 'last:fit', ...words])
    assert.equal((await abeyance(folder, ['run', 'train.yaml'])).code, 3)
    await until(() => isThere(join(folder, 'began')))
    assert.equal((await abeyance(folder, ['cancel', 'last:fit', ...anyway])).code, 0)
    // Opened and closed before its run was looked at: it stands as it stood.
    assert.equal((await abeyance(folder, ['gc'])).code, 0)
    assert.equal((await show()).code, 0)
    const before = await show('--attempt', '2', '--save', 'kept')
    assert.deepEqual([before.code, /attempt 2 of fit is not there/.test(before.stderr)], [2, true])
    assert.equal((await abeyance(folder, ['retry', 'last:fit'])).code, 0)
    const now = await show('--save', 'kept')
    assert.deepEqual([now.code, /attempt 1 has some: add --attempt 1/.test(now.stderr)], [2, true])
    assert.equal((await show('--attempt', '1', '--save', 'kept')).code, 0)
    const alone = await show('--attempt', '1')
    assert.deepEqual([alone.code, /says whose outputs --save writes/.test(alone.stderr)], [2, true])
    assert.equal(await readFile(join(folder, 'kept/model.txt'), 'utf8'), '1\n')
    assert.equal((await abeyance(folder, ['cancel', 'last:fit', '--even-if-needed'])).code, 0)
  })

  it('has nothing to save of a job that left nothing, nor of a run', async () => {
    const folder = await project({
      'bad.yaml': `abeyance: 1
name: bad
modules: { a: { script: exit 1 } }
`,
    })
    await abeyance(folder, ['run', 'bad.yaml', '--wait'])
    const job = await abeyance(folder, ['show', 'a', '--save', 'kept'])
    assert.match(job.stderr, /a is failed: there are no outputs of it to save/)
    const run = await abeyance(folder, ['show', 'last', '--save', 'kept'])
    assert.deepEqual([run.code, /--save and --attempt are for a job/.test(run.stderr)], [2, true])
    assert.equal(await isThere(join(folder, 'kept')), false)
  })
})
