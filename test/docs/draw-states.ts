import { legalMoves, type LegalMove } from '../../src/monitor/job-machine.ts'

/** The table of legal moves as a Mermaid diagram: one arrow for each pair of states, with all the news that lead along it. */
export function drawStates(moves: readonly LegalMove[] = legalMoves): string {
  const arrows = new Map<string, Set<string>>()
  for (const { from, on, to } of moves) {
    const arrow = `${idOf(from)} --> ${idOf(to)}`
    arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(on))
  }
  const names = [...new Set(moves.flatMap(({ from, to }) => [from, to]))].filter((name) => name.includes('-'))
  return [
    'stateDiagram-v2',
    ...names.map((name) => `  state "${name}" as ${idOf(name)}`),
    '  [*] --> submitting',
    ...[...arrows].map(([arrow, news]) => `  ${arrow} : ${[...news].join(', ')}`),
    ...['succeeded', 'failed', 'cancelled'].map((end) => `  ${end} --> [*]`),
    '',
  ].join('\n')
}

/** The same as the rows of a table. */
export function listMoves(moves: readonly LegalMove[] = legalMoves): string {
  const rows = moves.map(({ from, on, to, when = '' }) => `| \`${from}\` | ${on} | ${when} | \`${to}\` |`)
  return ['| from | on | where | to |', '| --- | --- | --- | --- |', ...rows, ''].join('\n')
}

/** A name that Mermaid takes. */
function idOf(state: string): string {
  return state.replaceAll('-', '_')
}
