import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import { abeyance, isThere, project } from './command-line.ts'

describe('a workspace that has run', function () {
  this.timeout(180_000)
  let folder: string
  const json = async (...words: readonly string[]) => {
    const { code, stdout, stderr } = await abeyance(folder, [...words, '--json'])
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout)
  }

  before(async () => {
    folder = await project({})
    assert.equal((await abeyance(folder, ['init'])).code, 0)
    const { code, stderr, stdout } = await abeyance(folder, ['run', 'hello.yaml', '--wait'])
    assert.equal(code, 0, stderr)
    assert.equal(stdout, `report: ${join(folder, 'results/hello/report.txt')}\n`)
  })

  it('has the result of the pipeline that init wrote', async () => {
    assert.equal(
      (await readFile(join(folder, 'results/hello/report.txt'), 'utf8')).replaceAll(' ', ''),
      '3\n6\n',
    )
  })

  it('is not overwritten by init', async () => {
    const { code, stderr } = await abeyance(folder, ['init'])
    assert.match(stderr, /abeyance\.yaml is there already; nothing was written/)
    assert.equal(code, 2)
  })

  it('lists its runs and jobs', async () => {
    const [run] = await json('runs')
    assert.deepEqual([run.name, run.state, run.resume], ['hello', 'done', 'auto'])
    const jobs = await json('jobs', '--all')
    assert.deepEqual(jobs.map((job: { name: string; state: string }) => [job.name, job.state]).toSorted(), [
      ['count[0] one two three', 'succeeded'],
      ['count[1] to be or not to be', 'succeeded'],
      ['report', 'succeeded'],
    ])
    assert.deepEqual(await json('jobs'), [])
    assert.deepEqual(await json('jobs', '--state', 'failed'), [])
  })

  it('shows a run by its outcomes and a job by its history', async () => {
    const run = await json('show', 'last')
    assert.equal(run.outcomes.report.kind, 'done')
    const [job] = await json('jobs', '--all')
    for (const name of [job.key, job.key.slice(0, 8), job.tag]) {
      const shown = await json('show', name)
      assert.equal(shown.key, job.key)
      assert.equal(shown.history.at(-1).to, 'succeeded')
      assert.ok(shown.history.at(-1).evidence.text)
    }
    assert.match(
      (await abeyance(folder, ['show', 'last:report'])).stdout,
      /^job [0-9a-f]{64}\nreport on local: succeeded\n/,
    )
  })

  it('names what it does not have', async () => {
    for (const [words, said] of [
      [['show', 'nobody'], /neither a run nor a job `nobody`/],
      [['logs', 'nobody'], /there is no job `nobody`/],
      [['show', 'last:reprot'], /no module `reprot`; did you mean `report`\?/],
      [['explain', 'nobody', 'report'], /there is no run `nobody`/],
    ] as const) {
      const { code, stderr } = await abeyance(folder, words)
      assert.match(stderr, said)
      assert.equal(code, 2)
    }
  })

  it('lists the candidates of a name that several have', async () => {
    assert.equal((await abeyance(folder, ['run', 'hello.yaml', '--new', '--wait'])).code, 0)
    const [{ run }] = await json('runs')
    const { code, stderr } = await abeyance(folder, ['show', run.slice(0, 4)])
    assert.match(stderr, /may be any of these runs; write more of it:\n {2}[0-9a-f-]{36} {2}hello\n/)
    assert.equal(code, 2)
  })

  it('plans a reuse with its reason, and one input later says what differs', async () => {
    const planned = await json('plan', 'hello.yaml')
    assert.equal(planned.find((row: { module: string }) => row.module === 'report').step, 'reuse')
    const fresh = await json('plan', 'hello.yaml', '--fresh')
    assert.equal(fresh.find((row: { module: string }) => row.module === 'count').step, 'map')
    const changed = ['--input', 'texts=["one"]']
    assert.equal((await abeyance(folder, ['run', 'hello.yaml', '--wait', ...changed])).code, 0)
    const explained = await json('explain', 'last', 'report')
    assert.equal(explained.kind, 'differs')
    assert.equal(explained.module, 'count')
  })

  it('is collected as garbage only on demand', async () => {
    const dry = await json('gc', '--dry-run')
    assert.ok(Array.isArray(dry.runs))
    assert.ok(await isThere(join(folder, '.abeyance')))
    assert.match((await abeyance(folder, ['gc', '--older-than', 'never'])).stderr, /no duration/)
  })

  it('passes the doctor', async () => {
    const findings = await json('doctor', 'local')
    assert.deepEqual(
      findings.filter(({ ok }: { ok: boolean }) => !ok),
      [],
    )
    assert.match(findings.at(-1).message, /submitting \d+ ms, .*fetching \d+ ms/)
  })
})

describe('the log of a job', function () {
  this.timeout(180_000)
  const bytes = [...Array(256).keys()].map((byte) => `\\\\${byte.toString(8).padStart(3, '0')}`).join('')

  it('is written byte for byte, from an offset or its end, of each attempt', async () => {
    const folder = await project({
      'log.yaml': `abeyance: 1
name: log
modules:
  a:
    script: |
      printf '${bytes.replaceAll('\\\\', '\\')}'
      echo "attempt $ABEYANCE_ATTEMPT" >&2
      exit 1
    outputs: { o: o }
outputs: { o: $a.o }
`,
    })
    assert.equal((await abeyance(folder, ['run', 'log.yaml', '--wait'])).code, 1)
    const save = async (...words: readonly string[]) => {
      const { code, stdout, stderr } = await abeyance(folder, ['logs', 'last:a', ...words])
      assert.equal(code, 0, stderr)
      return stdout
    }
    const { bytes: written } = await abeyance(folder, ['logs', 'last:a', '--raw'])
    assert.deepEqual([...written], [...Array(256).keys()])
    assert.equal(await save('--stderr', '--last', '2'), '1\n')
    assert.equal(await save('--stderr', '--from', '8'), '1\n')
    const retried = await abeyance(folder, ['retry', 'last:a', '--json'])
    assert.equal(JSON.parse(retried.stdout).kind, 'requested')
    assert.equal((await abeyance(folder, ['watch', '--until-done'])).code, 1)
    assert.equal(await save('--stderr'), 'attempt 2\n')
    assert.equal(await save('--stderr', '--attempt', '1'), 'attempt 1\n')
    assert.match(
      (await abeyance(folder, ['logs', 'last:a', '--attempt', '7'])).stderr,
      /no attempt 7; it has 1, 2/,
    )
    assert.equal((await abeyance(folder, ['discard', 'last:a'])).code, 0)
    assert.deepEqual(JSON.parse((await abeyance(folder, ['jobs', '--all', '--json'])).stdout), [])
  })
})
