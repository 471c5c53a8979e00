import assert from 'node:assert/strict'
import { Option } from 'commander'
import { describe, it } from 'mocha'
import { answerLines } from '../../../src/cli/complete/answer.ts'
import {
  candidatesFor,
  isKnown,
  valueName,
  type Candidate,
  type Known,
} from '../../../src/cli/complete/candidates.ts'
import { placeOf } from '../../../src/cli/complete/place-of.ts'
import { wordsOfLine } from '../../../src/cli/complete/words-of-line.ts'
import { addCommands, top } from '../../../src/cli/program.ts'

const program = top('1.0.0')
addCommands(program, { run: () => Promise.resolve() })

const known: Known = {
  runs: () =>
    Promise.resolve([
      ['last', 'the newest: gel'],
      ['0199a3c4-0000', 'gel, open'],
    ]),
  jobs: (word) =>
    Promise.resolve(
      word.startsWith('last:')
        ? [['last:digest[0]', 'running']]
        : [
            ['last:', ''],
            ['3f2a9c01d4e7', 'digest[0] EcoRI, running'],
          ],
    ),
  modulesOfRun: (run) => Promise.resolve([[`module-of-${run}`, 'done']]),
  modulesIn: (path) => Promise.resolve([[`module-in-${path}`, '']]),
  inputsOf: () => Promise.resolve([['samples', '']]),
  destinations: () =>
    Promise.resolve([
      ['hpc', ''],
      ['local', 'this machine'],
    ]),
  notifiers: () => Promise.resolve([['mail', '']]),
}

const texts = (all: readonly Candidate[] | string) =>
  typeof all === 'string' ? all : all.map(([text]) => text)

/** What may be written for the last of these words. */
async function next(line: string): Promise<readonly string[] | string> {
  const place = placeOf(program, line.split(' '))
  const all = texts(await candidatesFor(program, place, known))
  return typeof all === 'string' ? all : all.filter((text) => text.startsWith(place.word))
}

describe('what may be written next', () => {
  const cases: readonly (readonly [line: string, next: readonly string[] | string])[] = [
    ['ru', ['run', 'runs']],
    ['compl', ['completion']],
    ['runs --sta', ['--state']],
    ['--verb', ['--verbose']],
    ['logs --no-', ['--no-prefix']],
    ['show ', ['last', '0199a3c4-0000', 'last:', '3f2a9c01d4e7']],
    ['logs --follow last:', ['last:digest[0]']],
    ['logs x last:', ['last:digest[0]']],
    ['logs -- last:', ['last:digest[0]']],
    ['explain 0199 ', ['module-of-0199']],
    ['watch last 01', ['0199a3c4-0000']],
    ['run ', 'files'],
    ['init ', 'folders'],
    ['run a.yaml --target ', ['module-in-a.yaml']],
    ['run a.yaml --fresh ', ['module-in-a.yaml']],
    ['run a.yaml --fresh --wa', ['--wait']],
    ['run a.yaml --input ', ['samples=']],
    ['run a.yaml --destination gel=', ['gel=hpc', 'gel=local']],
    ['run a.yaml --destination=gel=h', ['gel=hpc']],
    ['run a.yaml --on-failure s', ['stop']],
    ['runs --state=f', ['failed']],
    [
      'jobs --state ',
      'submitting submit-unknown queued running held fetching succeeded failed cancelled lost'.split(' '),
    ],
    ['-w /study doctor ', ['hpc', 'local']],
    ['doctor -w ', 'folders'],
    ['notify test ', ['mail']],
    ['run a.yaml --notify ', ['mail']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['logs --last ', []],
    ['runs ', []],
    ['nonsense x', []],
  ]
  for (const [line, found] of cases)
    it(`is ${typeof found === 'string' ? `one of the ${found}` : found.join(', ') || 'nothing'} after \`${line}\``, async () => {
      assert.deepEqual(await next(line), found)
    })

  it('follows from every command and option that there is: each is known to be completed somehow, or not to be', () => {
    const values = program.commands.flatMap((command) => [
      ...command.registeredArguments.map((argument) => [command.name(), argument] as const),
      ...command.options
        .filter(({ required, optional }) => required || optional)
        .map((option) => [command.name(), option] as const),
    ])
    assert.ok(values.length > 40)
    const strange = values.filter(([, value]) => !value.argChoices && !isKnown(valueName(value)))
    assert.deepEqual(
      strange.map(([name, value]) => `${name} ${value instanceof Option ? value.flags : value.name()}`),
      [],
      'say in src/cli/complete/candidates.ts how these are completed, or that only the user knows them',
    )
  })
})

describe('answerLines', () => {
  const all: readonly Candidate[] = [
    ['last:digest[0] EcoRI', 'running,\n\u001b[2Jnow'],
    ['last:gel', ''],
  ]

  it('gives text and description, as one line without what a terminal obeys', () => {
    assert.deepEqual(answerLines(all, { shell: 'zsh', word: 'last:', skip: 0 }), [
      'last:digest[0] EcoRI\trunning, now',
      'last:gel',
    ])
  })

  it('gives bash what follows the part that it takes for a word of its own, quoted', () => {
    assert.deepEqual(answerLines(all, { shell: 'bash', word: 'last:d', skip: 5 }), [
      String.raw`digest\[0\]\ EcoRI`,
    ])
  })

  it('leaves files to the shell, and does not bury a person', () => {
    assert.deepEqual(answerLines('files', { shell: 'bash', word: '', skip: 0 }), [':files'])
    const many = Array.from({ length: 10_000 }, (_, place): Candidate => [`j${place}`, ''])
    assert.equal(answerLines(many, { shell: 'fish', word: 'j', skip: 0 }).length, 1000)
  })
})

describe('wordsOfLine', () => {
  const cases: readonly (readonly [line: string, words: readonly string[]])[] = [
    ['abeyance ', ['abeyance', '']],
    ['abeyance  logs last:di', ['abeyance', 'logs', 'last:di']],
    [String.raw`a digest\[0\]\ Ec`, ['a', 'digest[0] Ec']],
    [`a 'b c' "d\\" e`, ['a', 'b c', 'd" e']],
    ['a ""', ['a', '']],
  ]
  for (const [line, words] of cases)
    it(`finds ${JSON.stringify(words)}`, () => assert.deepEqual(wordsOfLine(line), words))
})
