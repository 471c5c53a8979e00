import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { isFile, isFolder } from '../pipeline/value.ts'
import type { Output } from '../runners/job-spec.ts'
import type { FetchAnswer, Runner } from '../runners/runner.ts'
import type { Ask } from './harness.ts'
import type { PatientRunner } from './runner-subject.ts'
import { ended, submitted, trial } from './trial-job.ts'

/** Whether what a job declared comes home, whole, or is named when it is missing. */
export function askOfOutputs(ask: Ask<PatientRunner>): void {
  ask('brings home files with name, size and digest', async (subject) => {
    const { file } = await fetched(subject, `printf 'some bytes' > 'a file.txt'`, {
      file: { kind: 'file', path: 'a file.txt', optional: false },
    })
    assert.ok(isFile(file))
    const digest = createHash('sha256').update('some bytes').digest('hex')
    assert.deepEqual([file.name, file.size, file.digest], ['a file.txt', 10, digest])
  })

  ask('brings home what matches a pattern in the order of names, and whole folders', async (subject) => {
    const script = `mkdir plots plots/deep; for n in 2 10 1; do echo $n > plots/$n.png; done; echo x > plots/deep/x.txt`
    const { plots, folder } = await fetched(subject, script, {
      plots: { kind: 'files', pattern: 'plots/*.png' },
      folder: { kind: 'folder', path: 'plots' },
    })
    assert.deepEqual(Array.isArray(plots) && plots.map((file) => isFile(file) && file.name), ['1.png', '10.png', '2.png']) // prettier-ignore
    assert.ok(isFolder(folder) && folder.files === 4, JSON.stringify(folder))
  })

  ask('reads texts and JSON into values', async (subject) => {
    const outputs = await fetched(subject, `printf 'é\\n' > t; printf '{"a":[1,null]}' > j`, {
      text: { kind: 'text', path: 't' },
      json: { kind: 'json', path: 'j' },
    })
    assert.deepEqual(outputs, { text: 'é\n', json: { a: [1, null] } })
  })

  ask('gives null for an optional output that is not there', async (subject) => {
    const outputs = await fetched(subject, ':', { maybe: { kind: 'file', path: 'maybe', optional: true } })
    assert.deepEqual(outputs, { maybe: null })
  })

  ask('names every missing output, and only those', async (subject) => {
    const answer = await fetchOf(subject, 'echo 1 > there', {
      there: { kind: 'file', path: 'there', optional: false },
      gone: { kind: 'file', path: 'gone', optional: false },
      folder: { kind: 'folder', path: 'nowhere' },
    })
    assert.equal(answer.kind, 'missing')
    assert.deepEqual(answer.kind === 'missing' && answer.outputs.toSorted(), ['folder', 'gone'])
  })

  ask('may be asked again for what it brought home already', async (subject) => {
    const { runner, patience } = subject
    const spec = trial('printf x > t', { outputs: { text: { kind: 'text', path: 't' } } })
    const tag = await submitted(runner, spec)
    const { incarnation } = await ended(runner, tag, patience)
    const question = { tag, incarnation, spec, outputs: true }
    assert.deepEqual(await runner.fetch(question, {}), await runner.fetch(question, {}))
    assert.deepEqual(await runner.fetch({ ...question, outputs: false }, {}), {
      kind: 'fetched',
      outputs: {},
    })
  })
}

type Declared = Readonly<Record<string, Output>>

async function fetched(subject: PatientRunner, script: string, declared: Declared) {
  const answer = await fetchOf(subject, script, declared)
  assert.equal(answer.kind, 'fetched', JSON.stringify(answer))
  return answer.kind === 'fetched' ? answer.outputs : {}
}

async function fetchOf(
  { runner, patience }: { readonly runner: Runner; readonly patience: number },
  script: string,
  outputs: Declared,
): Promise<FetchAnswer> {
  const spec = trial(script, { outputs })
  const tag = await submitted(runner, spec)
  const { incarnation } = await ended(runner, tag, patience)
  return runner.fetch({ tag, incarnation, spec, outputs: true }, {})
}
