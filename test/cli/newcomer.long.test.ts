import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { abeyance, built, isThere, project, startAbeyance, until } from './command-line.ts'

const head = 'abeyance: 1\nname: first\n'
const works = `${head}modules: { a: { script: echo 1 > out.txt, outputs: { o: out.txt } } }\noutputs: { o: $a.o }\n`

describe('a folder without a workspace', function () {
  this.timeout(180_000)

  for (const words of ['resume', 'watch', 'gc', 'runs', 'jobs', 'show last', 'logs a', 'cancel a', 'retry a'])
    it(`is named by \`${words}\`, which makes nothing there`, async () => {
      const folder = await project({})
      const { code, stderr } = await abeyance(folder, words.split(' '))
      assert.ok(stderr.includes(`no workspace yet in ${folder}; \`abeyance run FILE\` makes one`), stderr)
      assert.equal(code, 2)
      assert.equal(await isThere(join(folder, '.abeyance')), false)
    })

  for (const words of ['check one.yaml', 'plan one.yaml', 'doctor local', 'init elsewhere'])
    it(`stays without one after \`${words}\``, async () => {
      const folder = await project({ 'one.yaml': works })
      const { code, stderr } = await abeyance(folder, words.split(' '))
      assert.equal(code, 0, stderr)
      assert.equal(await isThere(join(folder, '.abeyance')), false)
    })
})

describe('a file that an input names and that is not there', function () {
  this.timeout(180_000)
  const document = `${head}inputs:
  genome: { type: file, default: gone.fa }
modules:
  a:
    command: [cp, $genome, out.txt]
    inputs: { genome: $genome }
    outputs: { o: out.txt }
outputs: { o: $a.o }
`

  it('as its default is a problem with its place to check, plan and run, unless the run gives another', async () => {
    const folder = await project({ 'one.yaml': document, 'other.fa': 'a' })
    const said =
      /one\.yaml:4:\d+ the default of input `genome` is `gone\.fa`, which is not there; .*--input genome=PATH/
    const checked = await abeyance(folder, ['check', 'one.yaml'])
    assert.match(checked.stdout, said)
    assert.equal(checked.code, 2)
    for (const command of ['plan', 'run']) {
      const { code, stderr } = await abeyance(folder, [command, 'one.yaml'])
      assert.match(stderr, said)
      assert.equal(code, 2)
    }
    const given = await abeyance(folder, ['run', 'one.yaml', '--input', 'genome=other.fa', '--wait'])
    assert.equal(given.code, 0, given.stderr)
    await writeFile(join(folder, 'inputs.yaml'), 'genome: other.fa\n')
    assert.equal(
      (await abeyance(folder, ['run', 'one.yaml', '--input-file', 'inputs.yaml', '--wait'])).code,
      0,
    )
  })

  it('is told with the input that it was given for', async () => {
    const folder = await project({ 'one.yaml': document, 'gone.fa': 'a' })
    const { code, stderr } = await abeyance(folder, ['run', 'one.yaml', '--input', 'genome=nowhere.txt'])
    assert.match(stderr, /input `genome` of pipeline `first`: there is no .*nowhere\.txt.*: check its name/)
    assert.equal(code, 2)
  })
})

describe('what went wrong', function () {
  this.timeout(180_000)

  it('is one JSON object on standard output where JSON was asked for, of every command', async () => {
    const folder = await project({ 'bad.yaml': `${head}modules: { a: { type: none } }\n` })
    const cases: readonly (readonly [words: string, code: string, exit: number])[] = [
      ['run bad.yaml', 'invalid-pipeline', 2],
      ['run', 'usage', 2],
      ['run bad.yaml --nwe', 'usage', 2],
      ['plan bad.yaml', 'invalid-pipeline', 2],
      ['check gone.yaml', 'missing-file', 2],
      ['doctor nowhere', 'unknown-destination', 2],
      ...[
        'resume',
        'watch',
        'runs',
        'jobs',
        'gc',
        'show a',
        'explain a b',
        'cancel a',
        'retry a',
        'discard a',
      ].map((words) => [words, 'missing-file', 2] as const),
    ]
    for (const [words, code, exit] of cases) {
      const answer = await abeyance(folder, [...words.split(' '), '--json'])
      const { error, ...others } = JSON.parse(answer.stdout)
      assert.deepEqual(
        [error.code, typeof error.message, answer.code, others],
        [code, 'string', exit, {}],
        words,
      )
      assert.match(answer.stderr, /^abeyance: /)
    }
    const { stdout } = await abeyance(folder, ['run', 'bad.yaml', '--json'])
    assert.equal(JSON.parse(stdout).error.details.problems[0].line, 3)
  })

  it('in YAML is told with what to do next', async () => {
    const wrong: readonly (readonly [text: string, said: RegExp])[] = [
      ['modules: {a: [}\n', /bad\.yaml:3:\d+ .*; .*close every/],
      ['modules:\n\ta: {}\n', /bad\.yaml:4:\d+ .*; indent with spaces/],
      ['note: one: two\n', /bad\.yaml:3:\d+ .*; put a text with `: ` in it in quotes/],
    ]
    for (const [text, said] of wrong) {
      const folder = await project({ 'bad.yaml': head + text })
      assert.match((await abeyance(folder, ['check', 'bad.yaml'])).stdout, said)
    }
  })

  it('in a job is told once, when it happens, with its last lines; `show` has these too', async () => {
    const folder = await project({
      'bad.yaml': `${head}modules:
  a: { script: echo "no such gene" >&2; exit 3, outputs: { o: out.txt } }
outputs: { o: $a.o }
`,
    })
    const { code, stderr } = await abeyance(folder, ['run', 'bad.yaml', '--wait'])
    assert.equal(code, 1)
    assert.equal(stderr.match(/^a\b.*failed/gm)?.length, 1, stderr)
    assert.match(stderr, /a failed: .*exit code 3.*\n {2}\| no such gene\n/)
    assert.match((await abeyance(folder, ['show', 'last:a'])).stdout, /failed \(.*\n {2}\| no such gene\n/)
  })
})

describe('a word for people', function () {
  this.timeout(180_000)

  it('says of what need not run again that what it feeds is reused; JSON keeps its own', async () => {
    const folder = await project({
      'two.yaml': `${head}modules:
  a: { script: echo 1 > out.txt, outputs: { o: out.txt } }
  b: { command: [cp, $x, y.txt], inputs: { x: $a.o }, outputs: { y: y.txt } }
outputs: { y: $b.y }
`,
    })
    for (const words of [[], ['--new']])
      assert.equal((await abeyance(folder, ['run', 'two.yaml', '--wait', ...words])).code, 0)
    assert.match(
      (await abeyance(folder, ['show', 'last'])).stdout,
      /^a +not needed +what it feeds is reused$/m,
    )
    assert.equal(
      JSON.parse((await abeyance(folder, ['show', 'last', '--json'])).stdout).outcomes.a.kind,
      'unneeded',
    )
  })

  it('says of a job without a place what its destination takes; JSON says it beside the state', async () => {
    const folder = await project({
      'abeyance.yaml': 'abeyance: 1\ndestinations: { local: { runner: local, limits: { jobs: 1 } } }\n',
    })
    const module = (id: string) => `  ${id}:
    script: |
      while ! [ -e '${folder}/go' ]; do sleep 0.05; done
      echo ${id} > out.txt
    outputs: { o: out.txt }
`
    await writeFile(join(folder, 'two.yaml'), `${head}modules:\n${module('a')}${module('b')}`)
    const driver = await startAbeyance(folder, ['run', 'two.yaml', '--wait'])
    await driver.printed('running')
    const json = async () => JSON.parse((await abeyance(folder, ['jobs', '--json'])).stdout)
    await until(async () => (await json()).length === 2)
    const { stdout } = await abeyance(folder, ['jobs'])
    assert.match(stdout, /^\S+ +[ab] +waiting +local .*waiting for a place on local \(1 job at once\)$/m)
    const waiting = (await json()).find(({ state }: { state: string }) => state === 'submitting')
    assert.deepEqual(waiting.waitsFor, { kind: 'place', limits: { jobs: 1 } })
    await writeFile(join(folder, 'go'), '')
    assert.equal((await driver.ended).code, 0)
  })
})

describe('a disk that is full', function () {
  this.timeout(180_000)
  const document = (folder: string) => `${head}modules:
  a:
    script: |
      while ! [ -e '${folder}/go' ]; do sleep 0.05; done
      echo 1 > out.txt
    outputs: { o: out.txt }
outputs: { o: $a.o }
`

  it('is waited for by `run --wait` in words, and not for ever; nothing is lost', async () => {
    const folder = await project({})
    await writeFile(join(folder, 'one.yaml'), document(folder))
    const first = join(await built(), 'full-disk.js')
    await writeFile(first, fullDisk)
    const environment = { FULL: join(folder, 'full') }
    const driver = await startAbeyance(folder, ['run', 'one.yaml', '--wait', '--json'], {
      first,
      environment,
    })
    await driver.printed('running')
    await writeFile(environment.FULL, '')
    const { code, stdout, stderr } = await driver.ended
    assert.equal(code, 1, stderr)
    const words = stderr.match(
      /the disk of \S+ is full \(.* free\): waiting for space, for .* at most; nothing is lost/g,
    )
    assert.ok((words?.length ?? 0) > 1, stderr)
    assert.ok(stderr.includes(`abeyance: the disk of ${folder} is full (`), stderr)
    assert.match(stderr, /nothing is lost: free some space, then `abeyance resume` goes on/)
    assert.equal(JSON.parse(stdout).error.code, 'disk-full')
    await writeFile(join(folder, 'go'), '')
    await until(async () => (await abeyance(folder, ['resume'])).code === 0)
  })

  it('is named where a job failed by it', async () => {
    const folder = await project({
      'one.yaml': `${head}modules:
  a:
    script: |
      echo "cp: error writing 'x': No space left on device" >&2
      echo "giving up" >&2
      exit 1
    outputs: { o: out.txt }
outputs: { o: $a.o }
`,
    })
    const { stderr } = await abeyance(folder, ['run', 'one.yaml', '--wait'])
    assert.match(stderr, /a failed: ended with exit code 1; it last said: cp: .*No space left on device/)
    assert.match(
      stderr,
      /\| giving up\n {2}the disk of its folder \S+ was full, .* free now: free some space, then `abeyance retry/,
    )
    assert.match((await abeyance(folder, ['show', 'last:a'])).stdout, /its disk was full: free some space/)
  })
})

describe('the log of a job that runs', function () {
  this.timeout(180_000)

  it('is written as far as it goes, byte for byte, and is not waited for', async () => {
    const folder = await project({})
    await writeFile(
      join(folder, 'one.yaml'),
      `${head}modules:
  a:
    script: |
      printf '\\377\\000text'
      touch '${folder}/wrote'
      while ! [ -e '${folder}/go' ]; do sleep 0.05; done
    outputs: {}
`,
    )
    const first = join(await built(), 'no-patience.js')
    await writeFile(first, endlessPatience)
    const driver = await startAbeyance(folder, ['run', 'one.yaml', '--wait'])
    await until(() => isThere(join(folder, 'wrote')))
    const { code, bytes, stderr } = await abeyance(folder, ['logs', 'last:a', '--raw'], { first })
    assert.equal(code, 0, stderr)
    assert.deepEqual([...bytes], [255, 0, ...Buffer.from('text')])
    await writeFile(join(folder, 'go'), '')
    assert.equal((await driver.ended).code, 0)
  })
})

// Whoever waits for silence waits for ever.
const endlessPatience = `for (const name of ['setTimeout', 'setInterval']) {
  const real = globalThis[name]
  globalThis[name] = (act, time, ...more) => real(act, time < 3000 ? time : 2 ** 31 - 1, ...more)
}
`

// The time of two minutes passes in some seconds; nothing can be written once the file is there.
const fullDisk = `import { existsSync } from 'node:fs'
import { intercept } from './core/system/effect.js'
const { now } = Date
const begun = now()
Date.now = () => begun + (now() - begun) * 30
const later = globalThis.setTimeout
globalThis.setTimeout = (act, time, ...more) => later(act, time / 30, ...more)
const changes = new Set(['write', 'append'])
intercept({
  before({ operation }) {
    if (changes.has(operation) && existsSync(process.env.FULL))
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
  },
})
`
