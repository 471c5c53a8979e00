import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeId } from '../../../src/core/ids.ts'
import { readAccounting } from '../../../src/runners/pbs/read-accounting.ts'
import { asRead } from './pbs-host.ts'
import { recorded } from './recorded.ts'

const summary = (text: string) =>
  [...readAccounting(text)].map(([id, { phase, reason, code, signal }]) =>
    [id, phase, reason ?? '-', code ?? '-', signal ?? '-'].join(' '),
  )

function job(attributes: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ job_state: 'F', substate: '93', ...attributes }).map(
    ([key, value]) => `    ${key} = ${value}`,
  )
  return [
    'Job Id: 1.head',
    ...lines,
    `    closes = 1.head ${attributes['job_state'] ?? 'F'}`,
    '# end',
    '',
  ].join('\n')
}

const torque = { job_state: 'C', substate: '' }
const ends: readonly (readonly [string, Readonly<Record<string, string>>, object])[] = [
  ['an exit code', { Exit_status: '3' }, { code: 3 }],
  ['the highest code', { Exit_status: '255' }, { code: 255 }],
  ['a script that could not be run', { Exit_status: '254' }, { code: 254 }],
  ['a signal', { Exit_status: '143' }, { signal: 15 }],
  ['a signal of the server', { Exit_status: '265' }, { signal: 9 }],
  ['qdel', { Exit_status: '271', substate: '91' }, { signal: 15, reason: 'cancelled-by-administrator' }],
  ['qdel before it ran', { substate: '91' }, { reason: 'cancelled-by-administrator' }],
  ['its walltime', { Exit_status: '-29' }, { reason: 'walltime' }],
  ['its time on the processor', { Exit_status: '-28' }, { reason: 'walltime' }],
  ['its memory', { Exit_status: '-27' }, { reason: 'out-of-memory' }],
  ['its address space', { Exit_status: '-26' }, { reason: 'out-of-memory' }],
  ['a host that could not start it', { Exit_status: '-1' }, { reason: 'node-failure' }],
  ['a host that was lost', { Exit_status: '-20' }, { reason: 'node-failure' }],
  ["a site's hook", { Exit_status: '-17' }, { reason: 'cancelled-by-administrator' }],
  ['a user that the host does not know', { Exit_status: '-10' }, {}],
  [
    'a limit that the comment names',
    { Exit_status: '271', comment: 'Job run and exceeded resource walltime' },
    { signal: 15, reason: 'walltime' },
  ],
  [
    'more memory than it asked for',
    { Exit_status: '265', 'Resource_List.mem': '50mb', 'resources_used.mem': '60000kb' },
    { signal: 9, reason: 'out-of-memory' },
  ],
  [
    'more time than it asked for',
    { Exit_status: '271', 'Resource_List.walltime': '01:00:00', 'resources_used.walltime': '01:00:07' },
    { signal: 15, reason: 'walltime' },
  ],
  ['no number', { Exit_status: 'x' }, {}],
]

describe("PBS's history", () => {
  it('is read of OpenPBS with the reason of each end', () => {
    assert.deepEqual(summary(asRead('openpbs', recorded('openpbs-history.json'))), [
      '1.head ended cancelled-by-administrator - 15',
      '2.head ended cancelled-by-administrator - -',
      '10.head ended - 0 -',
      '11.head ended - 3 -',
      '12.head ended - - 9',
      '14.head ended walltime - -',
      '15.head ended out-of-memory - 9',
      '41.head open - - -',
    ])
  })

  it('is what Torque has not forgotten yet', () => {
    assert.deepEqual(summary(asRead('torque', recorded('torque.txt'))), [
      '4521.head.cluster open - - -',
      '4522.head.cluster ended walltime - 15',
      '4523.head.cluster ended walltime - -',
      '4524.head.cluster open - - -',
      '4525[2].head.cluster ended - 3 -',
    ])
    assert.deepEqual(summary(asRead('slurm', recorded('wrapped.txt'))).at(-1), '4 ended - - -')
  })

  for (const [what, attributes, end] of ends)
    it(`says of a job that it ended by ${what}`, () => {
      const {
        phase,
        line: _line,
        word: _word,
        ...rest
      } = readAccounting(job(attributes)).get(nativeId('1.head')) ?? {}
      assert.equal(phase, 'ended')
      assert.deepEqual(rest, end)
    })

  it("reads Torque's own codes", () => {
    const reason = (code: string) => {
      const text = job({ ...torque, exit_status: code }).replace('    substate = \n', '')
      return readAccounting(text).get(nativeId('1.head'))?.reason
    }
    assert.deepEqual(['-10', '-11', '-12', '-3', '-9', '3'].map(reason), [
      'out-of-memory',
      'walltime',
      'walltime',
      'node-failure',
      undefined,
      undefined,
    ])
  })

  it('says nothing of a job that is not whole, and never throws', () => {
    const text = job({ Exit_status: '271' })
    for (let length = 0; length < text.trimEnd().length; length++)
      assert.equal(readAccounting(text.slice(0, length)).size, 0, `cut at ${length}`)
    for (const odd of ['', '{', '{"Jobs":{"__proto__":{"job_state":"F"}}}', 'Job Id:\n# end\n', '\0'])
      assert.equal(readAccounting(odd).size, 0)
  })
})
