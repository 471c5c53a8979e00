import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseJson, type Json } from '../../src/core/json.ts'
import type { Approval, AskedWait, Callback } from '../../src/modules/asked-wait.ts'
import { atDeadline, judgeAnswer } from '../../src/workspace/judge-answer.ts'
import { asPayload } from '../../src/workspace/payload.ts'
import type { WaitAnswer } from '../../src/workspace/wait-answer.ts'

const approval: Approval = {
  kind: 'approval',
  message: 'Go?',
  since: 1,
  atDeadline: 'fail',
  onReject: 'fail',
}
const callback: Callback = { kind: 'token', since: 1, outputs: { score: 'number', tags: ['string'] } }
const value = { score: 2.5, tags: ['a'] }

const judge = (wait: AskedWait, answer: WaitAnswer, by?: string, at = 7) =>
  judgeAnswer(wait, { answer, by, at, what: 'module m' })

describe('what is said to a wait', () => {
  it('is its end, with who said it and when', () => {
    assert.deepEqual(judge(approval, { kind: 'reject', comment: ' no\u001b ' }, 'ada')?.end, {
      decision: 'rejected',
      by: 'ada',
      comment: 'no',
      at: 7,
    })
    assert.deepEqual(judge(callback, { kind: 'success', value })?.end, { result: 'success', value, at: 7 })
    assert.deepEqual(judge(callback, { kind: 'failure', message: 'no' }, 'ada')?.end, {
      result: 'failure',
      message: 'no',
      at: 7,
      by: 'ada',
    })
  })

  it('is acknowledged where it says the same again, and refused where it says anything else', () => {
    const yes = judge(approval, { kind: 'approve' }, 'ada') ?? approval
    assert.equal(judge(yes, { kind: 'approve' }, 'ada', 99), undefined)
    const others: readonly (readonly [WaitAnswer, string])[] = [
      [{ kind: 'reject' }, 'ada'],
      [{ kind: 'approve' }, 'grace'],
      [{ kind: 'approve', comment: 'now I know why' }, 'ada'],
    ]
    for (const [answer, by] of others)
      assert.throws(() => judge(yes, answer, by), {
        code: 'invalid-state',
        message: /ada approved it on 1970.*final/,
      })
    const done = judge(callback, { kind: 'success', value }) ?? callback
    assert.equal(judge(done, { kind: 'success', value: { tags: ['a'], score: 2.5 } }, 'ada', 99), undefined)
    for (const answer of [
      { kind: 'success', value: { ...value, score: 3 } },
      { kind: 'failure', message: '' },
    ] as const)
      assert.throws(() => judge(done, answer), {
        code: 'invalid-state',
        message: /a success was called back/,
      })
  })

  it('comes too late after the deadline', () => {
    for (const wait of [approval, callback] as const) {
      const late = atDeadline(wait, 5)
      const answer =
        wait.kind === 'approval' ? ({ kind: 'approve' } as const) : ({ kind: 'success', value } as const)
      assert.throws(() => judge(late, answer), { code: 'invalid-state', message: /deadline/ })
    }
  })

  it('is taken from those who are asked alone', () => {
    const asked = { ...approval, approvers: ['ada', 'grace'] }
    assert.throws(() => judge(asked, { kind: 'approve' }, 'eve'), {
      code: 'not-permitted',
      message: /asks ada, grace/,
    })
    assert.throws(() => judge(asked, { kind: 'approve' }), { code: 'not-permitted' })
    assert.equal(judge(asked, { kind: 'approve' }, 'grace')?.end?.at, 7)
  })

  it('must be an answer to what is asked', () => {
    assert.throws(() => judge(approval, { kind: 'success', value: 1 }), { code: 'invalid-value' })
    assert.throws(() => judge(callback, { kind: 'approve' }), { code: 'invalid-value' })
  })

  const wrong: readonly (readonly [Json, RegExp])[] = [
    [null, /must be an object with score, tags: it is none/],
    [{ score: 1 }, /`tags` is missing/],
    [{ ...value, score: '1' }, /`score` must be a number, not "1"/],
    [{ ...value, score: Infinity }, /`score` must be a number, not Infinity/],
    [{ ...value, tags: [1] }, /`tags` must be a string, not 1/],
    [{ ...value, scores: 1 }, /it has `scores`; did you mean `score`\?/],
    [{ ...value, ['__proto__']: 1 }, /it has `__proto__`/],
  ]
  for (const [given, said] of wrong)
    it(`is refused as ${JSON.stringify(given)}, and the wait goes on`, () => {
      assert.throws(() => judge(callback, { kind: 'success', value: given }), {
        code: 'invalid-value',
        message: said,
      })
    })

  it('is at most 256 KiB of JSON, and no deeper than anybody would write', () => {
    asPayload('x'.repeat(262_142))
    assert.throws(() => asPayload('x'.repeat(262_143)), {
      code: 'invalid-value',
      message: /262145 bytes/,
    })
    let deep: Json = 1
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    assert.throws(() => asPayload(deep), { code: 'invalid-value', message: /nested/ })
  })

  const unkept: readonly (readonly [string, RegExp])[] = [
    ['{"score":1e400}', /^value\.score is Infinity/],
    ['[1,[-1e999]]', /^value\[1\]\[0\] is -Infinity/],
    ['{"a":["\\ud800x"]}', /^value\.a\[0\] is text with half a surrogate pair/],
    ['{"a":{"\\udc00":1}}', /^a name in value\.a is text with half/],
  ]
  for (const [text, message] of unkept)
    it(`is refused as ${text}, which cannot be kept as it is`, () => {
      assert.throws(() => asPayload(parseJson(text)), { code: 'invalid-value', message })
    })

  it('is compared as it is kept: -0 said again is 0, and whole characters stay', () => {
    const said = () =>
      judge(done, { kind: 'success', value: asPayload(parseJson('{"s":[-0,"\\ud83d\\ude00"]}')) })
    const done: AskedWait = {
      kind: 'token',
      since: 1,
      end: { result: 'success', value: { s: [0, '😀'] }, at: 7 },
    }
    assert.equal(said(), undefined)
  })

  it('has no half of a surrogate pair in its comment, also where that is cut', () => {
    const comment = (text: string) => judge(approval, { kind: 'approve', comment: text }, 'ada')?.end
    assert.deepEqual(comment('a\ud800b'), { decision: 'approved', by: 'ada', comment: 'a b', at: 7 })
    const cut = comment('😀'.repeat(6000))
    assert.doesNotMatch((cut && 'comment' in cut && cut.comment) || assert.fail(), /\p{Cs}/u)
  })
})
