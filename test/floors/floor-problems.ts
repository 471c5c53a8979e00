import { importsOf, withoutComments, type Import } from './imports-of.ts'
import type { SourceTree } from './source-tree.ts'

// The table of ARCHITECTURE.md. Folders of one floor are deaf to each other, as engine and monitor must be.
const floors: Readonly<Record<string, number>> = {
  core: 1,
  pipeline: 2,
  transports: 2,
  notifiers: 2,
  signatures: 3,
  staging: 4,
  runners: 5,
  records: 6,
  modules: 7,
  engine: 8,
  monitor: 8,
  testing: 8,
  workspace: 9,
  web: 10,
  telemetry: 10,
  cli: 11,
}

// Packages that only some places may import: a pattern over names, and the places.
const kept: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(node:)?(fs|child_process)(\/|$)/, ['src/core/system/']],
  [/^rxjs(\/|$)/, ['src/monitor/', 'src/workspace/', 'src/web/', 'src/cli/']],
  [/^xstate(\/|$)/, ['src/monitor/']],
  [/^(mocha|node:test)(\/|$)/, []],
]

// What only the command line does: it alone reads the environment, prints, listens for signals.
const printing: readonly (readonly [string, RegExp])[] = [
  ['reads process.env', /\bprocess\.env\b/],
  ['prints by console', /\bconsole\.(log|error|warn|info|debug|trace|table|dir)\b/],
  ['writes to the standard streams', /\bprocess\.(stdout|stderr)\b/],
  ['listens for signals', /\bprocess\.(on|once)\(\s*['"]SIG/],
]

/** All that is wrong with where things stand and what they import; each sentence names both files. */
export function floorProblems(tree: SourceTree): readonly string[] {
  const each = [...tree].flatMap(([path, text]) => [
    ...placeProblems(path),
    ...importsOf(path, text).flatMap((found) => importProblems(tree, path, found)),
    ...commandLineProblems(path, text),
    ...lengthProblems(path, text),
  ])
  return [...each, ...circles(tree)]
}

function placeProblems(path: string): readonly string[] {
  return floorOf(path) === undefined ? [`${path} is on no floor: ${folderOf(path)} is not in the table`] : []
}

function importProblems(tree: SourceTree, path: string, found: Import): readonly string[] {
  return found.kind === 'package' ? packageProblems(path, found.name) : fileProblems(tree, path, found.path)
}

function packageProblems(path: string, name: string): readonly string[] {
  if (path.startsWith('src/testing/') && !name.startsWith('node:'))
    return [`${path} imports ${name}: the test kit needs nothing but Node and our own lower floors`]
  return kept
    .filter(([pattern, places]) => pattern.test(name) && !places.some((place) => path.startsWith(place)))
    .map(
      ([, places]) =>
        `${path} imports ${name}, which ${places.length > 0 ? `only ${places.join(', ')}` : 'nothing in src'} may`,
    )
}

function fileProblems(tree: SourceTree, path: string, target: string): readonly string[] {
  if (!tree.has(target)) return [`${path} imports ${target}, which is not there`]
  if (target === 'src/index.ts') return [`${path} imports ${target}: the barrel is for users alone`]
  const [from, to] = [folderOf(path), folderOf(target)]
  const [above, below] = [floorOf(path), floorOf(target)]
  if (above === undefined || below === undefined || from === to || below < above) return []
  return [`${path} (floor ${above}) imports ${target} (floor ${below})`]
}

function commandLineProblems(path: string, text: string): readonly string[] {
  if (path.startsWith('src/cli/')) return []
  const code = withoutComments(text)
  return printing
    .filter(([, pattern]) => pattern.test(code))
    .map(([what]) => `${path} ${what}: only src/cli may`)
}

function lengthProblems(path: string, text: string): readonly string[] {
  const lines = text.split('\n').length - 1
  return lines > 300 ? [`${path} has ${lines} lines: cut it by what happens, 300 is the limit`] : []
}

/** Circles of files that import each other, types included; each is told once, from the file that sorts first. */
function circles(tree: SourceTree): readonly string[] {
  const found = new Set<string>()
  const finished = new Set<string>()
  const visit = (path: string, way: readonly string[]) => {
    const start = way.indexOf(path)
    if (start >= 0) return void found.add(circle(way.slice(start)))
    if (finished.has(path)) return
    for (const each of importsOf(path, tree.get(path) ?? ''))
      if (each.kind === 'file') visit(each.path, [...way, path])
    finished.add(path)
  }
  for (const path of tree.keys()) visit(path, [])
  return [...found]
}

function circle(files: readonly string[]): string {
  const first = files.indexOf(files.toSorted()[0] ?? '')
  const turned = [...files.slice(first), ...files.slice(0, first)]
  return `circle: ${[...turned, turned[0]].join(' -> ')}`
}

/** The barrel stands above all floors. */
function floorOf(path: string): number | undefined {
  return path === 'src/index.ts' ? Infinity : floors[folderOf(path)]
}

function folderOf(path: string): string {
  return path.split('/')[1] ?? ''
}
