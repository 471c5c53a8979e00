import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { collect, top, userFolder, type UserFolder } from '../docs/user-folder.ts'

const examples = join(top, 'examples')

/** A copy of an example, as a user would have it. */
function example(name: string, body: (user: UserFolder) => Promise<void>): () => Promise<void> {
  return async () => {
    const user = await userFolder(join(examples, name))
    try {
      await body(user)
    } finally {
      await user.close()
    }
  }
}

const read = ({ path }: UserFolder, name: string) => readFile(join(path, name), 'utf8')

async function done(user: UserFolder, script: string): Promise<string> {
  const { code, output } = await user.sh(script)
  assert.equal(code, 0, `${script} ended with ${code}:\n${output}`)
  return output
}

/** How often jobs were executed: what their wrappers claimed. */
async function claims({ path }: UserFolder): Promise<number> {
  const names = await readdir(join(path, '.abeyance/work'), { recursive: true })
  return names.filter((name) => /\/claim\.\d+$/.test(name)).length
}

describe('the examples', function () {
  this.timeout(180_000)

  it('are all tried here, each with a README', async () => {
    const entries = await readdir(examples, { withFileTypes: true })
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    const tried = [
      'approval-and-callback',
      'batch',
      'cluster',
      'embed',
      'hello-yaml',
      'notices',
      'own-module',
      'retry-and-tolerance',
      'waits-and-conditions',
    ]
    assert.deepEqual(folders.toSorted(), tried)
    for (const name of folders) assert.match(await readFile(join(examples, name, 'README.md'), 'utf8'), /^# /)
  })

  it(
    'hello-yaml: one job for each name, and a second run that reuses what it can',
    example('hello-yaml', async (user) => {
      await done(user, 'npx abeyance run hello.yaml --wait')
      assert.equal(await read(user, 'results/hello/card.txt'), 'Hello, Ada!\nHello, Grace!\nHello, Alan!\n')
      assert.equal(await claims(user), 4)
      await done(user, 'npx abeyance run hello.yaml --wait --input names=Ada,Grace,Alan,Edsger')
      assert.match(await read(user, 'results/hello/card.txt'), /Alan!\nHello, Edsger!\n$/)
      assert.equal(await claims(user), 6)
    }),
  )

  it(
    'cluster: says where each job would go, and runs here what would have gone there',
    example('cluster', async (user) => {
      const plan = await done(user, 'npx abeyance plan count.yaml')
      assert.match(plan, /words\[0\].* cluster \(the default; after out-of-memory or walltime: patient\)/)
      assert.match(plan, /report .* here \(the module says so\)/)
      await done(user, "npx abeyance run count.yaml --wait --destination '*=here'")
      assert.equal(await read(user, 'results/count/report.txt'), '4\n6\n')
      assert.match(await done(user, 'npx abeyance plan count.yaml'), /report +reuse/)
    }),
  )

  it(
    'batch: is right as it stands, and says what it would wait for',
    example('batch', async (user) => {
      assert.match(await done(user, 'npx abeyance check relax.yaml'), /no problems/)
      const plan = await done(user, 'npx abeyance plan relax.yaml --input prepared=4711')
      assert.match(plan, /prepare +wait/)
      assert.match(plan, /start +unknown +unknown until prepare has run/)
    }),
  )

  it(
    'embed: killed while its jobs run and started again, it goes on in the same run',
    example('embed', async (user) => {
      const first = user.start('exec node --import tsx embed.mts')
      const printed = collect(first)
      const dead = new Promise((resolve) => first.once('close', resolve))
      const running = new Promise<void>((resolve) =>
        first.stdout?.on('data', () => {
          if (/: running/.test(printed())) resolve()
        }),
      )
      await Promise.race([running, dead])
      assert.match(printed(), /: running/)
      first.kill('SIGKILL')
      await dead
      const again = await done(user, 'npx tsx embed.mts')
      assert.equal(/^run (\S+)/.exec(again)?.[1], /^run (\S+)/.exec(printed())?.[1])
      assert.match(again, /areas \[9,16,25\]/)
      assert.equal(await claims(user), 3)
    }),
  )

  it(
    'own-module: a type with code, found by the command line',
    example('own-module', async (user) => {
      await done(user, 'npx abeyance check longest.yaml && npx abeyance run longest.yaml --wait')
      assert.equal(await read(user, 'results/longest/boast.txt'), 'imperturbable has 13 letters\n')
    }),
  )

  it(
    'retry-and-tolerance: attempts by rule, one failed place left out',
    example('retry-and-tolerance', async (user) => {
      await done(user, 'npx abeyance run juice.yaml --wait')
      assert.equal(
        await read(user, 'results/juice/mix.txt'),
        'juice of apple\njuice of cherry\nleft out: 1\n',
      )
      const shown = await done(user, "npx abeyance show 'last:press[0]' --json")
      assert.match(shown, /a retry rule runs it again after exit-code/)
    }),
  )

  it(
    'notices: a failed run is told once, with a signature that holds',
    example('notices', async (user) => {
      const output = await done(user, 'node notices.mjs')
      assert.match(output, /^run \S+: failed$/m)
      assert.match(output, /^run-failed: failing needs a look: abeyance show \S+$/m)
    }),
  )

  it(
    'approval-and-callback: waits for a person, then for a call, and nothing is lost between the commands',
    example('approval-and-callback', async (user) => {
      assert.equal((await user.sh('npx abeyance run order.yaml')).code, 3)
      assert.match(
        await done(user, 'npx abeyance waits'),
        /release of order .*Measure plate P-17 for 420 euro\?/,
      )
      await done(user, 'npx abeyance answer last release --approve --as ada')
      assert.equal((await user.sh('npx abeyance resume')).code, 3)
      assert.match(await done(user, 'npx abeyance token last measured'), /api\/tokens\/[\w-]{43}/)
      await done(user, `npx abeyance answer last measured --value '{ "score": 7, "reader": "r12" }'`)
      await done(user, 'npx abeyance run order.yaml --wait')
      assert.equal(await read(user, 'results/order/report.txt'), 'P-17 scored 7 on r12, approved by ada\n')
    }),
  )

  it(
    'waits-and-conditions: rests until the file is there, then skips or runs what depends on it',
    example('waits-and-conditions', async (user) => {
      const run = 'npx abeyance run harvest.yaml --input "arrival=$PWD/crates.txt"'
      const { code, output } = await user.sh(run)
      assert.equal(code, 3, output)
      await writeFile(join(user.path, 'crates.txt'), 'plums\npears\n')
      await done(user, `${run} --wait`)
      assert.equal(await read(user, 'results/harvest/note.txt'), 'a large harvest - false\n')
      assert.match(await done(user, 'npx abeyance show last'), /cellar +skipped +condition of weigh/)
    }),
  )
})
