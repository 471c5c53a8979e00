import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeId } from '../../../src/core/ids.ts'
import { readQueue } from '../../../src/runners/pbs/read-queue.ts'
import { asRead } from './pbs-host.ts'
import { recorded } from './recorded.ts'

const summary = (text: string) =>
  [...readQueue(text).jobs].map(([id, { name, phase, word, reason }]) =>
    [id, name, phase, word, reason].join(' ').trim(),
  )

const json = asRead('openpbs', recorded('openpbs-queue.json'))
const torque = asRead('torque', recorded('torque.txt'))

describe("PBS's queue", () => {
  it('is read of OpenPBS, with why a job waits', () => {
    assert.deepEqual(summary(json), [
      '1.head run1 running R',
      '2.head held held H',
      '3.head later waiting W',
      '4.head dep held H',
      '5.head stopped waiting Q',
      '6.head big waiting Q',
      '7[].head arr running B',
      '8.head term running R',
      '9.head brief running R',
    ])
    const { jobs, unread } = readQueue(json)
    assert.deepEqual(unread, [])
    assert.match(jobs.get(nativeId('6.head'))?.why ?? '', /^Can Never Run: Insufficient amount/)
    assert.match(jobs.get(nativeId('2.head'))?.why ?? '', /its owner/)
    assert.match(jobs.get(nativeId('1.head'))?.line ?? '', /^1.head Job_Name=run1 job_state=R substate=42/)
  })

  it('is read of Torque, folded lines and all, the jobs of others left out', () => {
    assert.deepEqual(summary(torque), [
      '4521.head.cluster jabcdefghijkl running R',
      '4522.head.cluster jabcdefghijkm ended C walltime',
      '4523.head.cluster jabcdefghijkn ended C walltime',
      '4524.head.cluster jabcdefghijko held H',
      '4525[2].head.cluster jabcdefghijkp-2 ended C',
    ])
    assert.deepEqual(readQueue(torque).unread, [])
  })

  it('is read of the wrappers around Slurm', () => {
    assert.deepEqual(summary(asRead('slurm', recorded('wrapped.txt'))), [
      '1 fromdir running R',
      '2 opt running R',
      '3 fromdir waiting Q',
      '4 fromdir ended C',
    ])
  })

  it('is read as text of OpenPBS too', () => {
    assert.deepEqual(summary(asRead('torque', recorded('openpbs-queue.txt'))), ['1.head run1 running R'])
  })

  it('is empty where nothing is listed, and unread where nothing is said', () => {
    for (const none of [
      '{}\n',
      '# end\n',
      '{\n\t"timestamp":\t1,\n\t"pbs_version":\t"23",\n\t"pbs_server":\t"head"\n}\n',
    ])
      assert.deepEqual(readQueue(none), { jobs: new Map(), unread: [] })
    for (const odd of [
      '',
      'qstat: cannot connect',
      '{"Jobs":[]}',
      '{"Jobz":{}}',
      '[]',
      '{"Jobs":{"1.head":3}}',
    ])
      assert.equal(readQueue(odd).unread.length, 1, odd)
  })

  it('is read job by job where the environment of one spoils the document', () => {
    const spoiled = json.replace('"PBS_O_LANG":\t"C.UTF-8"', '"ODD":\t"a \\q "b"\nc"')
    assert.throws(() => JSON.parse(spoiled) as unknown)
    assert.deepEqual(summary(spoiled), summary(json))
    assert.deepEqual(readQueue(spoiled).unread, [])
  })

  it('is unread where it is cut off, with what came before', () => {
    for (const [text, all] of [
      [json, 9],
      [torque, 5],
    ] as const)
      for (let length = 0; length < text.trimEnd().length; length += 11) {
        const { jobs, unread } = readQueue(text.slice(0, length))
        assert.ok(unread.length > 0, `cut at ${length}`)
        assert.ok(jobs.size <= all)
      }
  })

  it('believes no end that nothing else bears out', () => {
    const phase = (version: 'openpbs' | 'torque', text: string) =>
      [...readQueue(asRead(version, text)).jobs.values()][0]?.phase
    for (const [letter, said] of [
      ['C', 'ended'],
      ['F', 'unknown'],
      ['X', 'unknown'],
      ['Z', 'unknown'],
    ] as const) {
      assert.equal(phase('openpbs', recorded('openpbs-queue.json').replace('"R"', `"${letter}"`)), 'unknown')
      const text = recorded('torque.txt').replace('job_state = R', `job_state = ${letter}`)
      assert.equal(phase('torque', text), 'unknown')
      assert.equal(phase('torque', text.replace('euser', 'exit_status = 0\n    euser')), said)
    }
    assert.equal(readQueue(json.replace('"R"', '"F"')).unread.length, 1, 'spoiled on its way')
  })

  it('takes what a value says after a line break for a part of it', () => {
    const odd = recorded('torque.txt').replace(
      'euser = ada\n',
      'comment = odd\n    job_state = C\n    exit_status = 0\n',
    )
    assert.equal(summary(asRead('torque', odd))[0], '4521.head.cluster jabcdefghijkl running R')
  })
})

describe("PBS's states", () => {
  const states: Readonly<Record<string, string>> = {
    running: 'B R',
    waiting: 'M Q T W',
    held: 'H',
    suspended: 'S U',
    ending: 'E',
    ended: 'C F X',
    unknown: 'Z r RR',
  }
  for (const [letter, phase] of Object.entries(states).flatMap(([name, all]) =>
    all.split(' ').map((word) => [word, name] as const),
  ))
    it(`take ${letter} for ${phase}`, () => {
      const end =
        letter === 'F' ? 'substate = 92' : letter === 'X' ? 'array_id = 1[].head' : 'exit_status = 0'
      const text = `Job Id: 1.head\n    Job_Name = a\n    job_state = ${letter}\n    ${end}\n    closes = 1.head ${letter}\n# end\n`
      assert.equal(readQueue(text).jobs.get(nativeId('1.head'))?.phase, phase)
    })
})
