// Run by `bench/monitor.ts`: `node --expose-gc bench/hold.mjs FOLDER` opens the record store and the monitor of the built
// package as a restart does, looks once, and prints what it takes to hold all that as one line of JSON.
import { systemClock } from '../dist/core/clock.js'
import { workspaceId } from '../dist/core/ids.js'
import { silent } from '../dist/core/logger.js'
import { openMonitor } from '../dist/monitor/open-monitor.js'
import { lowdbStore } from '../dist/records/lowdb.js'

const nothing = async () => new Map()
const runner = {
  submit: nothing,
  cancel: nothing,
  look: async ({ jobs }) => ({
    reports: new Map(Array.from(jobs, (tag) => [tag, { kind: 'quiet' }])),
    logs: [],
  }),
  settle: async () => {},
  fetch: () => new Promise(() => {}),
  clean: async () => {},
  close: async () => {},
}

const used = process.cpuUsage()
const store = await lowdbStore(process.argv[2])
const monitor = await openMonitor({
  store,
  workspace: workspaceId('bench'),
  outbox: { entriesFor: () => [], poke() {}, close: async () => {} },
  clock: systemClock,
  logger: silent,
  destinations: new Map([['here', { name: 'here', runner, limits: {} }]]),
  logFolder: '/nonexistent',
})
await monitor.look()
const { user, system } = process.cpuUsage(used)
// RSS as it is, with whatever garbage the opening left: nobody collects it for a user.
const { rss } = process.memoryUsage()
const peak = process.resourceUsage().maxRSS * 1024
globalThis.gc()
const { heapUsed, external } = process.memoryUsage()
console.log(
  JSON.stringify({ rss, peak, settled: process.memoryUsage().rss, held: heapUsed + external, cpu: (user + system) / 1000 }),
)
await monitor.close()
await store.close()
