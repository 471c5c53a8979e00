import type { Tag } from '../src/core/ids.ts'
import type { RunnerContext, RunnerKind, Submission } from '../src/runners/runner.ts'
import type { Transport } from '../src/transports/transport.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'

const turns = 15

/** Looks at jobs that wait on a real scheduler, with the requests to its host counted; every job is looked into in the last row. */
export async function lookRows(
  name: string,
  kind: RunnerKind,
  context: RunnerContext,
  jobs: readonly Submission[],
): Promise<Row[]> {
  const { transport, requests } = counting(context.transport)
  const runner = kind.open({ ...context, transport })
  const tags = jobs.map(({ tag }) => tag)
  const bare = median(await many(() => transport.run(':', { deadline: 60_000 })))
  const rows: Row[] = []
  const row = async (what: string, some: readonly Tag[], doubtful: ReadonlySet<Tag>) => {
    const ask = () => runner.look({ jobs: some, doubtful, ranges: [] }, {})
    const { reports } = await ask()
    if (reports.size !== some.length) throw new Error(`${reports.size} reports of ${some.length} jobs`)
    const before = requests()
    const cpu = median(await many(ask))
    const trips = (requests() - before) / turns
    rows.push(
      {
        what: `${what}: round trips`,
        bar: '1',
        figure: String(trips),
        limit: '1 by its making',
        ratio: trips,
        met: trips === 1,
      },
      {
        what: `${what}: CPU here`,
        bar: '',
        figure: `${cpu.toFixed(2)} ms`,
        limit: `${bare.toFixed(2)} ms an empty request`,
        ratio: cpu / bare,
      },
    )
  }
  for (const count of [1, 100, 1000].filter((one) => one <= tags.length))
    await row(`a look at ${count.toLocaleString('en')} jobs on ${name}`, tags.slice(0, count), new Set())
  await row(`a look into each of ${tags.length.toLocaleString('en')} jobs on ${name}`, tags, new Set(tags))
  await runner.close()
  return rows
}

/** Milliseconds of CPU in this process. */
async function many(act: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const before = process.cpuUsage()
    await act()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  return times
}

/** Every way to the host is counted, not only the one that looks are known to take. */
function counting(way: Transport): { readonly transport: Transport; requests(): number } {
  let count = 0
  const counted =
    <A extends readonly unknown[], R>(call: (...args: A) => R) =>
    (...args: A) => {
      count += 1
      return call(...args)
    }
  const { stream, ...rest } = way
  const transport = {
    ...rest,
    ...(stream && { stream: counted(stream) }),
    run: counted(way.run),
    read: counted(way.read),
    write: counted(way.write),
    fetch: counted(way.fetch),
    list: counted(way.list),
  }
  return { transport, requests: () => count }
}
