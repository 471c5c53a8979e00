import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { top } from './user-folder.ts'

/** Every page in Markdown that is ours, by its path from the top, with its text. */
export function pages(): ReadonlyMap<string, string> {
  const found = readdirSync(top).filter((name) => name.endsWith('.md'))
  for (const folder of ['docs', 'examples']) {
    const names = readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
    found.push(...names.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`))
  }
  return new Map(found.toSorted().map((path) => [path, readFileSync(join(top, path), 'utf8')]))
}
