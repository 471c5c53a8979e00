import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { readWorkspace } from '../../src/workspace/read-workspace.ts'
import { built, project } from '../cli/command-line.ts'
import { moodyReceiver } from './moody-receiver.ts'

const total = 1000
const secret = `whsec_${Buffer.from('what only both of us know').toString('base64')}`
// From then on nobody is killed any more, and nothing restarts: what is left is delivered.
const mostKills = 12
const wildMilliseconds = 60_000
// A busy machine takes many times what an idle one does.
const mostMilliseconds = 540_000

describe('notices, while their receiver fails and the engine is killed', () => {
  it(`all arrive: ${total} of them, each once or more (N2)`, async () => {
    const folder = await project({})
    const receiver = await moodyReceiver(secret)
    const orders = JSON.stringify({ built: await built(), folder, url: receiver.url, secret, total })
    const start = performance.now()
    const spent = () => performance.now() - start
    let kills = 0
    try {
      for (let done = false; !done;) {
        const child = spawn(process.execPath, [join(import.meta.dirname, 'notifying-engine.mjs'), orders], {
          stdio: ['ignore', 'pipe', 'inherit'],
          env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' },
        })
        const ended = once(child, 'exit')
        await Promise.race([once(child.stdout, 'data'), ended])
        const isWild = kills < mostKills && spent() < wildMilliseconds
        const enough = receiver.taken.size + Math.random() * 100
        const latest = isWild ? spent() + Math.random() * 5000 : mostMilliseconds
        const isLate = () => (isWild && receiver.taken.size >= enough) || spent() > latest
        const kill = async () => {
          while (child.exitCode === null && !isLate()) await sleep(20)
          await sleep(Math.random() * 200) // anywhere between two deliveries, not right after one
          child.kill('SIGKILL')
        }
        const killed = kill()
        if (isWild && kills % 3 === 1) await receiver.restart(() => sleep(Math.random() * 200))
        const [code] = await ended
        await killed
        done = code === 0
        if (!done) kills += 1
        assert.ok(done || isWild, `the engine ended with ${code} after ${Math.round(spent())} ms`)
      }
    } finally {
      await receiver.close()
    }
    const view = await readWorkspace(folder)
    const runs = await view.runs()
    await view.close()
    const expected = runs.map(({ id, endedAt }) => `${id}.${endedAt}.finished`)
    assert.equal(new Set(expected).size, total)
    assert.deepEqual(
      expected.filter((id) => !receiver.taken.has(id)),
      [],
      'these are lost',
    )
    assert.equal(receiver.taken.size, total, 'there are ids of no run')
    const deliveries = [...receiver.taken.values()].reduce((sum, count) => sum + count, 0)
    const moods = [...receiver.moods].map(([mood, count]) => `${count} ${mood}`).join(', ')
    console.log(
      `      ${total} notices in ${deliveries} deliveries: ${deliveries - total} repeated; ${kills} kills, ${Math.round(spent() / 1000)} s; requests: ${moods}`,
    )
    assert.ok(kills > 0, 'nothing was killed')
  }).timeout(600_000)
})
