import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { renderProblem } from '../../src/pipeline/problem.ts'
import { checkDocument, readDocument, type DocumentContext } from '../../src/pipeline/read-document.ts'
import { changed, slips } from './document-slips.ts'
import { catalog } from './kinds.ts'
import { lambdaYaml } from './lambda-yaml.ts'

const context: DocumentContext = { catalog }

async function problemsOf(text: string, more: Partial<DocumentContext> = {}): Promise<string[]> {
  return (await checkDocument(text, { ...context, ...more })).map(renderProblem)
}

describe('readDocument', () => {
  it('reads YAML', async () => {
    const read = await readDocument(lambdaYaml, context)
    assert.equal(read.kind, 'read')
  })

  for (const [what, text, problem] of slips)
    it(`says where ${what} stands (rule P3)`, async () => {
      const problems = await problemsOf(text)
      assert.ok(
        problems.some((one) => problem.test(one)),
        problems.join('\n'),
      )
    })

  it('says nothing that follows from a problem it has said', async () => {
    for (const [what, text] of slips.filter(
      ([name]) => !/module that|unknown module|no format|map over|unknown key of the p/.test(name),
    ))
      assert.ok((await problemsOf(text)).length <= 2, `${what}:\n${(await problemsOf(text)).join('\n')}`)
  })

  it('reports everything at once, in the order of the lines (rule P3)', async () => {
    const text = lambdaYaml
      .replace('[string]', '[strnig]')
      .replace('genome: $genome', 'genome: $genom')
      .replace('$digest.fragments', '$digest.fragment')
      .replace('fragments: fragments.tsv', 'fragments: /fragments.tsv')
    const problems = await checkDocument(text, context)
    assert.deepEqual(
      problems.map(({ code, line }) => [line, code]),
      [
        [5, 'wrong-shape'],
        [12, 'unknown-reference'],
        [14, 'bad-path'],
        [17, 'unknown-reference'],
      ],
    )
  })

  it('says the same of JSON, with its lines', async () => {
    const read = await problemsOf('{\n  "abeyance": 1,\n  "modules": { "a": { "comand": ["true"] } }\n}')
    assert.ok(
      read.some((one) => one.startsWith('line 3:23 module `a` has no key `comand`; did you mean `command`?')),
      read.join('\n'),
    )
  })

  it('keeps a word as it is written, also where YAML sees a number', async () => {
    const read = await readDocument(
      'abeyance: 1\nmodules:\n  a: { command: [sleep, 1.10, 0x1F, true], environment: { N: 010 } }\n',
      context,
    )
    assert.ok(read.kind === 'read')
    assert.deepEqual(read.pipeline.modules[0]?.parameters, {
      command: ['sleep', '1.10', '0x1F', 'true'],
      environment: { N: '010' },
    })
  })

  it('names a pipeline that has no name after its file', async () => {
    const read = await readDocument('abeyance: 1\nmodules: {}\n', { ...context, file: 'studies/first.yaml' })
    assert.equal(read.kind === 'read' && read.pipeline.name, 'first')
  })

  it('names the input that a file beside the document should be', async () => {
    const problems = await problemsOf(changed('[node, $tool, --out', '[node, gel-2.mjs, --out'), {
      fileExists: (path) => Promise.resolve(['gel-2.mjs', 'node', 'gel.svg'].includes(path)),
    })
    assert.deepEqual(problems, [
      'line 16:21 `gel-2.mjs` lies beside the document and is no input, so the job would not see it; ' +
        'add `inputs: { gel_2: { file: gel-2.mjs } }` and write `$gel_2` here',
    ])
  })
})

describe('the ports of a module type with code', () => {
  const document = (inputs: string, rest = '') =>
    `abeyance: 1\ninputs: { a: file, b: [file], n: number, t: string }\nmodules:\n  x:\n    type: acme/align\n    inputs: ${inputs}\n${rest}`
  for (const [what, text, problem] of [
    [
      'a port left empty',
      document('{}'),
      /^line 6:5 module `x` is given nothing at `reads`; add `reads:` under/,
    ],
    [
      'an unknown port',
      document('{ reads: $a, presett: short }'),
      /^line 6:26 module `x` has no port `presett`; did you mean `preset`\?$/,
    ],
    [
      'a text for a file',
      document('{ reads: a.fq }'),
      /^line 6:22 `reads` must be a file, not "a\.fq" \(write `\{ file: path \}`\)$/,
    ],
    [
      'a list for one',
      document('{ reads: $b }'),
      /^line 6:22 `\$b` gives \[file\], and `reads` takes file; `map: reads` runs/,
    ],
    [
      'several for one',
      document('{ reads: [$a, $a] }'),
      /^line 6:14? ?.*`reads` takes one file, not several$/,
    ],
    [
      'a number for a text',
      document('{ reads: $a, preset: $n }'),
      /`\$n` gives number, and `preset` takes string$/,
    ],
    [
      'one wrong in a list',
      document('{ reads: $a, depths: [1, $t] }'),
      /^line 6:38 `\$t` gives string, and `depths` takes integer$/,
    ],
    [
      'a condition that is none',
      document('{ reads: $a }', '    when: $t\n'),
      /^line 7:11 `\$t` gives string, and `when` takes boolean$/,
    ],
    [
      'another version',
      document('{ reads: $a }', '    version: 5\n'),
      /asks for version 5 of `acme\/align`, which is at version 2; leave/,
    ],
    [
      'what only commands have',
      document('{ reads: $a }', '    script: x\n'),
      /^line 7:5 module `x` is of the type `acme\/align`, which has no `script`$/,
    ],
  ] as const)
    it(`show ${what}`, async () => {
      const problems = await problemsOf(text)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] ?? '', problem)
    })

  it('take an older version that means the same', async () => {
    assert.deepEqual(await problemsOf(document('{ reads: $a }', '    version: 1\n')), [])
  })
})
