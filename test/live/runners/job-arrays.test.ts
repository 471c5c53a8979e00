import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { tag, type Tag } from '../../../src/core/ids.ts'
import { shortHash } from '../../../src/core/short-hash.ts'
import type { JobReport } from '../../../src/runners/job-report.ts'
import type { Runner } from '../../../src/runners/runner.ts'
import { script, submission } from '../../runners/job-host.ts'
import { absent, gridenginePrelude } from '../servers/servers.ts'
import { kinds, openLiveRunner, type LiveRunner } from './live-runner.ts'

/** What the scheduler itself has of the jobs of a user, one line for each submission under a name of ours. */
const counting = {
  slurm: `sacct -n -X -P -S now-1hours -o JobName,JobID | sed 's/_.*//' | sort -u`,
  gridengine: `( ${gridenginePrelude}\nqacct -o "$(id -un)" -j ) | awk '$1 == "jobname" { name = $2 } $1 == "jobnumber" { print name "|" $2 }' | sort -u`,
} as const

const count = 60
const mine = (word: string, place: number) => tag(`j${shortHash([process.pid, Date.now(), word, place])}`)

async function until(
  runner: Runner,
  jobs: readonly Tag[],
  isSo: (report: JobReport) => boolean,
): Promise<ReadonlyMap<Tag, JobReport>> {
  const all = new Set(jobs)
  const end = Date.now() + 300_000
  for (;;) {
    const { reports } = await runner.look({ jobs: all, doubtful: all, urgent: all, ranges: [] }, {})
    const left = jobs.filter((job) => !isSo(reports.get(job) ?? { kind: 'quiet' }))
    if (left.length === 0) return reports
    const [first = tag('none')] = left
    if (Date.now() > end)
      assert.fail(`${left.length} are not as wanted, such as ${JSON.stringify(reports.get(first))}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** The accounting is written after a job has ended, by another daemon: what it has, as soon as it has `id`. */
async function recorded(ask: () => Promise<string>, id: string): Promise<readonly string[]> {
  const end = Date.now() + 120_000
  for (;;) {
    const known = (await ask()).split('\n')
    if (known.some((line) => line.endsWith(`|${id}`))) return known
    if (Date.now() > end) assert.fail(`the accounting has nothing of ${id}, but ${known.slice(-9).join(' ')}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

const isEnded = ({ kind }: JobReport) => kind === 'ended'

async function on(kind: keyof typeof counting, act: (host: LiveRunner) => Promise<void>): Promise<void> {
  const make = kinds[kind]
  assert.ok(make)
  const host = await openLiveRunner(make(), { arrays: {} })
  try {
    await act(host)
  } finally {
    await host.close()
  }
}

for (const kind of ['slurm', 'gridengine'] as const)
  describe(`job arrays of a real scheduler: ${kind}`, function () {
    this.timeout(600_000)

    before(() => {
      const why = absent(kind) ?? absent('sshd')
      if (why !== undefined) assert.fail(why)
    })

    it(`${count} jobs are one submission; one fails, one is cancelled, and each has its own end`, () =>
      on(kind, async ({ runner, run, shared }) => {
        const tags = Array.from({ length: count }, (_, place) => mine('many', place))
        const [fails, waits] = [tags[6], tags[count - 1]]
        assert.ok(fails !== undefined && waits !== undefined)
        const jobs = tags.map((name) =>
          submission(
            name,
            script(
              name === fails ? 'exit 3' : name === waits ? 'sleep 600' : `echo ${name} >>'${shared}/ran'`,
            ),
          ),
        )
        const answers = await runner.submit(jobs, {})
        const ids = tags.map((name) => {
          const answer = answers.get(name)
          assert.ok(answer?.kind === 'accepted', JSON.stringify(answer))
          return answer.nativeId
        })
        assert.equal(new Set(ids).size, count)
        assert.equal(new Set(ids.map((id) => id.split(/[_.]/)[0])).size, 1)
        const ended = await until(
          runner,
          tags.filter((name) => name !== waits),
          isEnded,
        )
        const codes = tags.map((name) => {
          const report = ended.get(name)
          return report?.kind === 'ended' && report.exit.kind === 'code' ? report.exit.code : -1
        })
        assert.deepEqual(
          codes,
          tags.map((name) => (name === fails ? 3 : name === waits ? -1 : 0)),
        )
        await until(runner, [waits], ({ kind: said }) => said === 'running')
        assert.equal((await runner.cancel([waits], {})).get(waits)?.kind, 'stopped')
        const again = mine('again', 0)
        await runner.submit([submission(again, script('true'))], {})
        await until(runner, [again], isEnded)
        const ran = (await run(`cat '${shared}/ran'`)).trim().split('\n')
        assert.deepEqual(ran.toSorted(), tags.filter((name) => name !== fails && name !== waits).toSorted())
        const [id = ''] = ids[0]?.split(/[_.]/) ?? []
        const known = await recorded(() => run(counting[kind]), id)
        assert.equal(known.filter((line) => line.endsWith(`|${id}`)).length, 1)
        assert.equal(known.filter((line) => tags.some((name) => line.includes(name))).length, 0)
        await runner.clean([...tags, again], {})
        assert.equal(await run(`ls '${shared}/work/live/arrays'`), '')
      }))
  })
