import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { jobFiles } from '../../src/runners/job-files.ts'
import type { JobSpec } from '../../src/runners/job-spec.ts'
import { command, eventually, openJobHost, script, submission, type JobHost } from './job-host.ts'

/** Like a container runtime: notes its words, knows one image, and runs the command with the image's own environment. */
const standIn = `#!/bin/sh
echo "$@" >>"$(dirname "$0")/asked"
case $1 in
  rm) echo "$@" >>"$(dirname "$0")/removed"; exit 0 ;;
  run|exec) shift ;;
esac
while :; do case $1 in -*) echo "$1" >>"$(dirname "$0")/words"; shift ;; *) break ;; esac; done
case $1 in *tools:1) ;; *) echo "no image $1" >&2; exit 125 ;; esac
shift
exec env -i PATH="$PATH" OF_IMAGE=yes "$@"
`

for (const name of ['podman', 'apptainer', 'charliecloud'] as const)
  describe(`a job in a container of ${name}`, () => {
    let host: JobHost
    let tools: string
    before(async () => {
      host = await openJobHost()
      tools = await mkdtemp(join(tmpdir(), 'abeyance-runtime-'))
      await writeFile(join(tools, 'runtime'), standIn)
      await chmod(join(tools, 'runtime'), 0o755)
    })
    after(async () => {
      await host.close()
      await rm(tools, { recursive: true })
    })

    const inside = (spec: JobSpec, image = 'tools:1'): JobSpec => ({
      ...spec,
      container: image,
      runtime: { name, program: join(tools, 'runtime') },
    })
    const end = async (spec: JobSpec) => {
      const job = await host.submit(spec)
      const report = await host.until(job, 'ended')
      assert.ok(report.kind === 'ended')
      return { job, exit: report.exit }
    }

    it("gets the image's environment and its own, whole, and nothing of the machine's", async () => {
      const odd = "it's $HOME\n`id` ü"
      const spec = script('printf %s "$ODD" >out; echo "$OF_IMAGE,${LOGNAME-none},$ABEYANCE_CORES" >own', {
        environment: { ODD: odd },
      })
      const { job, exit } = await end(inside(spec))
      assert.deepEqual(exit, { kind: 'code', code: 0 }, await host.read(job, 'run.1/stderr'))
      assert.equal(await host.read(job, 'run.1/work/out'), odd)
      assert.equal(await host.read(job, 'run.1/work/own'), 'yes,none,1\n')
    })

    it('shows its variables to nobody else: neither among the words of the runtime nor in a file', async () => {
      const { job } = await end(inside(command(['true'], { environment: { TOKEN: 'not for ps' } })))
      assert.match(await readFile(join(tools, 'asked'), 'utf8'), / true$/m)
      assert.doesNotMatch(await readFile(join(tools, 'asked'), 'utf8'), /not for ps/)
      assert.match(await host.read(job, 'job/variables'), /TOKEN=not for ps/)
      assert.equal((await stat(host.path(job, 'job/variables'))).mode & 0o777, 0o600)
    })

    it('sees its own folder, and all that its workspace has there', async () => {
      const { job } = await end(inside(command(['true'])))
      const words = await readFile(join(tools, 'words'), 'utf8')
      const root = host.path(job).split('/').slice(0, -1).join('/')
      if (name !== 'charliecloud') assert.ok(words.includes(`${root}:${root}:ro`), words)
      assert.ok(words.includes(`${name === 'charliecloud' ? root : host.path(job)}:`), words)
    })

    it('ends with the code of its command, whatever code that is', async () => {
      const codes = [1, 125, 127]
      const ends = await Promise.all(codes.map((code) => end(inside(command(['sh', '-c', `exit ${code}`])))))
      assert.deepEqual(
        ends.map(({ exit }) => exit),
        codes.map((code) => ({ kind: 'code', code })),
      )
    })

    it('is told from a runtime that cannot start it, which ends with a code like any', async () => {
      const { exit, job } = await end(inside(command(['true']), 'gone:1'))
      assert.deepEqual(exit, { kind: 'code', code: 125, reason: 'container-failed' })
      assert.match(await host.read(job, 'run.1/stderr'), /no image .*gone:1/)
    })

    it('is ended with all that it started', async () => {
      const job = await host.submit(inside(command(['sh', '-c', 'echo begun; exec sleep 600'])))
      await host.until(job, 'running')
      // Before its command is there the wrapper itself takes the signal.
      await eventually(async () => assert.equal(await host.read(job, 'run.1/stdout'), 'begun\n'))
      const answer = (await host.runner.cancel([job], {})).get(job)
      assert.equal(answer?.kind, 'stopped')
      const report = await host.look(job)
      assert.ok(report.kind === 'ended')
      assert.deepEqual(report.exit, { kind: 'signal', signal: 'SIGTERM' })
    })

    if (name === 'podman')
      it('is removed by its name when it has ended, since it is no child of ours', async () => {
        const { job } = await end(inside(command(['true'])))
        assert.match(
          await readFile(join(tools, 'removed'), 'utf8'),
          new RegExp(`rm -f abeyance-${job}-1$`, 'm'),
        )
      })
  })

describe('a job with an image', () => {
  const refused: readonly (readonly [string, Partial<JobSpec>, RegExp])[] = [
    ['has no runtime', { container: 'tools:1' }, /needs a container runtime/],
    [
      'names a word for the runtime',
      { container: '--privileged', runtime: { name: 'podman' } },
      /no name of an image/,
    ],
  ]
  for (const [what, more, message] of refused)
    it(`cannot run where it ${what}`, () =>
      assert.throws(() => jobFiles(submission(tag('j'), command(['x'], more)), []), { message }))

  const named: readonly (readonly ['podman' | 'apptainer', string, string])[] = [
    ['apptainer', 'biocontainers/bwa:1', 'docker://biocontainers/bwa:1'],
    ['apptainer', 'library://bwa', 'library://bwa'],
    ['apptainer', '~/images/bwa.sif', '"$HOME"/images/bwa.sif'],
    ['apptainer', '/images/bwa', '/images/bwa'],
    ['podman', 'docker://biocontainers/bwa:1', 'biocontainers/bwa:1'],
  ]
  for (const [name, container, word] of named)
    it(`gives ${container} to ${name} as ${word}`, () => {
      const files = jobFiles(submission(tag('j'), command(['x'], { container, runtime: { name } })), [])
      assert.ok(files['command']?.split(' \\\n  ').includes(word), files['command'])
    })
})
