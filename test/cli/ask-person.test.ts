import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, it } from 'mocha'
import { askPerson } from '../../src/cli/ask-person.ts'

describe('askPerson', () => {
  const desk = (terminal: boolean) => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const interruption = new AbortController()
    let shown = ''
    output.on('data', (chunk: Buffer) => (shown += chunk.toString()))
    const person = askPerson({ input, output, terminal, signal: interruption.signal })
    return { input, person, interruption, shown: () => shown }
  }
  const questions = {
    host: 'anna@hpc',
    title: 'Wel\u001b[31mcome',
    instructions: '',
    questions: [
      { text: 'Code: ', secret: true },
      { text: 'Project: ', secret: false },
    ],
  }

  for (const terminal of [true, false])
    it(`shows the host's words, and of the answers only what is no secret (${terminal ? 'terminal' : 'lines'})`, async () => {
      const { input, person, shown } = desk(terminal)
      const answers = person(questions)
      for (const [text, line] of [
        ['Code: ', '123456\n'],
        ['Project: ', 'ab\n'],
      ] as const) {
        while (!shown().includes(text)) await new Promise((resolve) => setImmediate(resolve))
        input.write(line)
      }
      assert.deepEqual(await answers, ['123456', 'ab'])
      assert.match(shown(), /^anna@hpc asks:\nWel\[31mcome\nCode: /)
      assert.doesNotMatch(shown(), /123456/)
    })

  it('gives no answer when it is interrupted, and lets the next one ask', async () => {
    const { input, person, interruption, shown } = desk(false)
    const [first, second] = [person(questions), person(questions)]
    while (!shown().includes('Code: ')) await new Promise((resolve) => setImmediate(resolve))
    interruption.abort()
    assert.deepEqual([await first, await second], [undefined, undefined])
    input.end()
  })
})
