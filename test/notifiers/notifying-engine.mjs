// An engine in a process of its own: begins runs until there are as many as it is told, and goes on until all of them have
// ended and every notice is delivered. Killed anywhere and started again, it goes on from what is on disk.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const { built, folder, url, secret, total } = JSON.parse(process.argv[2] ?? '')
const load = (name) => import(join(built, name))
const { moduleType, openWorkspace, pipeline } = await load('index.js')
const { webhook } = await load('notifiers/webhook.js')
const { lowdbStore } = await load('records/lowdb.js')
const { z } = await import('zod')

const square = moduleType({
  type: 'test/square',
  version: 1,
  inputs: { side: z.number() },
  outputs: { area: z.number() },
  compute: ({ side }) => ({ area: side * side }),
})
const squares = pipeline('squares', { side: z.number() }, ({ add }, { side }) =>
  add('square', square, { side }),
)

const store = await lowdbStore(join(folder, '.abeyance/records'))
const workspace = await openWorkspace(folder, {
  store,
  modules: [square],
  notifiers: { service: webhook({ url, secret, timeout: 150 }) },
  notices: [{ on: ['run-finished'], where: { pipeline: 'sq*' }, to: ['service'] }],
  outbox: { firstRetry: 10, lastRetry: 200 },
})
process.stdout.write('driving\n')

const begun = new Set((await workspace.runs()).map(({ key }) => key))
const sides = Array.from({ length: total }, (_, side) => side).filter((side) => !begun.has(`run ${side}`))
const begin = async () => {
  for (let side = sides.shift(); side !== undefined; side = sides.shift())
    await workspace.start(squares, { key: `run ${side}`, inputs: { side } })
}
await Promise.all(Array.from({ length: 8 }, begin))
const isOpen = async () => (await workspace.runs()).some(({ state }) => state === 'open')
const isWaiting = async () => {
  for await (const _ of store.all('notice')) return true
  return false
}
while ((await isOpen()) || (await isWaiting())) await sleep(300)
await workspace.close()
