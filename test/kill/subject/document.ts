import { join } from 'node:path'
import { places } from './orders.ts'

const tool = join(import.meta.dirname, 'job.sh')

/** A module with code, a chain of two jobs and a map of two below it, and a module with code below them. */
export function killedPipeline(folder: string): string {
  const job = (name: string) => `[sh, $tool, ${join(folder, places.executed, name)}, $ABEYANCE_TAG, $from]`
  return `
abeyance: 1
name: killed
inputs:
  names: { type: [string], default: [left, right] }
modules:
  seed: { type: test/seed }
  first:
    command: ${job('first')}
    inputs: { tool: { file: ${tool} }, from: $seed.text }
    outputs: { out: out.txt }
    resources: { time: 60s }
  second:
    command: ${job('second')}
    inputs: { tool: { file: ${tool} }, from: $first.out }
    outputs: { out: out.txt }
  each:
    map: name
    command: [sh, $tool, '${join(folder, places.executed)}/\${name}', $ABEYANCE_TAG, $from]
    inputs: { tool: { file: ${tool} }, from: $seed.text, name: $names }
    outputs: { out: out.txt }
  join:
    type: test/join
    inputs: { one: $second.out, all: $each.out }
outputs: { lines: $join.lines }
`
}

/** One job that makes one of its outputs, would never end, and keeps a process of its own going. */
export function endlessPipeline(folder: string): string {
  const ledger = join(folder, places.executed, 'endless')
  return `
abeyance: 1
name: endless
modules:
  endless:
    script: |
      echo kept >kept.txt
      echo "$$ $ABEYANCE_TAG" >>"$ledger"
      sleep 600 &
      wait
    shell: sh
    outputs: { kept: kept.txt, never: never.txt }
    inputs: { ledger: ${ledger} }
`
}

/** An approval, then a token. */
export const askingPipeline = `
abeyance: 1
name: asking
modules:
  release: { type: approval, parameters: { message: 'Go on?' } }
  measured:
    type: token
    when: $release.approved
    parameters: { outputs: { score: number } }
outputs: { by: $release.by, score: $measured.score }
`
