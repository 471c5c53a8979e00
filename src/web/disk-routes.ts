import type { AttemptDisk, DiskUse } from '../workspace/disk-report.ts'
import { diskList, type DiskRow } from './host-contract.ts'
import { keepFor } from './keep-for.ts'
import { nothing, route, type Route } from './route.ts'
import type { Surroundings } from './surroundings.ts'

// Every machine is asked, whose budgets pay for it: answers are kept so long, in milliseconds.
const keptFor = 60_000
// So many folders are named of each machine, the largest.
const mostNamed = 50
// How many removals that failed are named of each machine.
const mostFailed = 20

export function diskRoutes({ view, clock }: Surroundings): readonly Route[] {
  const measured = keepFor(clock, keptFor, async () => {
    const uses = await view.disk()
    return { machines: uses.map(diskRow), measuredAt: clock.now() }
  })
  return [
    route({
      method: 'get',
      path: 'api/disk',
      summary: 'What the folders of jobs take on each machine; asks the machines, once a minute at most',
      role: 'reader',
      query: nothing,
      body: nothing,
      answer: diskList,
      handle: async () => ({ ...(await measured()), now: clock.now() }),
    }),
  ]
}

function diskRow({ destinations, host, found, toRemove }: DiskUse): DiskRow {
  const failed = toRemove.flatMap(({ destination, tag, failed: fault }) =>
    fault ? [{ destination, tag, ...fault }] : [],
  )
  const due = toRemove.filter((one) => !one.failed).map((one) => one.due)
  return {
    destinations,
    host,
    found: found.kind === 'measured' ? { ...found, ...namedOf(found.attempts) } : found,
    toRemove: {
      waiting: due.length,
      ...(due.length > 0 && { firstDue: due.reduce((first, one) => Math.min(first, one)) }),
      failed: failed.slice(0, mostFailed),
      ...(failed.length > mostFailed && { failedMore: failed.length - mostFailed }),
    },
  }
}

function namedOf(attempts: readonly AttemptDisk[]) {
  const rest = attempts.slice(mostNamed)
  const bytes = rest.reduce((sum, one) => sum + one.bytes, 0)
  return {
    attempts: attempts.slice(0, mostNamed),
    ...(rest.length > 0 && { others: { count: rest.length, bytes } }),
  }
}
