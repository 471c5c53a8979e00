import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { symlinkSync, existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { command, eventually, openJobHost, runs, script, type JobHost } from './job-host.ts'

const odd = [
  'two words',
  "it's",
  '"',
  '$HOME',
  '`id`',
  'line\nbreak\n',
  'größe 漢字 😀',
  '-n',
  '',
  '\\',
  '*',
  '=',
]

for (const shell of shells())
  describe(`local runner under ${shell.name}`, () => {
    let host: JobHost
    let links: string
    before(async () => {
      links = await mkdtemp(join(tmpdir(), 'abeyance-shell-'))
      const path = join(links, 'sh')
      symlinkSync(shell.path, path)
      host = await openJobHost({ shell: path })
    })
    after(async () => {
      await host.close()
      await rm(links, { recursive: true })
    })

    it('reports exit codes with times', async () => {
      const good = await host.submit(command(['true']))
      const bad = await host.submit(script('echo one; echo two >&2; exit 3'))
      const report = await host.until(bad, 'ended')
      assert.ok(report.kind === 'ended')
      assert.deepEqual(report.exit, { kind: 'code', code: 3 })
      assert.equal(report.incarnation, 1)
      assert.ok(report.startedAt <= report.endedAt && Math.abs(Date.now() - report.endedAt) < 60_000)
      assert.equal(await host.read(bad, 'run.1/stdout'), 'one\n')
      assert.equal(await host.read(bad, 'run.1/stderr'), 'two\n')
      const other = await host.until(good, 'ended')
      assert.ok(other.kind === 'ended')
      assert.deepEqual(other.exit, { kind: 'code', code: 0 })
    })

    it('reports the signal that ended a command', async () => {
      const job = await host.submit(script('kill -KILL $$'))
      const report = await host.until(job, 'ended')
      assert.ok(report.kind === 'ended')
      assert.deepEqual(report.exit, { kind: 'signal', signal: 'SIGKILL' })
      assert.match(report.evidence, /code 137/)
    })

    it('reports a command that does not exist as 127, with a message on its log', async () => {
      const job = await host.submit(command(['no-such-program-at-all']))
      const report = await host.until(job, 'ended')
      assert.ok(report.kind === 'ended')
      assert.deepEqual(report.exit, { kind: 'code', code: 127 })
      assert.match(await host.read(job, 'run.1/stderr'), /no-such-program-at-all/)
    })

    it('hands odd words over whole, in words, variables, environment and arguments', async () => {
      const words = await host.submit(command(['printf', '%s\\0', ...odd]))
      const variables = odd.map((word, place): [string, string[]] => [`v${place}`, [word]])
      const values = await host.submit(
        script(`printf '%s\\0' "$@" ${odd.map((_, place) => `"$v${place}" "$E${place}"`).join(' ')}`, {
          run: {
            kind: 'script',
            script: `printf '%s\\0' "$@" ${odd.map((_, place) => `"$v${place}" "$E${place}"`).join(' ')}`,
            shell: 'bash',
            arguments: odd.map((word) => [word]),
          },
          variables: Object.fromEntries(variables),
          environment: Object.fromEntries(odd.map((word, place) => [`E${place}`, word])),
        }),
      )
      await host.until(words, 'ended')
      await host.until(values, 'ended')
      assert.deepEqual((await host.read(words, 'run.1/stdout')).split('\0').slice(0, -1), odd)
      assert.deepEqual((await host.read(values, 'run.1/stdout')).split('\0').slice(0, -1), [
        ...odd,
        ...odd.flatMap((word) => [word, word]),
      ])
    })

    it('runs a script under its own first line, sh or bash with pipefail', async () => {
      const python = await host.submit(script('#!/usr/bin/env perl\nprint "$0" ne "" ? "perl" : "";'))
      const sh = await host.submit(
        script('', { run: { kind: 'script', script: 'echo "$undefined"', shell: 'sh', arguments: [] } }),
      )
      const bash = await host.submit(script('false | cat\necho not reached'))
      const codes: unknown[] = []
      for (const job of [python, sh, bash]) {
        const report = await host.until(job, 'ended')
        codes.push(report.kind === 'ended' && report.exit.kind === 'code' && report.exit.code !== 0)
      }
      assert.deepEqual(codes, [false, true, true])
      assert.equal(await host.read(python, 'run.1/stdout'), 'perl')
      assert.equal(await host.read(bash, 'run.1/stdout'), '')
    })

    it('gives a job a clean environment, its staged inputs and what it declares', async () => {
      process.env['ABEYANCE_TEST_SECRET'] = 'hidden'
      const job = await host.submit(
        script('env -0; cat "$genome"; pwd', {
          staged: [{ path: 'genome/a b.fa', text: 'ACGT\n' }],
          variables: { genome: [{ staged: 'genome/a b.fa' }] },
          environment: { OMP: '4' },
          resources: { cores: 3, memory: '2 GiB' },
        }),
      )
      delete process.env['ABEYANCE_TEST_SECRET']
      await host.until(job, 'ended')
      const parts = (await host.read(job, 'run.1/stdout')).split('\0')
      assert.equal(parts.pop(), `ACGT\n${host.path(job, 'run.1/work')}\n`)
      const environment = new Map(
        parts.map((part) => [part.split('=')[0], part.slice(part.indexOf('=') + 1)]),
      )
      assert.equal(environment.get('genome'), host.path(job, 'inputs/genome/a b.fa'))
      assert.equal(environment.get('OMP'), '4')
      assert.equal(environment.get('ABEYANCE_CORES'), '3')
      assert.equal(environment.get('ABEYANCE_MEMORY_MIB'), '2048')
      assert.equal(environment.get('ABEYANCE_ATTEMPT'), '1')
      assert.equal(environment.get('ABEYANCE_TAG'), job)
      const known =
        /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR|PWD|SHLVL|_|OMP|genome|ABEYANCE_(CORES|MEMORY_MIB|ATTEMPT|TAG))$/
      assert.deepEqual(
        [...environment.keys()].filter((name) => !known.test(name ?? '')),
        [],
      )
    })

    it('ends a job at its walltime, counted from its start, with its reason', async () => {
      const job = await host.submit(script('trap "" INT; sleep 60 & wait', { resources: { time: '200ms' } }))
      const report = await host.until(job, 'ended')
      assert.ok(report.kind === 'ended')
      assert.deepEqual(report.exit, { kind: 'signal', signal: 'SIGTERM', reason: 'walltime' })
    })

    it('leaves no process behind: neither timer nor what the command left', async () => {
      const job = await host.submit(
        script('(trap "" TERM; exec sleep 600) & echo $!; sleep 0.1', { resources: { time: '10m' } }),
      )
      const report = await host.until(job, 'ended')
      assert.ok(report.kind === 'ended')
      assert.deepEqual(report.exit, { kind: 'code', code: 0 })
      assert.equal(await runs(Number(await host.read(job, 'run.1/stdout'))), false)
      await eventually(async () => {
        const all = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
        assert.ok(!all.includes(`${host.path(job)} `), 'something of the wrapper runs')
      })
    })

    it('does not run an input that is not what was signed', async () => {
      const kept = await host.context.objects.keepBytes(Buffer.from('signed'))
      const source = host.context.objects.path(kept.digest)
      const job = tag('jchanged')
      // The bytes change after they were checked here: the wrapper looks once more.
      execFileSync('sh', ['-c', 'chmod u+w "$1"; printf tampered >"$1"', 'sh', source])
      await host.submit(
        script('echo ran', {
          staged: [
            {
              path: 'x/name',
              value: { kind: 'file', name: 'name', ...kept, at: { kind: 'workspace' } },
            },
          ],
        }),
        job,
      )
      const report = await host.until(job, 'ended')
      assert.ok(report.kind === 'ended')
      assert.deepEqual(report.exit, { kind: 'code', code: 125, reason: 'staging-in' })
      assert.equal(await host.read(job, 'run.1/stdout'), '')
      await host.context.objects.remove(kept.digest)
    })

    it('cancels a running job whole: grandchildren too, and those that ignore TERM', async () => {
      const job = await host.submit(
        script('(sleep 600 & echo $!; wait) & bash -c \'trap "" TERM; echo $$; sleep 600\' & wait'),
      )
      const pids = await eventually(async () => {
        const lines = (await host.read(job, 'run.1/stdout')).split('\n').slice(0, -1)
        assert.equal(lines.length, 2)
        return lines.map(Number)
      })
      const answer = (await host.runner.cancel([job], {})).get(job)
      assert.equal(answer?.kind, 'stopped', answer?.evidence)
      for (const pid of pids) assert.equal(await runs(pid), false)
      const report = await host.until(job, 'ended')
      assert.ok(report.kind === 'ended' && report.exit.kind === 'signal')
    })

    it('cancels before the start: a submission that comes later runs nothing', async () => {
      const job = tag('jearly')
      assert.equal((await host.runner.cancel([job], {})).get(job)?.kind, 'stopped')
      const answers = await host.runner.submit(
        [{ tag: job, name: 'late', attempt: 1, spec: command(['true']) }],
        {},
      )
      assert.equal(answers.get(job)?.kind, 'refused')
      assert.deepEqual(await host.files(job), ['claim.1', 'job'])
      assert.deepEqual(await readdir(host.path(job, 'job')), [])
      const report = await host.look(job)
      assert.ok(report.kind === 'vanished' && report.reason === 'cancelled-by-us')
    })
  })

function shells(): readonly { readonly name: string; readonly path: string }[] {
  const known = [
    { name: 'sh', path: '/bin/sh' },
    { name: 'dash', path: '/usr/bin/dash' },
    { name: 'bash', path: '/bin/bash' },
    { name: 'busybox sh', path: '/bin/busybox' },
  ]
  return known.filter(({ path }) => existsSync(path))
}
