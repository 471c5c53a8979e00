import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'mocha'
import { nativeId } from '../../src/core/ids.ts'
import type { ExistingJobReport } from '../../src/runners/existing-job-report.ts'
import { lookUpJobs } from '../../src/runners/look-up-jobs.ts'
import type { Queue, Scheduler } from '../../src/runners/scheduler.ts'
import { slurmScheduler } from '../../src/runners/slurm.ts'

const ids = ['1', '2', '3', '4', '5', '6', '7'].map(nativeId)
const phases = { RUNNING: 'running', DONE: 'ended', OOM: 'ended', ODD: 'unknown' } as const

/** A scheduler whose answers are files of lines `id word code`. */
function scheduler(says: { list?: string; over?: string; account?: string }) {
  const words = (text: string) => text.split('\n').map((line) => line.split(' '))
  const phaseOf = (word = '') => Object.entries(phases).find(([name]) => name === word)?.[1] ?? 'unknown'
  const queue: Queue = {
    list: says.list === undefined ? 'echo "no controller" >&2; return 1' : `printf '%s\\n' '${says.list}'`,
    ids: 'cat',
    account: says.account ?? 'return 3',
    find: 'return 1',
    cancel: 'echo cancelled >&2',
    messageTimeout: 1,
    readQueue: (text) => ({
      unread: [],
      jobs: new Map(
        words(text).flatMap(([id = '', word = '']) =>
          id === '' ? [] : [[nativeId(id), { name: 'x', phase: phaseOf(word), word, line: `${id} ${word}` }]],
        ),
      ),
    }),
    readAccounting: (text) =>
      new Map(
        words(text).flatMap(([id = '', word = '', code]) =>
          id === ''
            ? []
            : [
                [
                  nativeId(id),
                  {
                    phase: word === 'RUNNING' ? ('open' as const) : ('ended' as const),
                    word,
                    line: `${id} ${word}`,
                    code: Number(code),
                    ...(word === 'OOM' && { reason: 'out-of-memory' as const }),
                  },
                ],
              ],
        ),
      ),
  }
  return { queue, gone: `case $1 in ${says.over ?? '-'}) ;; *) return 1 ;; esac` }
}

async function ask(
  says: Parameters<typeof scheduler>[0],
): Promise<readonly (readonly [string, ExistingJobReport])[]> {
  const { queue, gone } = scheduler(says)
  return asked({ queue, gone })
}

async function asked(
  table: Pick<Scheduler, 'gone'> & { readonly queue: Queue },
  cut = (text: string) => text,
) {
  const host = {
    scheduler: { kind: 'x', cannot: [], identity: '', submit: () => '', ...table },
    ask: async (input: string) =>
      Buffer.from(cut(spawnSync('sh', ['-s'], { input, encoding: 'utf8' }).stdout)),
  }
  return [...(await lookUpJobs(host, table.queue, ids, {}))]
}

describe('jobs that somebody else submitted (J9)', () => {
  it('wait or run while their scheduler does not hold them for over', async () => {
    const reports = await ask({ list: '1 RUNNING', over: '1', account: "echo '2 RUNNING 0'" })
    assert.deepEqual(new Set(reports.map(([, { kind }]) => kind)), new Set(['open']))
  })

  it('end by accounting, with code and reason', async () => {
    const reports = await ask({
      list: '1 DONE',
      over: '*',
      account: "printf '1 DONE 0\\n2 DONE 3\\n3 OOM 0\\n'",
    })
    const [first, second, third] = reports.map(([, report]) => report)
    assert.deepEqual(first, { kind: 'ended', result: 'succeeded', code: 0, evidence: 'accounting: 1 DONE' })
    assert.deepEqual(second, { kind: 'ended', result: 'failed', code: 3, evidence: 'accounting: 2 DONE' })
    assert(third?.kind === 'ended' && third.result === 'failed')
    assert.equal(third.reason, 'out-of-memory')
  })

  it('are nowhere once they are over and accounting has nothing, or is off', async () => {
    for (const account of ['return 3', 'return 0']) {
      const reports = await ask({ list: '9 RUNNING', over: '*', account })
      assert.deepEqual(new Set(reports.map(([, { kind }]) => kind)), new Set(['nowhere']))
    }
  })

  const doubts: readonly (readonly [string, Parameters<typeof scheduler>[0]])[] = [
    ['the queue does not answer', { over: '*', account: "echo '1 DONE 0'" }],
    ['accounting does not answer', { list: '9 RUNNING', over: '*', account: 'return 1' }],
    [
      'accounting holds them to run',
      { list: '9 RUNNING', over: '*', account: 'for id in "$@"; do echo "$id RUNNING 0"; done' },
    ],
  ]
  for (const [what, says] of doubts)
    it(`are unclear where ${what} (J3)`, async () => {
      assert.deepEqual(new Set((await ask(says)).map(([, { kind }]) => kind)), new Set(['unclear']))
    })

  it('are unclear with a word that is not known, and where the answer is cut off (J3)', async () => {
    const table = scheduler({ list: '1 ODD', over: '*', account: "echo '1 DONE 0'" })
    assert.equal((await asked(table))[0]?.[1].kind, 'unclear')
    for (const [, report] of await asked(table, (text) => text.slice(0, 60)))
      assert.equal(report.kind, 'unclear')
  })

  it('are asked for in lines that shells take', () => {
    const table = slurmScheduler()
    assert(table.queue)
    const { status } = spawnSync('sh', ['-n'], { input: table.queue.account })
    assert.equal(status, 0)
  })
})
