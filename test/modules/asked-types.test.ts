import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { describe, it } from 'mocha'
import type { JsonObject } from '../../src/core/json.ts'
import { approvalType } from '../../src/modules/approval-type.ts'
import type { ApprovalEnd, CallbackEnd } from '../../src/modules/asked-wait.ts'
import type { AnyModuleType, Values } from '../../src/modules/module-type.ts'
import { tokenType } from '../../src/modules/token-type.ts'
import { moduleTypeSuite } from '../../src/testing/index.ts'

const message = 'Sequence ${sample} for $$$price?'

function wait(type: AnyModuleType, parameters: JsonObject, inputs: Values = {}, now = 1000) {
  assert(type.act.kind === 'wait')
  return type.act.wait(inputs, now, parameters)
}

const noFile = () => Promise.reject(new TypeError('it reads no file'))

async function approved(parameters: JsonObject, end: ApprovalEnd) {
  const { act } = approvalType
  const asked = wait(approvalType, { message: 'Go?', ...parameters })
  assert(act.kind === 'wait' && asked.kind === 'approval')
  return act.answer({ ...asked, end }, noFile)
}

async function called(parameters: JsonObject, end: CallbackEnd) {
  const { act } = tokenType
  const asked = wait(tokenType, parameters)
  assert(act.kind === 'wait' && asked.kind === 'token')
  return act.answer({ ...asked, end }, noFile)
}

describe('the module type approval', () => {
  moduleTypeSuite({ test: it }, approvalType, async () => ({
    inputs: { sample: 'A7', price: 5 },
    parameters: { message, deadline: '3d', atDeadline: 'reject', approvers: ['ada'] },
    folder: tmpdir(),
    close: async () => {},
  }))

  it('asks with the values of its inputs, which are text and nothing else', () => {
    const digest = 'a'.repeat(64)
    const file = { kind: 'file', name: 'reads.fq', size: 1, digest, at: { kind: 'workspace' } }
    const shown = (inputs: Values) => {
      const asked = wait(approvalType, { message: '$one and $two' }, inputs)
      return asked.kind === 'approval' ? asked.message : undefined
    }
    assert.equal(shown({ one: file, two: [1, true, 'x'] }), 'reads.fq and 1, true, x')
    assert.equal(shown({ one: '\u001b[31mred\u001b[0m\r', two: 'a\u202eb' }), ' [31mred [0m  and a b')
    assert.equal(shown({ one: { a: 1 } }), '{"a":1} and ')
    assert.equal(shown({ one: 'x'.repeat(5000), two: 'end' })?.length, 2000 + ' and end'.length)
  })

  it('has the inputs that its message names, so that `check` finds a slip', () => {
    const { inputs } = approvalType.kind.ports({ message })
    assert.deepEqual(Object.keys(inputs).toSorted(), ['after', 'price', 'sample'])
  })

  it('gives who decided what, when and why', async () => {
    const at = Date.UTC(2026, 0, 1)
    assert.deepEqual(await approved({}, { decision: 'approved', by: 'ada', comment: 'fine', at }), {
      approved: true,
      decision: 'approved',
      by: 'ada',
      comment: 'fine',
      at: '2026-01-01T00:00:00.000Z',
    })
  })

  it('fails where it is rejected, or gives that as a value where it is asked to', async () => {
    const end = { decision: 'rejected', by: 'ada', comment: 'too dear', at: 1 } as const
    await assert.rejects(approved({}, end), { code: 'rejected', message: 'rejected by ada: too dear' })
    const given = await approved({ onReject: 'continue' }, end)
    assert.deepEqual(
      [given['approved'], given['decision'], given['comment']],
      [false, 'rejected', 'too dear'],
    )
  })

  it('is decided by its deadline as it says', async () => {
    const none = { decision: 'none', at: 1 } as const
    await assert.rejects(approved({ onReject: 'continue' }, none), { code: 'deadline-passed' })
    await assert.rejects(approved({}, { decision: 'rejected', at: 1 }), /as nobody had answered/)
    const given = await approved({}, { decision: 'approved', at: 1 })
    assert.deepEqual([given['approved'], given['by'], given['comment']], [true, '', ''])
    const asked = wait(approvalType, { message: 'Go?', deadline: '2h' }, {}, 5)
    assert.deepEqual(asked.kind === 'approval' && [asked.deadline, asked.atDeadline], [7_200_005, 'fail'])
  })

  const wrong: readonly (readonly [JsonObject, RegExp])[] = [
    [{}, /give it a `message`/],
    [{ message: 7 }, /`message` is a text, not 7/],
    [{ message: 'for $5' }, /write `\$\$`/],
    [{ message: 'for $Price' }, /names the input `Price`, which must begin with a lower-case letter/],
    [{ message, aproovers: ['ada'] }, /no parameter `aproovers`; did you mean `approvers`\?/],
    [{ message, approvers: 'ada' }, /`approvers` is a list of names/],
    [{ message, approvers: [] }, /`approvers` is a list of names/],
    [{ message, deadline: 'soon' }, /`deadline`: `soon` is no duration/],
    [{ message, atDeadline: 'reject' }, /give it one, such as 3d/],
    [{ message, deadline: '1d', atDeadline: 'explode' }, /`atDeadline` is `fail` or `approve` or `reject`/],
    [{ message, onReject: true }, /`onReject` is `fail` or `continue`, not true/],
  ]
  for (const [parameters, said] of wrong)
    it(`refuses ${JSON.stringify(parameters)}`, () => {
      assert.throws(() => approvalType.kind.ports(parameters), { code: 'invalid-value', message: said })
    })
})

describe('the module type token', () => {
  moduleTypeSuite({ test: it }, tokenType, async () => ({
    inputs: {},
    parameters: { outputs: { score: 'number', tags: ['string'] }, deadline: '1h' },
    answer: { score: 1, tags: [] },
    folder: tmpdir(),
    close: async () => {},
  }))

  it('gives the whole payload where it declares no outputs', async () => {
    assert.deepEqual(tokenType.kind.ports({}).outputs, { value: 'json' })
    assert.deepEqual(await called({}, { result: 'success', value: [1, null], at: 1 }), { value: [1, null] })
  })

  it('fails with the message that is called back, or where nobody calls in time', async () => {
    const failure = { result: 'failure', message: 'out of paper', at: 1 } as const
    await assert.rejects(called({}, failure), { code: 'callback-failed', message: /out of paper/ })
    await assert.rejects(called({}, { result: 'none', at: 1 }), { code: 'deadline-passed' })
  })

  const wrong: readonly (readonly [JsonObject, RegExp])[] = [
    [{ outputs: { reads: 'file' } }, /the type of the output `reads` is one of string, number/],
    [{ outputs: { score: 'nubmer' } }, /did you mean `number`\?/],
    [{ outputs: { Score: 'number' } }, /the output `Score` must begin/],
    [{ outputs: {} }, /leave it out/],
    [{ timeout: '1h' }, /no parameter `timeout`/],
  ]
  for (const [parameters, said] of wrong)
    it(`refuses ${JSON.stringify(parameters)}`, () => {
      assert.throws(() => tokenType.kind.ports(parameters), { code: 'invalid-value', message: said })
    })
})
