import assert from 'node:assert/strict'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { abeyance, built, project, startAbeyance } from './command-line.ts'

const head = 'abeyance: 1\nname: bad\n'

/** A document that `check` refuses, and what it must say of it, each with its place. */
const refused: readonly (readonly [what: string, text: string, said: readonly RegExp[]])[] = [
  ['a YAML syntax error', `${head}modules: {a: [}\n`, [/^bad\.yaml:3:\d+ /m]],
  [
    'an unknown module type',
    `${head}modules:\n  a: { type: acme/aling }\n`,
    [/bad\.yaml:4:14 .*acme\/aling/],
  ],
  [
    'a wrong port type',
    `${head}inputs: { n: { type: integer, default: one } }\nmodules: {}\n`,
    [/bad\.yaml:3:\d+ the default of `n` must be a whole number, not "one"/],
  ],
  [
    'a circle',
    `${head}modules:\n  a: { command: [cp, $x, o], inputs: { x: $b.o }, outputs: { o: o } }\n  b: { command: [cp, $x, o], inputs: { x: $a.o }, outputs: { o: o } }\n`,
    [/in a circle: (a -> b -> a|b -> a -> b)/],
  ],
  [
    'many problems at once',
    `${head}modlues: {}\nmodules:\n  a: { comand: [ls], outputs: {} }\n  b: { command: [ls, $nothing], inputs: { x: $c.o }, outputs: {} }\n`,
    [/no key `modlues`; did you mean `modules`\?/, /bad\.yaml:5/, /bad\.yaml:6/],
  ],
]

const job = (script: string, more = '') => `${head}modules:
  a:
    script: |
      ${script}
    outputs: { o: out.txt }${more}
outputs: { o: $a.o }
`

describe('bad input', function () {
  this.timeout(180_000)

  for (const [what, text, said] of refused)
    it(`is refused by check and run, all of it, for ${what}`, async () => {
      const folder = await project({ 'bad.yaml': text })
      const checked = await abeyance(folder, ['check', 'bad.yaml'])
      for (const each of said) assert.match(checked.stdout, each)
      assert.equal(checked.code, 2)
      const run = await abeyance(folder, ['run', 'bad.yaml'])
      for (const each of said) assert.match(run.stderr, each)
      assert.equal(run.code, 2)
    })

  it('is told as data with --json', async () => {
    const folder = await project({ 'bad.yaml': `${head}modules:\n  a: { type: none }\n` })
    const { stdout } = await abeyance(folder, ['check', 'bad.yaml', '--json'])
    const { problems } = JSON.parse(stdout)
    assert.deepEqual(
      { file: problems[0].file, line: problems[0].line, code: problems[0].code },
      { file: 'bad.yaml', line: 4, code: 'unknown-type' },
    )
  })

  it('in abeyance.yaml is told by check beside that of the document', async () => {
    const folder = await project({
      'bad.yaml': `${head}modules: {}\n`,
      'abeyance.yaml': 'abeyance: 1\ndestinatons: {}\n',
    })
    const { code, stdout } = await abeyance(folder, ['check', 'bad.yaml'])
    assert.match(
      stdout,
      /abeyance\.yaml:2:1 abeyance\.yaml has no key `destinatons`; did you mean `destinations`\?/,
    )
    assert.equal(code, 2)
  })

  it('names a missing input file', async () => {
    const folder = await project({
      'bad.yaml': `${head}modules:\n  a: { command: [cat, $f], inputs: { f: { file: gone.txt } }, outputs: {} }\n`,
    })
    const { code, stderr } = await abeyance(folder, ['run', 'bad.yaml', '--wait'])
    assert.match(stderr, /gone\.txt/)
    assert.equal(code, 2)
  })
})

describe('a job that fails', function () {
  this.timeout(180_000)

  it('because its command does not exist is told by that name', async () => {
    const folder = await project({
      'bad.yaml': `${head}modules:\n  a: { command: [no-such-program], outputs: { o: out.txt } }\noutputs: { o: $a.o }\n`,
    })
    const { code, stderr } = await abeyance(folder, ['run', 'bad.yaml', '--wait'])
    assert.match(stderr, /a failed: .*127/)
    assert.match(stderr, /no-such-program/)
    assert.equal(code, 1)
  })

  it('by exiting 0 without its output is told which one is missing', async () => {
    const folder = await project({ 'bad.yaml': job('true') })
    const { code, stderr } = await abeyance(folder, ['run', 'bad.yaml', '--wait'])
    assert.match(stderr, /a failed: .*\bout\.txt/)
    assert.equal(code, 1)
  })

  it('shows the last lines of its errors and how to see all', async () => {
    const folder = await project({ 'bad.yaml': job('echo "no such gene" >&2; exit 3') })
    const { code, stderr } = await abeyance(folder, ['run', 'bad.yaml', '--wait'])
    assert.match(stderr, / {2}\| no such gene\n/)
    assert.match(stderr, /abeyance logs [0-9a-f]{12} --stderr/)
    assert.equal(code, 1)
  })
})

describe('a workspace', function () {
  this.timeout(180_000)

  it('held by another process is refused with who holds it and what to do', async () => {
    const folder = await project({ 'slow.yaml': job('sleep 60') })
    const driver = await startAbeyance(folder, ['run', 'slow.yaml', '--wait'])
    await driver.printed('running')
    const { code, stderr } = await abeyance(folder, ['run', 'slow.yaml'])
    assert.match(stderr, new RegExp(`driven by process ${driver.process.pid} on `))
    assert.match(stderr, /work beside it/)
    assert.equal(code, 2)
    assert.equal((await abeyance(folder, ['cancel', 'last'])).code, 0)
    assert.equal((await driver.ended).code, 1)
  })

  it('of a newer version is refused and left as it is', async () => {
    const folder = await project({ 'one.yaml': job('echo 1 > out.txt') })
    assert.equal((await abeyance(folder, ['run', 'one.yaml', '--wait'])).code, 0)
    const records = join(folder, '.abeyance/records')
    const [snapshot = ''] = (await fs.readdir(records)).filter((name) => name.endsWith('.json'))
    const text = await fs.readFile(join(records, snapshot), 'utf8')
    const newer = text.replace(/("format":\s*)\d+/, '$19999')
    assert.notEqual(newer, text)
    await fs.writeFile(join(records, snapshot), newer)
    const { code, stderr } = await abeyance(folder, ['run', 'one.yaml'])
    assert.match(stderr, /newer/)
    assert.equal(code, 2)
    assert.equal(await fs.readFile(join(records, snapshot), 'utf8'), newer)
  })

  it('that cannot be written gives a clear error, and goes on once it can', async () => {
    const folder = await project({ 'one.yaml': job('echo 1 > out.txt') })
    const first = join(await built(), 'read-only.js')
    await fs.writeFile(first, readOnly)
    const { code, stderr } = await abeyance(folder, ['run', 'one.yaml', '--wait'], { first })
    assert.match(stderr, /the file system is read-only: choose another folder/)
    assert.equal(code, 1)
    assert.equal((await abeyance(folder, ['run', 'one.yaml', '--wait'])).code, 0)
  })
})

const readOnly = `import { intercept } from './core/system/effect.js'
const changes = new Set(['write', 'append', 'rename', 'link', 'make-folder', 'remove', 'copy', 'truncate'])
intercept({
  before({ operation }) {
    if (changes.has(operation)) throw Object.assign(new Error('read-only file system'), { code: 'EROFS' })
  },
})
`
