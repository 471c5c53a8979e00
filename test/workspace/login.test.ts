import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import { local } from '../../src/runners/local.ts'
import { local as here } from '../../src/transports/local.ts'
import type { Ask, Questions, Transport } from '../../src/transports/transport.ts'
import { bench } from './bench.ts'

describe('a login that a person answers', () => {
  /** A machine that asks for a code before it lets anybody in. */
  const particular = (): Transport => ({
    ...here(),
    name: 'anna@hpc',
    async login(ask) {
      const questions = [
        { text: 'Code: ', secret: true },
        { text: 'Project: ', secret: false },
      ]
      const answers = await ask({ host: 'anna@hpc', title: 'Welcome', instructions: '', questions })
      if (answers === undefined) throw new AbeyanceError('login-needed', 'nobody answers')
      if (answers.join() !== '123456,ab ü') throw new AbeyanceError('authentication-failed', 'wrong code')
    },
  })
  const trial = async () => {
    const on = await bench()
    const hpc = { runner: local(), transport: particular(), workFolder: on.path('work') }
    const workspace = await on.open({ destinations: { hpc } })
    return { on, workspace }
  }
  const typing =
    (answers: readonly string[] | undefined, heard: Questions[] = []): Ask =>
    async (questions) => {
      heard.push(questions)
      return answers
    }

  it('is asked for beside the process that drives, and answered there', async () => {
    const { on } = await trial()
    const view = await on.read()
    const heard: Questions[] = []
    await view.login('hpc', typing(['123456', 'ab ü'], heard))
    assert.deepEqual(heard, [
      {
        host: 'anna@hpc',
        title: 'Welcome',
        instructions: '',
        questions: [
          { text: 'Code: ', secret: true },
          { text: 'Project: ', secret: false },
        ],
      },
    ])
  })

  it('is done in the process that drives', async () => {
    const { workspace } = await trial()
    await workspace.login('hpc', typing(['123456', 'ab ü']))
  })

  const failing: readonly (readonly [string, string, readonly string[] | undefined, RegExp | object])[] = [
    ['that is wrong', 'hpc', ['1', '2'], { code: 'authentication-failed', message: 'wrong code' }],
    ['that nobody gives', 'hpc', undefined, { code: 'login-needed' }],
    [
      'to a machine that asks nobody',
      'local',
      [],
      { code: 'unsupported', message: /local is on this machine/ },
    ],
    ['to nowhere', 'hcp', [], { code: 'unknown-destination', message: /did you mean `hpc`\?/ }],
  ]
  for (const [what, destination, answers, error] of failing)
    it(`says what came of an answer ${what}`, async () => {
      const { on, workspace } = await trial()
      await assert.rejects(workspace.login(destination, typing(answers)), error)
      await assert.rejects((await on.read()).login(destination, typing(answers)), error)
    })

  it('is refused where nobody drives, since it would end with this process', async () => {
    const { on, workspace } = await trial()
    await workspace.close()
    await assert.rejects((await on.read()).login('hpc', typing([])), {
      code: 'invalid-state',
      message: /nobody drives .*abeyance watch/,
    })
  })
})
