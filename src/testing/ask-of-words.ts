import assert from 'node:assert/strict'
import type { Ask } from './harness.ts'
import type { PatientRunner } from './runner-subject.ts'
import { ended, newTag, printed, ranges, submitted, textOf, trial } from './trial-job.ts'

/** What shells, schedulers and option parsers are known to spoil. */
const odd = [
  'two words',
  ' ends with a space ',
  `it's "quoted"`,
  '$HOME $(id) `id` ${x}',
  'line\nline\n',
  '-rf',
  '',
  '*?[a-z]~',
  'back\\slash \\n',
  'a,b;c&d|e>f#g!h',
  'é😀',
  '%s %d',
]

/** Whether a job is handed its words as they are, and what it prints comes back as it is. */
export function askOfWords(ask: Ask<PatientRunner>): void {
  ask('hands every word of a command on whole', async ({ runner, patience }) => {
    const words = ['sh', '-c', `printf '%s\\0' "$@"`, 'sh', ...odd]
    const run = { kind: 'command', words: words.map((word) => [word]) } as const
    const text = await printed(runner, trial('', { run }), patience)
    assert.deepEqual(text.split('\0').slice(0, -1), odd)
  })

  ask('hands arguments, variables and environment of a script on whole', async ({ runner, patience }) => {
    const script = `printf '%s\\0' "$@" "$port" "$SOME_NAME"`
    const run = { kind: 'script', script, shell: 'sh', arguments: odd.map((word) => [word]) } as const
    const all = odd.join('\n')
    const spec = trial('', { run, variables: { port: [all] }, environment: { SOME_NAME: all } })
    assert.deepEqual((await printed(runner, spec, patience)).split('\0').slice(0, -1), [...odd, all, all])
  })

  ask('stages texts under any name, and names them by absolute paths', async ({ runner, patience }) => {
    const path = `data/it's a "file"`
    const spec = (program: string) =>
      trial('', {
        run: { kind: 'command', words: [[program], [{ staged: path }]] },
        staged: [{ path, text: odd.join('\n') }],
      })
    assert.equal(await printed(runner, spec('cat'), patience), odd.join('\n'))
    assert.ok((await printed(runner, spec('echo'), patience)).startsWith('/'))
  })

  ask('gives both streams apart, by offset, with their size', async ({ runner, patience }) => {
    const tag = await submitted(runner, trial('printf 0123456789; printf abc >&2'))
    const { incarnation } = await ended(runner, tag, patience)
    const range = (stream: 'stdout' | 'stderr', offset: number, limit: number) =>
      ranges(runner, [{ tag, incarnation, stream, offset, limit }]).then(([answer]) => answer)
    assert.equal(textOf(await range('stdout', 0, 100)), '0123456789')
    assert.equal(textOf(await range('stdout', 4, 3)), '456')
    assert.equal(textOf(await range('stderr', 0, 100)), 'abc')
    const last = await range('stdout', -2, 100)
    assert.deepEqual(last?.kind === 'chunk' && [last.offset, textOf(last), last.size], [8, '89', 10])
  })

  ask('gives the bytes of a stream as they are', async ({ runner, patience }) => {
    const tag = await submitted(runner, trial(`printf '\\000\\377\\303\\r\\n\\000\\n'`))
    const { incarnation } = await ended(runner, tag, patience)
    const [answer] = await ranges(runner, [{ tag, incarnation, stream: 'stdout', offset: 0, limit: 99 }])
    assert.deepEqual(answer?.kind === 'chunk' && [...answer.bytes], [0, 255, 195, 13, 10, 0, 10])
  })

  ask('says why a stream cannot be had', async ({ runner }) => {
    const asked = { tag: newTag(), incarnation: 1, stream: 'stdout', offset: 0, limit: 99 } as const
    const [answer] = await ranges(runner, [asked])
    assert.equal(answer?.kind, 'unavailable')
    assert.ok(answer?.kind === 'unavailable' && answer.sentence.length > 0)
  })
}
