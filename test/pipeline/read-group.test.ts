import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { renderProblem } from '../../src/pipeline/problem.ts'
import { checkDocument, readDocument, type DocumentContext } from '../../src/pipeline/read-document.ts'
import { catalog } from './kinds.ts'

const context: DocumentContext = { catalog }

async function problemsOf(text: string, more: Partial<DocumentContext> = {}): Promise<string[]> {
  return (await checkDocument(text, { ...context, ...more })).map(renderProblem)
}

describe('groups of a document', () => {
  const outer =
    'abeyance: 1\ninputs: { all: [file] }\nmodules:\n  clean:\n    group: parts/clean.yaml\n    map: reads\n    inputs: { reads: $all }\noutputs: { out: $clean.out }\n'
  const inner =
    'abeyance: 1\ninputs: { reads: file }\nmodules:\n  trim:\n    command: [node, $tool, $reads]\n    inputs: { reads: $reads, tool: { file: trim.mjs } }\n    outputs: { out: o }\noutputs: { out: $trim.out }\n'
  const files = (all: Record<string, string>): Partial<DocumentContext> => ({
    file: 'study.yaml',
    readFile: (path) =>
      path in all ? Promise.resolve(all[path] ?? '') : Promise.reject(new Error(`there is no ${path}`)),
  })

  it('may stand in files of their own, whose paths start from their folder', async () => {
    const read = await readDocument(outer, { ...context, ...files({ 'parts/clean.yaml': inner }) })
    assert.ok(read.kind === 'read')
    const tool = read.pipeline.modules[0]?.group?.modules[0]?.inputs.tool
    assert.ok(tool?.kind === 'given')
    assert.equal(JSON.stringify(tool.given), '{"file":"parts/trim.mjs"}')
  })

  it('are checked with the name and the lines of their own file', async () => {
    const wrong = inner.replace('$reads]', '$raeds]')
    assert.deepEqual(await problemsOf(outer, files({ 'parts/clean.yaml': wrong })), [
      'parts/clean.yaml:5:28 `$raeds` is no input of the module; did you mean `reads`?; add it under `inputs:`, or write `$$raeds` for that text',
    ])
  })

  it('are connected by the ports of their pipeline', async () => {
    const wrong = outer.replace('inputs: { reads:', 'inputs: { raeds:').replace('$clean.out', '$clean.ot')
    const problems = await problemsOf(wrong, files({ 'parts/clean.yaml': inner }))
    assert.equal(problems.length, 3, problems.join('\n'))
    assert.match(problems.join('\n'), /no port `raeds`; did you mean `reads`\?/)
    assert.match(problems.join('\n'), /given nothing at `reads`/)
    assert.match(problems.join('\n'), /no output `ot`; did you mean `out`\?/)
  })

  it('that are not there are named with their line', async () => {
    const problems = await problemsOf(outer, files({}))
    assert.deepEqual(problems, [
      'study.yaml:5:12 the group `parts/clean.yaml` cannot be read: there is no parts/clean.yaml',
    ])
  })

  it('cannot be in themselves', async () => {
    const problems = await problemsOf(
      outer.replace('parts/clean.yaml', 'study.yaml'),
      files({ 'study.yaml': outer }),
    )
    assert.match(problems.join('\n'), /documents are groups of each other: study\.yaml -> study\.yaml/)
  })

  it('may stand in the document itself, checked at their lines', async () => {
    const text =
      'abeyance: 1\nmodules:\n  clean:\n    group:\n      modules:\n        a: { command: [echo, $x] }\n'
    assert.match((await problemsOf(text)).join('\n'), /^line 6:30 `\$x` is no input of the module/)
  })
})
