import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { framedStream, type Framed } from '../../../src/transports/ssh/framed-stream.ts'

const nonce = '0123456789abcdef'
const begin = `\n${nonce} begin\n`
const end = (number: number) => `\n${nonce} end ${number}\n`

function read(stream: string, pieceLength: number): Framed | undefined {
  const push = framedStream(nonce)
  const bytes = Buffer.from(stream, 'latin1')
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const framed = push(bytes.subarray(at, at + pieceLength))
    if (framed) return framed
  }
  return undefined
}

describe('a framed stream', () => {
  const bodies = [
    '',
    '\n',
    'text\n',
    'no newline',
    `\n${nonce} en`,
    `${nonce} end 7\n`,
    '\0\xff\n\n',
    nonce.repeat(9),
  ]

  it('gives the bytes between its lines, wherever it is cut', () => {
    for (const body of bodies) {
      const stream = `Welcome!\n${nonce}\n${begin}${body}${end(137)}late words`
      for (let length = 1; length <= stream.length; length += 1) {
        const framed = read(stream, length)
        assert.ok(framed, `nothing found of ${JSON.stringify(body)} in pieces of ${length}`)
        assert.deepEqual([Buffer.from(framed.bytes).toString('latin1'), framed.number], [body, 137])
      }
    }
  })

  it('gives nothing before its last line is whole', () => {
    const whole = `${begin}body${end(0)}`
    for (let length = 0; length < whole.length; length += 1)
      assert.equal(read(whole.slice(0, length), 3), undefined)
  })

  it('says once when it begins', () => {
    let begun = 0
    const push = framedStream(nonce, () => (begun += 1))
    for (const piece of ['junk\n', begin.slice(0, 5), begin.slice(5), begin, end(0)]) push(Buffer.from(piece))
    assert.equal(begun, 1)
  })
})
