import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { tag, type Tag } from '../../src/core/ids.ts'
import { quote } from '../../src/core/quote.ts'
import type { ContainerRuntime } from '../../src/runners/container-settings.ts'
import type { JobReport } from '../../src/runners/job-report.ts'
import { eventually } from '../../src/testing/eventually.ts'
import { command, submission } from '../runners/job-host.ts'
import { chown } from './runners/chown.ts'
import { kinds, openLiveRunner, type LiveRunner } from './runners/live-runner.ts'
import { liveUser } from './servers/servers.ts'

interface Runtime {
  readonly name: ContainerRuntime
  /** Its program and its image, made by the user on the login host from a folder with the files of the image. */
  make(host: LiveRunner, files: string): Promise<{ readonly program: string; readonly image: string }>
  /** Containers that are there now, a line each. */
  readonly list: string
}

const runtimes: readonly Runtime[] = [
  {
    name: 'podman',
    // With runc, which gets along with the control groups of any machine; what it keeps goes with the folder of the test.
    async make({ run, shared }, files) {
      const program = join(shared, 'podman')
      await run(`umask 022
mkdir -m 700 ${quote(shared)}/runtime && mkdir ${quote(shared)}/images || exit 1
cat >${quote(program)} <<'END'
#!/bin/sh
here=\${0%/*}
XDG_RUNTIME_DIR=$here/runtime exec podman --runtime=runc --cgroup-manager=cgroupfs --root="$here/images" --runroot="$here/runtime/run" "$@"
END
chmod +x ${quote(program)} && tar -C ${quote(files)} -cf ${quote(files)}.tar . &&
${quote(program)} import -q ${quote(files)}.tar localhost/tiny:1`)
      return { program, image: 'localhost/tiny:1' }
    },
    list: '"$program" ps --all --noheading',
  },
  { name: 'charliecloud', make: async (_, files) => ({ program: 'ch-run', image: files }), list: ':' },
]

for (const { name, make, list } of runtimes)
  for (const runner of ['local', 'slurm'])
    describe(`a job in a real container of ${name}, ${runner === 'slurm' ? 'on Slurm' : 'a plain process'} over SSH`, () => {
      let host: LiveRunner
      let program: string
      let image: string
      before(async function () {
        host = await openLiveRunner((kinds[runner] ?? assert.fail(runner))())
        const files = await filesOfImage(host.shared)
        try {
          ;({ program, image } = await make(host, files))
          const { exit, output } = await end(await submit(['true']))
          assert.deepEqual(exit, { kind: 'code', code: 0 }, output)
        } catch (error) {
          // No server of ours: what a machine lacks for containers (namespaces, control groups) the tests cannot bring.
          console.log(`      NOT TESTED: ${name} runs no container here: ${String(error)}`)
          this.skip()
        }
      })
      after(async () => {
        // Beside containers it has a process of its own, which holds their namespace.
        if (name === 'podman') await host.run(`${quote(program)} system reset --force >/dev/null 2>&1`)
        await host.close()
      })

      let count = 0
      const submit = async (words: readonly string[], environment: Record<string, string> = {}) => {
        const job = tag(`j${name.slice(0, 3)}${Date.now().toString(36)}${++count}`)
        const spec = command(words, { container: image, runtime: { name, program }, environment })
        const answer = (await host.runner.submit([submission(job, spec)], {})).get(job)
        assert.equal(answer?.kind, 'accepted', JSON.stringify(answer))
        return job
      }
      const look = async (job: Tag): Promise<JobReport> => {
        const all = new Set([job])
        const { reports } = await host.runner.look({ jobs: all, doubtful: all, urgent: all, ranges: [] }, {})
        return reports.get(job) ?? assert.fail('no report')
      }
      const until = (job: Tag, kind: JobReport['kind']) =>
        eventually(`${job} is ${kind}`, 90_000, async () => {
          const report = await look(job)
          return report.kind === kind ? report : undefined
        })
      const inside = (job: Tag, file: string) =>
        host.run(`cat ${quote(join(host.shared, 'work/live', job, 'run.1', file))}`)
      const end = async (job: Tag) => {
        const report = await until(job, 'ended')
        assert.ok(report.kind === 'ended')
        return { exit: report.exit, output: (await inside(job, 'stdout')) + (await inside(job, 'stderr')) }
      }

      it('finds the files of its image alone, its own folder, and its variables whole', async () => {
        const odd = "it's $HOME\n`id` ü"
        const text = 'cat /of-image; printf %s "$ODD" >out; ls /usr/bin/env /usr/bin/ssh'
        const job = await submit(['sh', '-c', text], { ODD: odd })
        const { output } = await end(job)
        assert.match(output, /^yes$/m)
        assert.match(output, /^\/usr\/bin\/env$/m)
        assert.match(output, /\/usr\/bin\/ssh: No such file/)
        assert.equal(await inside(job, 'work/out'), odd)
      })

      it('ends with the code of its command, also with one that a runtime uses', async () => {
        for (const code of [3, 125])
          assert.deepEqual((await end(await submit(['sh', '-c', `exit ${code}`]))).exit, {
            kind: 'code',
            code,
          })
      })

      it('is ended with all that it started, and nothing of it is left', async () => {
        const job = await submit(['sh', '-c', 'echo began; sleep 7654 & sleep 7654'])
        await eventually('the command began', 60_000, async () =>
          (await inside(job, 'stdout')).includes('began') ? true : undefined,
        )
        await eventually('it is stopped', 60_000, async () => {
          const answer = (await host.runner.cancel([job], {})).get(job)
          return answer?.kind === 'stopped' ? true : undefined
        })
        await eventually('its processes are gone', 30_000, async () =>
          (await host.run(`pgrep -f '[s]leep 7654' || :`)) === '' ? true : undefined,
        )
        assert.equal(await host.run(`program=${quote(program)}\n${list}`), '')
      })
    })

/** Of a folder that is an image: one program that is all of them, and the places that a runtime binds over. */
async function filesOfImage(shared: string): Promise<string> {
  const files = join(shared, 'image')
  for (const folder of 'bin dev etc home mnt proc root run sys tmp usr/bin var'.split(' '))
    await mkdir(join(files, folder), { recursive: true })
  for (const name of ['passwd', 'group', 'hosts', 'resolv.conf', 'nsswitch.conf'])
    await writeFile(join(files, 'etc', name), '')
  await writeFile(join(files, 'of-image'), 'yes\n')
  execFileSync('sh', ['-c', 'cp -L "$(command -v busybox)" "$1/bin/busybox"', 'sh', files])
  for (const name of ['sh', 'cat', 'ls', 'sleep'])
    execFileSync('ln', ['-s', 'busybox', join(files, 'bin', name)])
  execFileSync('ln', ['-s', '/bin/busybox', join(files, 'usr/bin/env')])
  execFileSync('chmod', ['-R', 'a+rX', files])
  for (const path of [shared, files]) chown(path, liveUser)
  return files
}
