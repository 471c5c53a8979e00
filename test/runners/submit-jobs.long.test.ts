import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { quote } from '../../src/core/quote.ts'
import { identify } from '../../src/core/system/this-host.ts'
import { jobFiles } from '../../src/runners/job-files.ts'
import { local, processes } from '../../src/runners/local.ts'
import { parseSubmit } from '../../src/runners/submit-jobs.ts'
import { submitScript } from '../../src/runners/submit-script.ts'
import { wrapperText } from '../../src/runners/wrapper.ts'
import { command, eventually, openJobHost, script, submission, type JobHost } from './job-host.ts'

describe('submitting', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  const counting = (name: string) =>
    script('echo "$ABEYANCE_TAG" >>"$count"', { variables: { count: [`${host.folder}/${name}`] } })

  it('executes each job once, however many submit it at the same time', async () => {
    const tags = Array.from({ length: 20 }, (_, place) => tag(`jmany${place}`))
    const jobs = tags.map((job) => submission(job, counting('many')))
    const others = [1, 2, 3].map(() => local().open(host.context))
    const answers = await Promise.all([host.runner, ...others].map((runner) => runner.submit(jobs, {})))
    for (const job of tags) {
      const kinds = answers.map((answer) => answer.get(job)?.kind)
      assert.ok(kinds.includes('accepted'), kinds.join())
      assert.ok(
        kinds.every((kind) => kind === 'accepted' || kind === 'doubt'),
        kinds.join(),
      )
      await host.until(job, 'ended')
      const files = await host.files(job)
      assert.equal(files.filter((name) => name.startsWith('claim.')).length, 1)
    }
    const lines = (await readFile(`${host.folder}/many`, 'utf8')).trim().split('\n')
    assert.deepEqual(lines.toSorted(), tags.toSorted())
    await Promise.all(others.map((runner) => runner.close()))
  })

  it('is done by one of two that saw nobody at it', async () => {
    const job = submission(tag('jrace'), counting('race'))
    const root = host.path(job.tag, '..')
    const text = (nonce: string) =>
      submitScript(root, nonce, processes, wrapperText(processes.identity), [
        { job, files: jobFiles(job, []) },
      ])
    const [before, after, none] = text('second').split('  note=$mine')
    assert.ok(before !== undefined && after !== undefined && none === undefined)
    // When the second has found no note, and before it writes its own, the first does all of its work.
    await writeFile(`${host.folder}/first`, text('first'))
    const second = `${before}  sh ${quote(`${host.folder}/first`)} >&2\n  note=$mine${after}`
    const { stdout, stderr } = spawnSync('sh', ['-s'], { input: second, encoding: 'utf8' })
    assert.match(stderr, /^first jrace accepted /m)
    assert.match(stdout, /^second jrace doubt another process began to submit it$/m)
    await host.until(job.tag, 'ended')
    assert.equal(await readFile(`${host.folder}/race`, 'utf8'), 'jrace\n')
  })

  it('again, after the job ended, reports it and runs nothing', async () => {
    const job = await host.submit(counting('once'))
    await host.until(job, 'ended')
    await host.submit(counting('once'), job)
    await host.until(job, 'ended')
    assert.equal(await readFile(`${host.folder}/once`, 'utf8'), `${job}\n`)
  })

  it('is doubted while another process submits, and goes on once that one is gone', async () => {
    const job = tag('jdoubt')
    const here = await identify()
    await mkdir(host.path(job), { recursive: true })
    await writeFile(host.path(job, 'submitting.1'), `${here.host},${here.pid},${here.started},${here.boot}\n`)
    const ask = async () => (await host.runner.submit([submission(job, command(['true']))], {})).get(job)
    assert.equal((await ask())?.kind, 'doubt')
    assert.equal((await host.look(job)).kind, 'submitting')
    await writeFile(host.path(job, 'submitting.1'), `${here.host},${here.pid},1,${here.boot}\n`)
    const absent = await host.look(job)
    assert.ok(absent.kind === 'absent' && absent.submitter === 'gone')
    assert.equal((await ask())?.kind, 'accepted')
    await host.until(job, 'ended')
  })

  it('is doubted when the process that submits is on another machine', async () => {
    const job = tag('jelsewhere')
    await mkdir(host.path(job), { recursive: true })
    await writeFile(host.path(job, 'submitting.1'), 'elsewhere,1,1,boot\n')
    const answer = (await host.runner.submit([submission(job, command(['true']))], {})).get(job)
    assert.equal(answer?.kind, 'doubt')
    const report = await host.look(job)
    assert.ok(report.kind === 'absent' && report.submitter === 'unknown')
  })

  it('that was started on a machine that cannot be seen is not held for gone', async () => {
    const job = tag('jotherlogin')
    await mkdir(host.path(job), { recursive: true })
    await writeFile(host.path(job, 'submitting.1'), 'login2,1,1,boot,1000\n')
    await writeFile(host.path(job, 'native'), '4194303-1\n')
    assert.equal((await host.look(job)).kind, 'unclear')
    const answer = (await host.runner.submit([submission(job, command(['true']))], {})).get(job)
    assert.equal(answer?.kind, 'doubt')
  })

  it('answers each of 120 jobs, in two round trips', async () => {
    const tags = Array.from({ length: 120 }, (_, place) => tag(`jlot${place}`))
    const answers = await host.runner.submit(
      tags.map((job) => submission(job, command(['true']))),
      {},
    )
    assert.ok(tags.every((job) => answers.get(job)?.kind === 'accepted'))
    const reports = async () =>
      (await host.runner.look({ jobs: tags, doubtful: new Set(tags), ranges: [] }, {})).reports
    let ended = 0
    while (ended < tags.length)
      ended = [...(await reports()).values()].filter(({ kind }) => kind === 'ended').length
    await eventually(async () => {
      const spool = await readdir(`${host.folder}/work/w/spool`)
      assert.equal(spool.filter((name) => /^jlot.*end$/.test(name)).length, 120)
    })
  })

  it('refuses what cannot run, with the reason', async () => {
    const tries = {
      container: command(['true'], { container: 'image' }),
      'no words': command([]),
      '"="': command(['a=b']),
      NUL: command(['a\0b']),
      variable: command(['true'], { environment: { 'a-b': '1' } }),
      duration: command(['true'], { resources: { time: 'soon' } }),
      'no memory': script('x', {
        run: { kind: 'command', words: [['x'], [{ variable: 'ABEYANCE_MEMORY_MIB' }]] },
      }),
    }
    for (const [word, spec] of Object.entries(tries)) {
      const job = tag('jrefused')
      const answer = (await host.runner.submit([submission(job, spec)], {})).get(job)
      assert.ok(answer?.kind === 'refused' && answer.reason === 'submission-refused', word)
      assert.ok(answer.message.includes(word), answer.message)
    }
  })

  it('refuses an input that changed since it was signed, naming the file', async () => {
    const path = `${host.folder}/source.txt`
    await writeFile(path, 'before')
    const kept = await host.context.objects.keep(path, 'copy')
    await writeFile(path, 'after')
    const job = tag('jstale')
    const value = { kind: 'file', name: 'source.txt', ...kept, at: { kind: 'path', path } } as const
    const spec = command(['true'], { staged: [{ path: 'in/source.txt', value }] })
    const answer = (await host.runner.submit([submission(job, spec)], {})).get(job)
    assert.ok(answer?.kind === 'refused' && answer.reason === 'staging-in')
    assert.ok(answer.message.includes(path))
    await writeFile(path, 'before')
    await host.submit(spec, job)
    await host.until(job, 'ended')
    await writeFile(path, 'after')
    await host.submit(spec, job)
    assert.equal(await host.read(job, 'inputs/in/source.txt'), 'before')
  })

  it('tries nothing where the work folder cannot be made', async () => {
    const runner = local().open({ ...host.context, workFolder: '/dev/null/work' })
    const jobs = [tag('jone'), tag('jtwo')].map((job) => submission(job, command(['true'])))
    const answers = await runner.submit(jobs, {})
    assert.deepEqual(
      [...answers.values()].map(({ kind }) => kind),
      ['not-tried', 'not-tried'],
    )
    await runner.close()
  })

  it('takes nothing that is not an answer of its own for one', () => {
    const text = 'welcome\nother ja accepted 1\nN ja accepted \nN jb accepted 7\nN jc wins 1\nN jd accepted 4'
    assert.deepEqual(
      [...parseSubmit(Buffer.from(text), 'N')].map(([job, answer]) => [job, answer.kind]),
      [['jb', 'accepted']],
    )
  })

  it('starts nothing from a request that arrived in part', async () => {
    const { submitScript } = await import('../../src/runners/submit-script.ts')
    const scheduler = { kind: 'x', cannot: [], identity: ':', submit: () => 'echo never', gone: 'true' }
    const job = submission(tag('jpart'), command(['true']))
    const whole = submitScript(`${host.folder}/part`, 'N', scheduler, 'w', [{ job, files: {} }])
    for (const share of [0.3, 0.6, 0.9, 0.99])
      assert.throws(() =>
        execFileSync('/bin/sh', ['-s'], {
          input: whole.slice(0, Math.floor(whole.length * share)),
          stdio: ['pipe', 'pipe', 'ignore'],
        }),
      )
    await assert.rejects(readdir(`${host.folder}/part`))
  })
})
