import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { nativeId, tag } from '../../src/core/ids.ts'
import { local } from '../../src/runners/local.ts'
import { lookScript } from '../../src/runners/look-script.ts'
import { processFacts } from '../../src/runners/process-facts.ts'
import { queueQuestions } from '../../src/runners/queue-questions.ts'
import { slurmScheduler } from '../../src/runners/slurm.ts'
import { command, openJobHost, script, type JobHost } from './job-host.ts'

describe('a work folder that is not mounted', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  it('says nothing of jobs that began, is not made, and what is in it counts once it is there', async () => {
    const spec = script('echo 1 >out', { outputs: { out: { kind: 'file', path: 'out', optional: false } } })
    const job = await host.submit(spec)
    await host.until(job, 'ended')
    const question = { tag: job, incarnation: 1, spec, outputs: true }
    const known = new Map([[job, { nativeId: nativeId('1'), incarnation: 1, startedAt: 5 }]])
    const [mount, away] = [join(host.folder, 'work'), join(host.folder, 'away')]
    await rename(mount, away)
    const other = local().open(host.context)
    const all = { jobs: [job], doubtful: new Set([job]), ranges: [] }
    assert.equal((await other.look({ ...all, known }, {})).reports.get(job)?.kind, 'unclear')
    assert.equal((await other.look(all, {})).reports.get(job)?.kind, 'absent', 'never seen, never begun')
    assert.equal((await host.look(job)).kind, 'unclear', 'it was there before')
    assert.equal((await host.runner.cancel([job], { known })).get(job)?.kind, 'pending')
    await assert.rejects(host.runner.fetch(question, {}), /not there/)
    assert.deepEqual((await host.runner.clean([job], {})).left, [job])
    assert.deepEqual(await readdir(host.folder), ['away', 'logs', 'objects'])
    await rename(away, mount)
    assert.equal((await host.look(job)).kind, 'ended')
    assert.equal((await host.runner.fetch(question, {})).kind, 'fetched')
  })

  it('is no reason to hold an output for missing before the machine looked anew', async () => {
    const { transport } = host.context
    let isHidden = true
    const hiding = {
      ...transport,
      run: (...words: Parameters<typeof transport.run>) => {
        isHidden &&= !words[0].includes('/look.')
        return transport.run(...words)
      },
      list: async (...words: Parameters<typeof transport.list>) =>
        (await transport.list(...words)).filter(
          ({ path }) => !isHidden || !/^(out|stdout|stderr)$/.test(path),
        ),
    }
    const spec = script('echo 1 >out', { outputs: { out: { kind: 'file', path: 'out', optional: false } } })
    const job = await host.submit(spec)
    await host.until(job, 'ended')
    const runner = local().open({ ...host.context, transport: hiding })
    const answer = await runner.fetch({ tag: job, incarnation: 1, spec, outputs: true }, {})
    assert.equal(answer.kind, 'fetched', JSON.stringify(answer))
    assert.equal(isHidden, false)
  })

  it('an exit counts though the host removed the claim by its age', async () => {
    const job = await host.submit(command(['sh', '-c', 'exit 3']))
    await host.until(job, 'ended')
    await rm(host.path(job, 'claim.1'))
    const report = await host.look(job)
    assert.ok(report.kind === 'ended' && report.incarnation === 1, JSON.stringify(report))
    assert.deepEqual(report.exit, { kind: 'code', code: 3 })
  })
})

describe('the shell lines for a host that several machines share', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "abeyance it's $a "))
  })
  after(() => rm(folder, { recursive: true }))
  const sh = (text: string, path = '') => {
    const env = { ...process.env, PATH: `${path}${delimiter}${process.env['PATH'] ?? ''}` }
    return spawnSync('/bin/sh', ['-s'], { input: text, cwd: folder, encoding: 'utf8', env })
  }

  it('do not take a file for written whose last bytes could not be, as where a quota is full', async () => {
    const bin = join(folder, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'cat'), '#!/bin/sh\nexit 1\n')
    await chmod(join(bin, 'cat'), 0o755)
    assert.notEqual(sh(`${processFacts}put exit text`, bin).status, 0)
    assert.ok(!(await readdir(folder)).includes('exit'))
    assert.equal(sh(`${processFacts}put exit text && cat exit`).stdout, 'text\n')
  })

  it('read a folder anew for those of whom somebody waits to hear, and leave nothing in it', async () => {
    const { queue, ...rest } = slurmScheduler()
    assert.ok(queue)
    const scheduler = { ...rest, queue: { ...queue, list: 'echo', ids: 'cat', account: ':', find: ':' } }
    const [one, two] = [tag('jone'), tag('jtwo')]
    for (const name of [one, two]) {
      await mkdir(join(folder, 'w', name, 'run.1'), { recursive: true })
      await writeFile(join(folder, 'w', name, 'claim.1'), '12,0,elsewhere,34,56,boot,nonce,5\n')
    }
    const may = { queue: true, accounting: false }
    const question = { doubtful: [one, two], urgent: new Set([one]), ranges: [], may }
    const { stdout } = sh(lookScript(join(folder, 'w'), 'nonce', scheduler, question))
    assert.match(stdout, /^nonce job jone there=yes n=1 .* fresh=yes exit= \.$/m)
    assert.match(stdout, /^nonce job jtwo there=yes n=1 .* fresh=no exit= \.$/m)
    assert.deepEqual(await readdir(join(folder, 'w/jone/run.1')), [])
    assert.deepEqual((await readdir(join(folder, 'w/jone'))).toSorted(), ['claim.1', 'run.1'])
    const gone = sh(lookScript(join(folder, 'none'), 'nonce', scheduler, question)).stdout
    assert.match(gone, /^nonce job jone there=away lives=no \.$/m)
  })

  it('name to the scheduler only what it lists under no other name', () => {
    const { queue } = slurmScheduler()
    assert.ok(queue)
    const questions = queueQuestions({ ...queue, ids: 'cat' }, { queue: true, accounting: true })
    const listed = '57 blast\n58 jabc\n60_1 aqq\n61_1 aabcdefghijkl\n62_1 blast'
    const asked = '57 jabc\n58 jabc\n59 jabc\n60_1 jx aqq\n61_1 jx *\n62_1 jx *'
    const { stdout } = sh(`${questions}listing='${listed}'\nours '${asked}'`)
    assert.deepEqual(stdout.trim().split('\n'), ['58', '59', '60_1', '61_1'])
  })
})
