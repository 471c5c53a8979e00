import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { abeyance, isThere, project, until } from './command-line.ts'

// What a reader of the docs would try: one test each, through the command line.
describe('a feature of the docs', function () {
  this.timeout(180_000)

  it('`notices` with cron: a rule in its quiet hours holds the notice back, one without tells it', async () => {
    const folder = await project({
      'one.yaml': `abeyance: 1
name: one
modules: { a: { script: echo 1 > out.txt, outputs: { o: out.txt } } }
outputs: { o: $a.o }
`,
    })
    const teller = (file: string) => `{ kind: command, command: [sh, -c, 'cat >> ${join(folder, file)}'] }`
    await writeFile(
      join(folder, 'abeyance.yaml'),
      `abeyance: 1
notifiers:
  now: ${teller('now.txt')}
  later: ${teller('later.txt')}
notices:
  - { on: [run-finished], to: [now] }
  - { on: [run-finished], to: [later], quiet: '* * * * *' }
`,
    )
    assert.equal((await abeyance(folder, ['run', 'one.yaml', '--wait'])).code, 0)
    // Delivered by whoever drives next, when the first ended too early; at least once, under one id.
    await until(async () => {
      assert.equal((await abeyance(folder, ['watch', '--until-done'])).code, 0)
      return isThere(join(folder, 'now.txt'))
    })
    const told = (await readFile(join(folder, 'now.txt'), 'utf8')).trimEnd().split('\n')
    const notices = told.map((line): { id: string; event: string } => JSON.parse(line))
    assert.deepEqual([...new Set(notices.map(({ event }) => event))], ['run-finished'])
    assert.equal(new Set(notices.map(({ id }) => id)).size, 1)
    assert.equal(await isThere(join(folder, 'later.txt')), false)
  })

  it('`explain` names the first module and component that differ', async () => {
    const text = (words: string) => `abeyance: 1
name: two
modules:
  a: { script: 'echo ${words} > out.txt', outputs: { o: out.txt } }
  b: { command: [cp, $x, y.txt], inputs: { x: $a.o }, outputs: { y: y.txt } }
outputs: { y: $b.y }
`
    const folder = await project({ 'two.yaml': text('one') })
    assert.equal((await abeyance(folder, ['run', 'two.yaml', '--wait'])).code, 0)
    await writeFile(join(folder, 'two.yaml'), text('two'))
    assert.equal((await abeyance(folder, ['run', 'two.yaml', '--wait'])).code, 0)
    const { stdout } = await abeyance(folder, ['explain', 'last', 'b', '--json'])
    const { kind, module, component } = JSON.parse(stdout)
    assert.deepEqual([kind, module], ['differs', 'a'])
    assert.match(component, /script/)
  })

  it('`log` with `cancel` ends a job early, with the rule as its reason', async () => {
    const folder = await project({
      'early.yaml': `abeyance: 1
name: early
modules:
  a:
    script: |
      echo "loss is NaN"
      sleep 60
    outputs: { o: out.txt }
    log: [{ pattern: NaN, then: cancel }]
outputs: { o: $a.o }
`,
    })
    const { code, stderr } = await abeyance(folder, ['run', 'early.yaml', '--wait'])
    assert.equal(code, 1, stderr)
    const [job] = JSON.parse((await abeyance(folder, ['jobs', '--all', '--json'])).stdout)
    assert.deepEqual([job.state, job.reason], ['failed', 'stopped-by-rule'])
  })

  it('output patterns give lists, in the order of names, put under their own names', async () => {
    const folder = await project({
      'plots.yaml': `abeyance: 1
name: Many Plots
modules:
  a:
    script: for n in c a b; do echo "$n" > "plot-$n.txt"; done
    outputs: { plots: { files: 'plot-*.txt' } }
outputs: { plots: $a.plots }
`,
    })
    const { code, stdout } = await abeyance(folder, ['run', 'plots.yaml', '--wait', '--json'])
    assert.equal(code, 0)
    const results = join(folder, 'results/many-plots')
    const names = ['plot-a.txt', 'plot-b.txt', 'plot-c.txt']
    assert.deepEqual(
      JSON.parse(stdout).outputs.plots,
      names.map((name) => join(results, name)),
    )
    assert.deepEqual(await readdir(results), names)
  })

  it('optional outputs that are not there are null and fail nothing', async () => {
    const folder = await project({
      'maybe.yaml': `abeyance: 1
name: maybe
modules:
  a:
    script: echo 1 > out.txt
    outputs: { o: out.txt, extra: { file: extra.txt, optional: true } }
outputs: { o: $a.o, extra: $a.extra }
`,
    })
    const { code, stdout, stderr } = await abeyance(folder, ['run', 'maybe.yaml', '--wait', '--json'])
    assert.equal(code, 0, stderr)
    const { outputs } = JSON.parse(stdout)
    assert.deepEqual(outputs, { o: join(folder, 'results/maybe/out.txt'), extra: null })
  })

  it('a tolerant map goes on without the elements that failed, and names results by their elements', async () => {
    const folder = await project({
      'some.yaml': `abeyance: 1
name: some
inputs: { names: { type: [string], default: [EcoRI, bad, BamHI] } }
modules:
  a:
    map: { over: name, onElementFailure: { tolerate: 1 } }
    script: |
      [ "$name" != bad ]
      echo "$name" > out.txt
    inputs: { name: $names }
    outputs: { o: out.txt }
outputs: { all: $a.o }
`,
    })
    const { code, stdout, stderr } = await abeyance(folder, ['run', 'some.yaml', '--wait', '--json'])
    assert.equal(code, 0, stderr)
    const names = ['1-EcoRI-out.txt', '3-BamHI-out.txt']
    assert.deepEqual(
      JSON.parse(stdout).outputs.all,
      names.map((name) => join(folder, 'results/some', name)),
    )
    const strict = await abeyance(folder, [
      'run',
      'some.yaml',
      '--wait',
      '--input',
      'names=bad,worse',
      '--json',
    ])
    assert.equal(strict.code, 0, strict.stderr)
    const both = await abeyance(folder, ['run', 'some.yaml', '--wait', '--input', 'names=["bad","bad"]'])
    assert.equal(both.code, 1)
    assert.match(both.stderr, /a failed: .*2 of 2 elements failed/)
  })

  it('inputs come from patterns and from a file, relative to where they are written', async () => {
    const folder = await project({
      'cat.yaml': `abeyance: 1
name: cat
inputs: { files: { type: [file] }, head: { type: string }, times: { type: integer } }
modules:
  a:
    script: |
      for i in $(seq "$times"); do echo "$head"; done > out.txt
      cat "$@" >> out.txt
    arguments: [$files]
    inputs: { files: $files, head: $head, times: $times }
    outputs: { o: out.txt }
outputs: { o: $a.o }
`,
      'data/b.txt': 'b\n',
      'data/a.txt': 'a\n',
      'given/inputs.yaml': 'head: top\ntimes: 5\nfiles: [../data/b.txt]\n',
    })
    const out = () => readFile(join(folder, 'results/cat/out.txt'), 'utf8')
    const run = (...words: readonly string[]) => abeyance(folder, ['run', 'cat.yaml', '--wait', ...words])
    assert.equal(
      (await run('--input', 'files=data/*.txt', '--input', 'head=h', '--input', 'times=1')).code,
      0,
    )
    assert.equal(await out(), 'h\na\nb\n')
    assert.equal((await run('--input-file', 'given/inputs.yaml', '--input', 'times=2')).code, 0)
    assert.equal(await out(), 'top\ntop\nb\n')
  })
})
