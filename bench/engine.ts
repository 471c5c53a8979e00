import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { modulePath, runId } from '../src/core/ids.ts'
import { silent } from '../src/core/logger.ts'
import { execution } from '../src/engine/execution.ts'
import type { Surroundings } from '../src/engine/surroundings.ts'
import type { AnyModuleType } from '../src/modules/module-type.ts'
import type { FlatModule, Graph } from '../src/pipeline/graph.ts'
import { readOutput } from '../src/records/kept-run.ts'
import { lowdbStore } from '../src/records/lowdb.ts'
import { memoryStore } from '../src/records/memory.ts'
import type { RecordStore } from '../src/records/record-store.ts'
import { signGraph } from '../src/signatures/sign-graph.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'

const nothing: AnyModuleType = {
  type: 'nothing',
  version: 1,
  kind: { type: 'nothing', version: 1, ports: () => ({ inputs: 'any', outputs: { out: 'json' } }) },
  act: { kind: 'compute', compute: () => Promise.resolve({ out: 1 }) },
  checkInputs: (inputs) => Promise.resolve(inputs),
  checkOutputs: (outputs) => Promise.resolve(outputs),
}
const catalog = new Map([[nothing.type, nothing.kind]])

type Shape = 'wide' | 'chain'

/** What the engine costs for each module that computes nothing, beside signing and one awaited no-op. */
export async function engine(): Promise<Row[]> {
  await inMemory('wide', 1000) // warm
  await inMemory('chain', 1000)
  const rows: Row[] = []
  for (const shape of ['wide', 'chain'] as const) {
    const [small, large] = [await inMemory(shape, 100), await inMemory(shape, 100_000)]
    rows.push(row(shape, 100, 50, 'in memory', small), row(shape, 100_000, 50, 'in memory', large))
    rows.push(growth(shape, small, large))
  }
  for (const count of [100, 20_000])
    rows.push(row('wide', count, 100, 'durable in lowdb', await durable(count)))
  return rows
}

interface Cost {
  readonly ours: number
  readonly bare: number
}

function row(shape: Shape, count: number, bar: number, where: string, { ours, bare }: Cost): Row {
  return {
    what: `engine, per module that computes nothing, ${where}: ${count} modules, ${shape}`,
    bar: `${bar} µs or less`,
    figure: `${ours.toFixed(1)} µs`,
    limit: `${bare.toFixed(1)} µs`,
    ratio: ours / bare,
    met: ours <= bar,
  }
}

/** The same work takes longer where it does not fit the caches; what is ours is the growth beyond that of the bare limit. */
function growth(shape: Shape, small: Cost, large: Cost): Row {
  const [ours, bare] = [large.ours / small.ours, large.bare / small.bare]
  return {
    what: `engine, growth per module from 100 to 100,000 modules, ${shape}`,
    bar: 'within 1.5 x of the growth of the bare limit',
    figure: `${ours.toFixed(2)} x`,
    limit: `${bare.toFixed(2)} x`,
    ratio: ours / bare,
    met: ours / bare <= 1.5,
  }
}

/** The fastest of a few, as many as make the small ones steady. */
async function inMemory(shape: Shape, count: number): Promise<Cost> {
  const graph = graphOf(shape, count)
  const times = count < 1000 ? 30 : 3
  let [ours, bare] = [Infinity, Infinity]
  for (let time = 0; time < times; time++) {
    bare = Math.min(bare, await bareCost(graph))
    ours = Math.min(ours, await ourCost(graph, memoryStore()))
  }
  return { ours, bare }
}

/** Each time in a new store: what an old one has is not made again. */
async function durable(count: number): Promise<Cost> {
  const graph = graphOf('wide', count)
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let time = 0; time < 7; time++) {
    const folder = await mkdtemp(join(tmpdir(), 'abeyance-bench-'))
    const store = await lowdbStore(folder)
    bare.push(await bareCost(graph))
    ours.push(await ourCost(graph, store))
    await store.close()
    await rm(folder, { recursive: true })
  }
  return { ours: median(ours), bare: median(bare) }
}

async function ourCost(graph: Graph, store: RecordStore): Promise<number> {
  const around = surroundings(store)
  const began = performance.now()
  await execution(around, { graph, targets: [], fresh: [], onFailure: 'continue' }).round()
  return ((performance.now() - began) * 1000) / graph.modules.size
}

async function bareCost(graph: Graph): Promise<number> {
  const began = performance.now()
  signGraph(graph, { catalog, resolve: () => null, valuesOf: () => undefined })
  for (let done = 0; done < graph.modules.size; done++) await noOperation()
  return ((performance.now() - began) * 1000) / graph.modules.size
}

async function noOperation(): Promise<void> {}

function surroundings(store: RecordStore): Surroundings {
  const never = () => Promise.reject(new Error('not asked for here'))
  return {
    run: runId('bench'),
    types: new Map([[nothing.type, nothing]]),
    catalog,
    resolve: () => null,
    before: new Map(),
    logger: silent,
    signal: new AbortController().signal,
    output: (key) => readOutput(store, key),
    job: () => Promise.resolve(undefined),
    put: (entries) => store.put(entries),
    suspend: never,
    again: never,
    wait: never,
    isOver: never,
    keep: never,
    fileAt: never,
    files: {
      path: never,
      text: never,
      folder: never,
    },
    jobFiles: () => ({
      value: () => null,
      path: never,
      text: never,
    }),
    changed() {},
    now: () => 0,
  }
}

function graphOf(shape: Shape, count: number): Graph {
  const modules = Array.from({ length: count }, (_, index): FlatModule => {
    const feeding = shape === 'chain' && index > 0
    return {
      path: modulePath(`m${index}`),
      type: 'nothing',
      version: 1,
      settings: {},
      parameters: { index },
      inputs: feeding
        ? {
            in: {
              kind: 'output',
              module: modulePath(`m${index - 1}`),
              port: 'out',
            },
          }
        : {},
    }
  })
  return { modules: new Map(modules.map((module) => [module.path, module])), outputs: {} }
}
