import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { modulePath } from '../src/core/ids.ts'
import type { FlatModule, Graph } from '../src/pipeline/graph.ts'
import { signGraph, type Knowledge } from '../src/signatures/sign-graph.ts'
import type { Row } from './row.ts'

const count = 10_000
const chainLength = 10
const rounds = 5

/** Signing 10,000 modules of 5 parameters each, in chains of ten, beside the bare limit; and what one edit costs. */
export function signatures(): Promise<Row[]> {
  const graph = modulesWith(-1)
  const bare = fastest(() => {
    for (const { parameters } of graph.modules.values())
      createHash('sha256')
        .update(canonicalize({ format: 1, type: 'command', version: 1, parameters, inputs }) ?? '')
        .digest('hex')
  })
  const ours = fastest(() => void signGraph(graph, knowledge))
  const before = signGraph(graph, knowledge)
  const edited = 5000
  const after = signGraph(modulesWith(edited), knowledge, before)
  const hashes = [...after.values()].reduce((sum, one) => sum + one.hashes, 0)
  const affected = [...after].filter(
    ([path, { signature }]) => signature !== before.get(path)?.signature,
  ).length
  return Promise.resolve([
    {
      what: `signatures of ${count} modules, 5 parameters each`,
      bar: 'within 1.5 x of canonicalize + SHA-256 over the same values',
      figure: `${ours.toFixed(0)} ms`,
      limit: `${bare.toFixed(0)} ms`,
      ratio: ours / bare,
      met: ours / bare <= 1.5,
    },
    {
      what: `hashes after one edit among ${count} modules`,
      bar: 'grows with what is affected only',
      figure: `${hashes} hashes`,
      limit: `${affected} modules affected`,
      ratio: hashes / affected,
      met: hashes <= affected,
    },
  ])
}

// What an input looks like when it is signed: the same bytes go through the bare limit.
const inputs = { in: { signature: '0'.repeat(64), port: 'out' } }

const knowledge: Knowledge = {
  catalog: new Map(),
  resolve: () => null,
  valuesOf: () => undefined,
}

function modulesWith(edited: number): Graph {
  const modules = Array.from({ length: count }, (_, index): FlatModule => {
    const above = modulePath(`m${index - 1}`)
    return {
      path: modulePath(`m${index}`),
      type: 'command',
      version: 1,
      parameters: {
        command: ['align', '--in', '$in', '--seed', String(index === edited ? -1 : index)],
        outputs: { out: 'out.bam' },
        environment: { THREADS: '4', MODE: 'fast' },
        quality: index / 7,
        strict: true,
      },
      inputs: index % chainLength === 0 ? {} : { in: { kind: 'output', module: above, port: 'out' } },
      settings: {},
    }
  })
  return { modules: new Map(modules.map((module) => [module.path, module])), outputs: {} }
}

/** Milliseconds of the fastest of some rounds: the others were disturbed. */
function fastest(act: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const began = performance.now()
    act()
    return performance.now() - began
  })
  return Math.min(...times)
}
