import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openLiveWorkspace } from './live-workspace.ts'
import { kinds } from './runners/live-runner.ts'
import { absent } from './servers/servers.ts'

const count = 60

const study = `abeyance: 1
name: many
modules:
  each:
    map: n
    script: |
      if [ $n = 7 ] && [ $ABEYANCE_ATTEMPT = 1 ]; then exit 3; fi
      echo $((n * n)) > square
    inputs: { n: ${JSON.stringify(Array.from({ length: count }, (_, place) => place))} }
    outputs: { square: { json: square } }
    retry: [{ on: [exit-code], attempts: 2 }]
outputs: { squares: $each.square }
`

for (const kind of ['slurm', 'gridengine'] as const)
  describe(`a map of ${count} elements in job arrays of ${kind}`, function () {
    this.timeout(600_000)

    it('is one submission, with a record for each element; the one that fails is tried again alone', async () => {
      assert.equal(absent(kind) ?? absent('sshd'), undefined)
      const runner = kinds[kind]?.() ?? assert.fail()
      const live = await openLiveWorkspace({ runner, arrays: true })
      try {
        const end = await (await live.start(study)).ended()
        assert.equal(end.kind, 'done', JSON.stringify(end))
        const squares = Array.from({ length: count }, (_, place) => place * place)
        assert.deepEqual('outputs' in end ? end.outputs : end, { squares })
        const jobs = await live.workspace.jobs()
        const attempts = jobs.map(({ attempt }) => attempt).toSorted((a, b) => a - b)
        assert.deepEqual(attempts, [...Array.from({ length: count - 1 }, () => 1), 2])
        assert.equal((await live.claims()).length, count + 1)
        const work = join(live.shared, 'work')
        const [workspace = ''] = await readdir(work)
        const arrays = await readdir(join(work, workspace, 'arrays'))
        const lists = arrays.map((name) => readFile(join(work, workspace, 'arrays', name, 'list'), 'utf8'))
        const sizes = (await Promise.all(lists)).map((list) => list.trim().split('\n').length)
        assert.deepEqual(sizes, [count])
      } finally {
        await live.close()
      }
    })
  })
