// `npm run bench [NAME...]`: every row with its bar, the bare limit measured in the same run, and the ratio. Ends with 1
// when a bar is missed; figures depend on the machine, so nothing of it is a test.
import { cpus } from 'node:os'
import type { Row } from './row.ts'

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  signatures: async () => (await import('./signatures.ts')).signatures(),
  engine: async () => (await import('./engine.ts')).engine(),
  records: async () => (await import('./records.ts')).recordRows(),
  monitor: async () => (await import('./monitor.ts')).monitorRows(),
  workspace: async () => (await import('./workspace.ts')).workspaceRows(),
  ssh: async () => (await import('./ssh.ts')).sshRows(),
  cluster: async () => (await import('./submission.ts')).clusterRows(),
  detection: async () => (await import('./detection.ts')).detectionRows(),
  logs: async () => (await import('./log-bytes.ts')).logRows(),
  pulsar: async () => (await import('./pulsar.ts')).pulsarRows(),
  page: async () => (await import('./page.ts')).pageRows(),
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in parts))
if (unknown !== undefined) {
  console.error(`there is no bench \`${unknown}\`; known: ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}\n`)
const rows: Row[] = []
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.error(`measuring ${name} ...`)
  rows.push(...(await measure()))
}
const table = rows.map((row) => [
  row.what,
  row.bar,
  row.figure,
  row.limit,
  row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} x`,
  row.met === undefined ? 'no bar' : row.met ? 'met' : 'MISSED',
])
print([['what', 'bar', 'figure', 'bare limit', 'ratio', ''], ...table])
process.exitCode = rows.every((row) => row.met !== false) ? 0 : 1

function print(lines: readonly (readonly string[])[]): void {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}
