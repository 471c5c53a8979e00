import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { gridengineScheduler } from '../../src/runners/gridengine.ts'
import { pbsScheduler } from '../../src/runners/pbs.ts'
import type { Scheduler } from '../../src/runners/scheduler.ts'
import { slurmScheduler } from '../../src/runners/slurm.ts'
import { openPrograms } from './fake-programs.ts'
import { script, submission } from './job-host.ts'

interface Case {
  readonly scheduler: Scheduler
  readonly command: string
  /** What the command answers, and among its words. */
  readonly answer: string
  readonly asks: RegExp
  readonly third: string
}

const prelude = 'PATH=$PWD:$PATH'
const cases: Readonly<Record<string, Case>> = {
  Slurm: {
    scheduler: slurmScheduler({ prelude }),
    command: 'sbatch',
    answer: '123',
    asks: / --job-name=aone --array=1-60 .* start$/,
    third: '123_3',
  },
  'Grid Engine': {
    scheduler: gridengineScheduler(),
    command: 'qsub',
    answer: '123.1-60:1',
    asks: / -t 1-60 .* -N aone .* -r n .* start$/,
    third: '123.3',
  },
  'Grid Engine in a sentence': {
    scheduler: gridengineScheduler(),
    command: 'qsub',
    answer: 'Your job-array 123.1-60:1 ("aone") has been submitted',
    asks: / start$/,
    third: '123.3',
  },
  OpenPBS: {
    scheduler: pbsScheduler({ dialect: 'openpbs' }),
    command: 'qsub',
    answer: '123[].head.example',
    asks: / -N aone .* -r y -J 1-60 start$/,
    third: '123[3].head.example',
  },
  Torque: {
    scheduler: pbsScheduler({ dialect: 'torque' }),
    command: 'qsub',
    answer: '123[].head.example',
    asks: / -N aone .* -r n -t 1-60 start$/,
    third: '123[3].head.example',
  },
}

describe('an array', () => {
  for (const [name, { scheduler, command, answer, asks, third }] of Object.entries(cases))
    it(`is asked of ${name} by its number of elements, each of which has its own id`, () => {
      const { arrays } = scheduler
      assert.ok(arrays)
      const host = openPrograms()
      try {
        host.make(command, `echo " $*" >words; echo '${answer}'`)
        const { out, err } = host.run(`submit() {
${arrays.submit(submission(tag('aone'), script('true')), 60)}
}
element() {
${arrays.element}
}
if submit; then element "$native" 3; echo "$native"; else echo "$verdict: $fault"; fi`)
        assert.equal(err, '')
        assert.equal(out, `${third}\n`)
        assert.match(host.run('cat words').out.trimEnd(), asks)
      } finally {
        host.close()
      }
    })

  it("is refused where Torque's commands are wrappers around Slurm, and is not even there where that is known", () => {
    const { arrays } = pbsScheduler()
    assert.ok(arrays)
    const host = openPrograms()
    try {
      host.make('qstat', `echo 'Unknown option: version' >&2; exit 2`)
      host.make('qsub', 'echo 1 >asked; echo 1')
      const { out } = host.run(`submit() {
${arrays.submit(submission(tag('aone'), script('true')), 60)}
}
submit || echo "$verdict"; ls`)
      assert.match(out, /^refused$/m)
      assert.doesNotMatch(out, /^asked$/m)
      assert.equal(pbsScheduler({ dialect: 'slurm' }).arrays, undefined)
    } finally {
      host.close()
    }
  })
})
