import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeId, tag, type Tag } from '../../src/core/ids.ts'
import type { JobReport } from '../../src/runners/job-report.ts'
import type { LookNews } from '../../src/runners/parse-look.ts'
import { queuePace, type QueuePace } from '../../src/runners/queue-pace.ts'
import type { LookQuestion } from '../../src/runners/runner.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'

const [one, two] = [tag('jone'), tag('jtwo')]
const question = (more: Partial<LookQuestion> = {}): LookQuestion => ({
  jobs: [one, two],
  doubtful: new Set(),
  ranges: [],
  ...more,
})

/** What came of a look at which these were listed, or the queue was not asked. */
function news(listed: readonly Tag[] | undefined, more: Partial<LookNews> = {}): LookNews {
  const ids = new Map((listed ?? []).map((name) => [name, nativeId(`1${name}`)]))
  const job = (name: string) => ({ name, phase: 'running', word: 'RUNNING', line: '' }) as const
  const jobs = new Map([...ids].map(([name, id]) => [id, job(name)]))
  const queue = { kind: 'answered', at: 0, jobs, names: ids, unread: [] } as const
  return {
    whole: true,
    begun: true,
    now: 0,
    rooted: true,
    jobs: new Map(),
    wants: new Map(),
    spool: new Map(),
    logs: [],
    said: {
      queue: listed ? queue : { kind: 'not-asked' },
      accounting: { kind: 'not-asked' },
      found: new Map(),
    },
    commands: listed ? 1 : 0,
    ...more,
  }
}

/** Looks every five seconds for so many, all jobs listed; gives the seconds at which the queue was asked. */
function looks(pace: QueuePace, clock: ReturnType<typeof virtualClock>, seconds: number, about = question()) {
  const asked: number[] = []
  const begun = clock.now()
  for (let second = 0; second < seconds; second += 5) {
    const { may } = pace.next(about)
    if (may.queue) asked.push((clock.now() - begun) / 1000)
    pace.heard(about, may, news(may.queue ? [one, two] : undefined))
    clock.set(clock.now() + 5000)
  }
  return asked
}

describe('when a scheduler is asked', () => {
  it('is at once, then ever more rarely, and never more than its hours allow', () => {
    const clock = virtualClock()
    const asked = looks(queuePace(clock), clock, 6 * 3600)
    assert.deepEqual(asked.slice(0, 5), [0, 30, 60, 90, 120])
    const gaps = asked.slice(1).map((at, place) => at - (asked[place] ?? 0))
    assert.ok(
      gaps.every((gap) => gap >= 30 && gap <= 330),
      gaps.join(),
    )
    assert.ok(asked.length <= 12 * 6 + 12, `${asked.length}`)
  })

  it('stays within a smaller budget, where there is one', () => {
    const clock = virtualClock()
    const asked = looks(queuePace(clock, 2), clock, 6 * 3600)
    assert.ok(asked.length <= 2 * 6 + 2 && asked.length >= 10, `${asked.length}`)
  })

  it('is sooner again after a job was submitted or told something', () => {
    const clock = virtualClock()
    const pace = queuePace(clock)
    looks(pace, clock, 7200)
    pace.touch(new Map())
    assert.ok(looks(pace, clock, 300).length >= 3)
  })

  it('is never, while there is nothing to watch', () => {
    const clock = virtualClock()
    const pace = queuePace(clock)
    assert.deepEqual(looks(pace, clock, 3600, question({ jobs: [] })), [])
  })

  it('is within seconds where a job is in doubt, also many times, and bounded', () => {
    const clock = virtualClock()
    const asked = looks(queuePace(clock), clock, 3600, question({ urgent: new Set([one]) }))
    assert.deepEqual(asked.slice(0, 4), [0, 5, 10, 15])
    assert.ok(asked.length <= 120 * 2 + 12, `${asked.length}`)
  })

  it('is at once for what an earlier look told of a job that is not found', () => {
    const pace = queuePace(virtualClock())
    assert.equal(pace.next(question()).may.queue, true)
    pace.heard(question(), { queue: true, accounting: true }, news([one, two]))
    const known = new Map([[one, { incarnation: 1, startedAt: 0 }]])
    assert.equal(pace.next(question({ known })).may.queue, true)
  })

  it('counts every command that a look took', () => {
    const clock = virtualClock()
    const pace = queuePace(clock, 4)
    for (const expected of [true, true, false]) {
      const { may } = pace.next(question())
      assert.equal(may.queue, expected)
      pace.heard(question(), may, news(may.queue ? [one, two] : undefined, { commands: may.queue ? 2 : 0 }))
      clock.set(clock.now() + 30_000)
    }
  })

  it('is no sooner because a clock was set back, nor never again', () => {
    const clock = virtualClock()
    const pace = queuePace(clock)
    looks(pace, clock, 100)
    clock.set(clock.now() - 3_600_000)
    assert.ok(looks(pace, clock, 700).length >= 1)
  })
})

describe('a job that the queue does not list', () => {
  const heard = (pace: QueuePace, listed: readonly Tag[] | undefined, more: Partial<LookNews> = {}) => {
    const { may } = pace.next(question())
    return pace.heard(question(), may, news(listed, more))
  }

  it('is looked into at the next look, which comes at once, and not again', () => {
    const pace = queuePace(virtualClock())
    assert.equal(heard(pace, [one]), true)
    assert.deepEqual(pace.next(question()).more, [two])
    assert.equal(heard(pace, undefined), false)
    assert.equal(heard(pace, [one]), false)
    assert.deepEqual(pace.next(question()).more, [])
  })

  it('is not looked into where the look itself told of it', () => {
    const pace = queuePace(virtualClock())
    const report: JobReport = { kind: 'queued', nativeId: nativeId('1'), evidence: '' }
    assert.equal(heard(pace, [one], { jobs: new Map([[two, report]]) }), false)
    assert.deepEqual(pace.next(question()).more, [])
  })

  it('is looked into, and the queue asked, until nobody wants to know more', () => {
    const clock = virtualClock()
    const pace = queuePace(clock)
    heard(pace, [one, two], { wants: new Map([[two, 'queue']]) })
    assert.deepEqual(pace.next(question()).more, [two])
    clock.set(clock.now() + 5000)
    assert.equal(pace.next(question()).may.queue, true)
    heard(pace, [one, two])
    assert.deepEqual(pace.next(question()).more, [])
  })

  it('has accounting asked on its own, no oftener than every two seconds', () => {
    const clock = virtualClock()
    const pace = queuePace(clock)
    const accounting = { kind: 'answered', jobs: new Map() } as const
    const { said } = news(undefined)
    heard(pace, [one, two], { said: { ...said, accounting }, commands: 1 })
    assert.deepEqual(pace.next(question()).may, { queue: false, accounting: false })
    clock.set(clock.now() + 2000)
    assert.deepEqual(pace.next(question()).may, { queue: false, accounting: true })
  })
})
