// Run by `bench/monitor.ts`: `node --expose-gc bench/hold.mjs FOLDER ENDED` opens the record store and the monitor of the
// built package as a restart does, and looks once, when ENDED of the jobs have ended. Prints what that takes as JSON.
import { systemClock } from '../dist/core/clock.js'
import { workspaceId } from '../dist/core/ids.js'
import { silent } from '../dist/core/logger.js'
import { openMonitor } from '../dist/monitor/open-monitor.js'
import { lowdbStore } from '../dist/records/lowdb.js'

const [folder = '', ending = '0'] = process.argv.slice(2)
const end = { kind: 'ended', incarnation: 1, exit: { kind: 'code', code: 0 }, startedAt: 0, endedAt: 1 }
const nothing = async () => new Map()
let settled = () => {}
const news = new Promise((resolve) => (settled = resolve))
const runner = {
  submit: nothing,
  cancel: nothing,
  look: async ({ jobs }) => {
    const reports = Array.from(jobs, (tag, place) => [
      tag,
      place < Number(ending) ? { ...end, evidence: 'exit file' } : { kind: 'quiet' },
    ])
    return { reports: new Map(reports), logs: [] }
  },
  settle: async () => settled(),
  fetch: () => new Promise(() => {}),
  clean: async () => {},
  close: async () => {},
}

const store = await lowdbStore(folder)
const monitor = await openMonitor({
  store,
  workspace: workspaceId('bench'),
  outbox: { entriesFor: () => [], poke() {}, close: async () => {} },
  clock: systemClock,
  logger: silent,
  destinations: new Map([['here', { name: 'here', runner, limits: {} }]]),
  logFolder: '/nonexistent',
  settings: { fetchesAtOnce: 0 },
})
const used = process.cpuUsage()
const looked = monitor.look()
await (ending === '0' ? looked : news) // settling is the last of a look that found news: it is on disk
const { user, system } = process.cpuUsage(used)
// As it is, with whatever garbage the opening left: nobody collects it for a user.
const { rss } = process.memoryUsage()
globalThis.gc()
const { heapUsed, external } = process.memoryUsage()
console.log(JSON.stringify({ rss, held: heapUsed + external, cpu: (user + system) / 1000 }))
process.exit() // the folder is the bench's own, and goes
