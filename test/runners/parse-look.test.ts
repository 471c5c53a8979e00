import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { parseLook } from '../../src/runners/parse-look.ts'
import type { LogRange } from '../../src/runners/runner.ts'

const nonce = 'c0ffee'
const job = tag('jaaaa')
const range: LogRange = { tag: job, incarnation: 1, stream: 'stdout', offset: 0, limit: 1000 }
const good = 'job jaaaa there=yes n=1 owner=n,0,h,1,2,b,x,5 wrapper=no group=no exit=v1,0,-,-,5,6,0,0,end .'
const parse = (...lines: readonly (string | Buffer)[]) =>
  parseLook(Buffer.concat(lines.map((line) => Buffer.from(line))), nonce, { ranges: [range] })

describe('reading the answer to a look', () => {
  it('finds jobs, spool entries and bytes between whatever else was printed', () => {
    const bytes = Buffer.from([0, 10, 255, 10, 13])
    const news = parse(
      'Welcome to this machine\n',
      `${nonce} look 12\n${nonce} spool jaaaa.1.start\n${nonce} spool jaaaa.1.end\n${nonce} ${good}\n`,
      `${nonce} range 0 0 5\n`,
      bytes,
      `\n${nonce} over 0\n${nonce} end\n`,
    )
    assert.ok(news.begun && news.whole)
    assert.equal(news.jobs.get(job)?.kind, 'ended')
    assert.deepEqual(news.spool.get(job), ['jaaaa.1.start', 'jaaaa.1.end'])
    assert.deepEqual(news.logs, [
      {
        kind: 'chunk',
        tag: job,
        incarnation: 1,
        stream: 'stdout',
        offset: 0,
        bytes: new Uint8Array(bytes),
        size: 5,
      },
    ])
  })

  it('leaves out what was cut off, and keeps what came before', () => {
    const whole = `${nonce} look 12\n${nonce} ${good}\n${nonce} range 0 0 5\nabc\n${nonce} over 0\n${nonce} end\n`
    for (let length = 0; length < whole.length; length++) {
      const news = parse(whole.slice(0, length))
      assert.equal(news.whole, false)
      assert.equal(news.jobs.has(job), length > whole.indexOf(' .\n') + 2)
      assert.equal(news.logs.length, length >= whole.indexOf(`${nonce} end`) ? 1 : 0)
    }
  })

  it('takes an empty range and a gap', () => {
    const empty = parse(`${nonce} look 1\n${nonce} range 0 7 7\n\n${nonce} over 0\n`)
    assert.ok(empty.logs[0]?.kind === 'chunk' && empty.logs[0].bytes.length === 0 && empty.logs[0].size === 7)
    const gone = parse(`${nonce} gap 0 gone\n${nonce} gap 9 gone\n${nonce} gap 0 why\n`)
    assert.equal(gone.logs.length, 1)
    assert.ok(gone.logs[0]?.kind === 'unavailable' && gone.logs[0].why === 'gone')
  })

  it('says of a job whose line is spoiled in any one place that it is unclear, or what it said, never another end', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ maxLength: 3 }), fc.nat(4), (at, text, cut) => {
        const spoiled = good.slice(0, at) + text + good.slice(at + cut)
        const report = parse(`${nonce} look 1\n${nonce} ${spoiled}\n`).jobs.get(job)
        if (report?.kind !== 'ended') return true
        // Only a line that still has the whole form of an exit file is an end.
        return / exit=v1,\d{1,3},([A-Z0-9]+|-),([a-z-]+),\d+,\d+,\d+,\d+,end( [^ =]+=[^ ]*)* \.$/.test(
          spoiled,
        )
      }),
    )
  })

  it('never throws and never says ended of garbage', () => {
    const words = fc.constantFrom(
      nonce,
      'job',
      'jaaaa',
      'range',
      '0',
      'over',
      'spool',
      'gap',
      'end',
      'there=yes',
      'n=1',
      'n=-1',
      'exit=',
      'exit=0',
      'exit=v1,0',
      'exit=v1,0,-,-,1,2,0,0,en',
      'owner=',
      'owner=,,,,',
      'wrapper=no',
      'group=no',
      '.',
      '\n',
      ' ',
      '\0',
      '😀',
    )
    const text = fc.array(fc.oneof(words, fc.string()), { maxLength: 40 }).map((parts) => parts.join(' '))
    fc.assert(
      fc.property(
        fc.oneof(
          text.map((one) => Buffer.from(one)),
          fc.uint8Array(),
        ),
        (answer) => {
          const news = parseLook(answer, nonce, { ranges: [range] })
          return [...news.jobs.values()].every(({ kind }) => kind !== 'ended')
        },
      ),
      { numRuns: 500 },
    )
  })
})
