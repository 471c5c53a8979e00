import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { identify } from '../../src/core/system/this-host.ts'
import { abeyance, isThere, project, until } from './command-line.ts'

describe('abeyance after a container that was killed', function () {
  this.timeout(240_000)

  it('names --abandon for its jobs and --take-over for its lock, and goes on with them', async () => {
    const folder = await project({})
    const train = `abeyance: 1
name: train
modules:
  fit: { command: [sh, -c, 'echo x > ${folder}/began; exec sleep 600'] }
`
    await writeFile(join(folder, 'train.yaml'), train)
    assert.equal((await abeyance(folder, ['run', 'train.yaml'])).code, 3)
    await until(() => isThere(join(folder, 'began')))
    const work = join(folder, '.abeyance/work')
    const [id = ''] = await readdir(work)
    const [tag = ''] = (await readdir(join(work, id))).filter((name) => name.startsWith('j'))
    const claim = join(work, id, tag, 'claim.1')
    const was = await readFile(claim, 'utf8')
    const seen = await abeyance(folder, ['retry', 'last:fit', '--abandon'])
    assert.deepEqual([seen.code, /cannot be given up .*abeyance cancel/.test(seen.stderr)], [2, true])
    try {
      await writeFile(claim, was.replace(/,[^,/]+\/(\d+),/, ',elsewhere/1,'))
      const refused = await abeyance(folder, ['retry', 'last:fit'])
      assert.equal(refused.code, 2)
      assert.match(
        refused.stderr,
        /fit is running, but .* cannot be seen from here; .* retry \w+ --abandon` runs it again/,
      )
      const [job] = JSON.parse((await abeyance(folder, ['jobs', '--json'])).stdout)
      assert.equal(typeof job.unseenSince, 'number')
      assert.match((await abeyance(folder, ['show', 'fit'])).stdout, /its processes cannot be seen from here/)

      await writeFile(join(folder, '.abeyance/records/lock', '99'), JSON.stringify(await elsewhere()))
      const resumed = await abeyance(folder, ['resume', '--json'])
      assert.match(resumed.stderr, /driven by process 1 on elsewhere since .* add --take-over;/)
      const { details } = JSON.parse(resumed.stdout).error
      assert.deepEqual([resumed.code, details.host, details.seen], [2, 'elsewhere', false])
      const words = ['cancel', 'last:fit', '--abandon', '--even-if-needed', '--take-over']
      const given = await abeyance(folder, words)
      assert.match(given.stdout, /^fit: is lost \(given up by .*\); `abeyance retry \w+ --abandon` runs/)
    } finally {
      const group = await readFile(join(work, id, tag, 'run.1/group'), 'utf8')
      process.kill(-Number(group.split(',')[0]))
    }
  })
})

async function elsewhere() {
  return { ...(await identify()), host: 'elsewhere', pid: 1, since: 1, released: false }
}
