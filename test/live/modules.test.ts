import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { stringify } from 'yaml'
import { buildSubject, type Subject } from '../kill/build-subject.ts'
import { destinations } from './destinations.ts'
import { kinds, openLiveRunner } from './runners/live-runner.ts'
import { absent, gridenginePrelude } from './servers/servers.ts'
import { openStudy } from './study.ts'

interface Words {
  /** The batch script's own lines, and what shows in the job that they were heard. */
  readonly lines: string
  readonly shows: string
  readonly heard: RegExp
  /** Submits a job by hand that ends with code 3, and prints its id. */
  readonly submit: string
}

const words: Readonly<Record<string, Words>> = {
  slurm: {
    lines: '#SBATCH --time=0:07:00 -c 1',
    shows: 'squeue -h -j "$SLURM_JOB_ID" -o %l',
    heard: /^7:00$/m,
    submit: `cd /tmp && sbatch --parsable -o /dev/null -t 2 --wrap 'exit 3'`,
  },
  gridengine: {
    lines: '#$ -l h_rt=420',
    shows: `${gridenginePrelude}\nqstat -j "$JOB_ID" | grep hard`,
    heard: /h_rt=420/,
    submit: `${gridenginePrelude}
printf 'exit 3\\n' | qsub -terse -N byhand -o /dev/null -e /dev/null -S /bin/sh`,
  },
}

describe('module types for clusters, as an ordinary user over SSH', () => {
  let subject: Subject
  before(async () => {
    subject = await buildSubject()
  })
  after(() => subject.remove())

  for (const destination of destinations) {
    const own = words[destination.runner]
    if (own === undefined) continue
    const kind = kinds[destination.runner] ?? assert.fail(`there is no runner ${destination.runner}`)
    it(`run a batch script with its lines heard, copy, and wait for a job of others on ${destination.name}`, async () => {
      for (const server of destination.needs) assert.equal(absent(server), undefined)
      const study = await openStudy(subject, destination)
      const host = await openLiveRunner(kind())
      try {
        const id = (await host.run(own.submit)).trim()
        assert.match(id, /^\d+$/)
        const there = join(host.shared, "it's $b.txt")
        const at = (inputs: object) => ({ machine: 'there', ...inputs })
        const modules = {
          batch: {
            type: 'batch',
            script: `#!/bin/sh\n${own.lines}\ncat "$data"\n${own.shows}\n`,
            inputs: { data: '$from.copy' },
            outputs: { said: { stream: 'stdout' } },
          },
          put: { type: 'copy-to', inputs: at({ copy: { file: 'a.txt' }, path: there }) },
          from: { type: 'copy-from', inputs: at({ path: '$put.path' }) },
          others: { type: 'existing-job', inputs: at({ id, accept: 'any' }) },
          told: {
            script: 'echo "$result $code" > told.txt',
            inputs: { result: '$others.result', code: '$others.code' },
            outputs: { told: 'told.txt' },
            destination: 'local',
          },
        }
        const outputs = { said: '$batch.said', told: '$told.told' }
        await writeFile(join(study.folder, 'a.txt'), 'as it was\n')
        await writeFile(
          join(study.folder, 'types.yaml'),
          stringify({ abeyance: 1, name: 'types', modules, outputs }),
        )
        const { code, said } = await study.command(['run', 'types.yaml', '--wait'])
        assert.equal(code, 0, said)
        const results = join(study.folder, 'results/types')
        const batch = await readFile(join(results, 'stdout'), 'utf8')
        assert.match(batch, /^as it was$/m)
        assert.match(batch, own.heard)
        assert.equal(await readFile(join(results, 'told.txt'), 'utf8'), 'failed 3\n')
        for (const attempt of await study.attempts()) assert.equal(attempt.claims, 1)
      } finally {
        await study.close()
        await host.close()
      }
    })
  }
})
