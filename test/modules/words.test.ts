import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { digest } from '../../src/core/ids.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { commandType } from '../../src/modules/command-type.ts'
import type { Values } from '../../src/modules/module-type.ts'
import type { FileValue } from '../../src/pipeline/value.ts'

const fileOf = (name: string, of = 'a'): FileValue => ({
  kind: 'file',
  name,
  size: 1,
  digest: digest(of.repeat(64)),
  at: {
    kind: 'path',
    path: `/somewhere/${name}`,
  },
})

function specOf(parameters: JsonObject, inputs: Values = {}) {
  const { act } = commandType
  assert(act.kind === 'job')
  return act.job(inputs, { parameters, settings: { resources: { cores: 2 } } }).spec
}

function wordsOf(words: readonly string[], inputs: Values = {}) {
  const { run } = specOf({ command: words }, inputs)
  assert(run.kind === 'command')
  return run.words
}

describe('a word of a command', () => {
  const staged = { staged: 'in/reads.fq' }
  const table: readonly (readonly [string, string, Values, unknown])[] = [
    ['is itself without a reference', 'a b;"$$"', {}, [['a b;"$"']]],
    [
      'stays one word, whatever a text holds',
      '--x=$in',
      { in: '$(rm -rf ~) "\n' },
      [['--x=', '$(rm -rf ~) "\n']],
    ],
    ['takes `${name}` beside letters', '${in}x', { in: 'a' }, [['a', 'x']]],
    ['is empty where it is written empty', '', {}, [['']]],
    ['writes a number as JSON', '$in', { in: 1e21 }, [['1e+21']]],
    ['writes a boolean as JSON', '$in', { in: false }, [['false']]],
    ['gives a file by its place', '$in', { in: fileOf('reads.fq') }, [[staged]]],
    ['gives other JSON by a file that holds it', '$in', { in: { a: [1] } }, [[{ staged: 'in/in.json' }]]],
    ['is one word for each element of a list', '$in', { in: ['a', 2] }, [['a'], ['2']]],
    ['is no word for an empty list', '$in', { in: [] }, []],
    ['is no word for an optional input that is absent', '--x=$in', {}, []],
    [
      'takes a variable of ours, resolved later',
      '-t$ABEYANCE_CORES',
      {},
      [['-t', { variable: 'ABEYANCE_CORES' }]],
    ],
  ]
  for (const [name, word, inputs, expected] of table) {
    it(name, () => assert.deepEqual(wordsOf([word], inputs), expected))
  }

  it('is an error where a list stands inside it', () => {
    assert.throws(
      () => wordsOf(['--x=$in'], { in: ['a'] }),
      /`\$in` is a list and stands inside a larger word/,
    )
  })

  it('is an error over 100 KiB or with a NUL, and says what to do', () => {
    assert.throws(
      () => wordsOf(['$in'], { in: 'x'.repeat(102_401) }),
      /in holds a text of more than 100 KiB.*give it as a file/,
    )
    assert.equal(wordsOf(['$in'], { in: 'x'.repeat(102_400) }).length, 1)
    assert.throws(() => wordsOf(['$in'], { in: 'a\0b' }), /NUL/)
  })
})

describe('the inputs of a job', () => {
  it('keep files of equal names apart in a list', () => {
    const spec = specOf({ command: ['cat', '$in'] }, { in: [fileOf('a.txt', '1'), fileOf('a.txt', '2')] })
    assert.deepEqual(
      spec.staged.map(({ path }) => path),
      ['in/0/a.txt', 'in/1/a.txt'],
    )
  })

  it('are variables of a script under their names; its text is never touched, lists are arguments', () => {
    const script = 'echo "$x" "$@" ${y}'
    const spec = specOf({ script, arguments: ['$l'] }, { x: 'a $b', l: ['p', 'q'] })
    assert.deepEqual(spec.run, { kind: 'script', script, shell: 'bash', arguments: [['p'], ['q']] })
    assert.deepEqual(spec.variables, { x: ['a $b'] })
  })
})

describe('what a command declares', () => {
  it('is read in every form of output', () => {
    const outputs = {
      a: 'a.txt',
      b: {
        file: 'b',
        optional: true,
      },
      c: { files: 'p/*.png' },
      d: { folder: 'd' },
      e: { text: 'e' },
      f: { json: 'f', schema: { type: 'number' } },
      g: { stream: 'stdout' },
      h: { stream: 'stderr', as: 'text' },
    }
    assert.deepEqual(
      Object.values(specOf({ command: ['x'], outputs }).outputs).map(({ kind }) => kind),
      ['file', 'file', 'files', 'folder', 'text', 'json', 'stream', 'stream'],
    )
    assert.deepEqual(commandType.kind.ports({ outputs }).outputs, {
      a: 'file',
      b: 'json',
      c: ['file'],
      d: 'folder',
      e: 'string',
      f: 'json',
      g: 'file',
      h: 'string',
    })
  })

  it("is refused by name where an output leaves the job's folder", () => {
    for (const path of ['/etc/passwd', '../x', 'a/../../x', ''])
      assert.throws(
        () => specOf({ command: ['x'], outputs: { out: path } }),
        /output out: .*relative, without/,
      )
  })

  it('names the image that it asks for', () => {
    assert.equal(specOf({ command: ['x'], container: 'bwa:1' }).container, 'bwa:1')
  })

  it('holds a JSON output to its schema', async () => {
    const parameters = {
      command: ['x'],
      outputs: { n: { json: 'n', schema: { type: 'integer', minimum: 1 } } },
    }
    assert.deepEqual(await commandType.checkOutputs({ n: 3 }, parameters), { n: 3 })
    await assert.rejects(
      commandType.checkOutputs({ n: 'three' }, parameters),
      /output n is not what its schema says/,
    )
  })
})
