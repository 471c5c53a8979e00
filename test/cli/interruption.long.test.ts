import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { abeyance, isThere, project, startAbeyance, timesStarted, until } from './command-line.ts'

/** Two modules; the first goes on until the file `go` is beside the document. Each says once more that it began. */
const document = (folder: string) => `abeyance: 1
name: long
modules:
  first:
    script: |
      echo first >> '${folder}/started'
      while ! [ -e '${folder}/go' ]; do sleep 0.05; done
      echo one > out.txt
    outputs: { o: out.txt }
  second:
    script: |
      echo second >> '${folder}/started'
      cat "$one" > out.txt
    inputs: { one: $first.o }
    outputs: { o: out.txt }
outputs: { answer: $second.o }
`

async function longProject(): Promise<string> {
  const folder = await project({})
  const { writeFile } = await import('node:fs/promises')
  await writeFile(join(folder, 'long.yaml'), document(folder))
  return folder
}

async function letGo(folder: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(join(folder, 'go'), '')
}

describe('a run that is interrupted', function () {
  this.timeout(180_000)

  it('by Ctrl+C ends with 130, says how to go on, and goes on where it was', async () => {
    const folder = await longProject()
    const first = await startAbeyance(folder, ['run', 'long.yaml', '--wait'])
    await first.printed('running')
    first.process.kill('SIGINT')
    const { code, stderr } = await first.ended
    assert.equal(code, 130)
    assert.match(stderr, /its jobs go on; go on with `abeyance run long\.yaml --wait`/)
    await letGo(folder)
    const second = await abeyance(folder, ['run', 'long.yaml', '--wait'])
    assert.equal(second.code, 0, second.stderr)
    assert.match(second.stderr, /going on with run/)
    assert.equal(await timesStarted(join(folder, 'started')), 2)
  })

  it('by kill -9 goes on with nothing run twice', async () => {
    const folder = await longProject()
    const first = await startAbeyance(folder, ['run', 'long.yaml', '--wait'])
    await until(() => isThere(join(folder, 'started')))
    first.process.kill('SIGKILL')
    await first.ended
    await letGo(folder)
    const second = await abeyance(folder, ['run', 'long.yaml', '--wait'])
    assert.equal(second.code, 0, second.stderr)
    assert.equal(await readFile(join(folder, 'results/long/out.txt'), 'utf8'), 'one\n')
    assert.equal(await readFile(join(folder, 'started'), 'utf8'), 'first\nsecond\n')
  })
})

describe('a run without --wait', function () {
  this.timeout(180_000)

  it('returns with 3 and what it waits for, its job running on, and resume and watch take it to the end', async () => {
    const folder = await longProject()
    const { code, stdout } = await abeyance(folder, ['run', 'long.yaml'])
    assert.equal(code, 3)
    assert.match(stdout, /^long waits for:\n {2}first: job [0-9a-f]{12} on local/)
    await until(() => isThere(join(folder, 'started')))
    const resumed = await abeyance(folder, ['resume', '--json'])
    assert.equal(resumed.code, 3)
    const [answer] = JSON.parse(resumed.stdout)
    assert.deepEqual(
      [answer.state, answer.waiting[0].module, answer.waiting[0].kind],
      ['suspended', 'first', 'job'],
    )
    await letGo(folder)
    const watched = await abeyance(folder, ['watch', '--until-done'])
    assert.equal(watched.code, 0, watched.stderr)
    assert.match(watched.stdout, /second: \w+ -> succeeded/)
    assert.match(watched.stdout, /run [0-9a-f-]{36}: done/)
    assert.equal(await readFile(join(folder, 'started'), 'utf8'), 'first\nsecond\n')
  })

  it('is left by an interrupted watch with 130', async () => {
    const folder = await longProject()
    assert.equal((await abeyance(folder, ['run', 'long.yaml'])).code, 3)
    const watch = await startAbeyance(folder, ['watch'])
    await watch.printed('watching')
    watch.process.kill('SIGINT')
    assert.equal((await watch.ended).code, 130)
    assert.equal((await abeyance(folder, ['cancel', 'last'])).code, 0)
    await letGo(folder)
  })
})
