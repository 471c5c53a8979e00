import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, it } from 'mocha'
import { pages } from './pages.ts'
import { top } from './user-folder.ts'

/** What headings of a page are called in a link. */
function anchors(page: string): ReadonlySet<string> {
  const text = page.replaceAll(/^```[\s\S]*?^```$/gm, '')
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

function linksOf(page: string): readonly string[] {
  const text = page
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => (code.includes('](') ? '' : code))
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

function fault(path: string, target: string, all: ReadonlyMap<string, string>): string | undefined {
  const [file = '', anchor] = target.split('#')
  const to = file === '' ? path : posix.join(posix.dirname(path), file)
  if (!existsSync(join(top, to))) return `${path}: ${target} leads nowhere`
  const page = all.get(to)
  if (anchor === undefined || page === undefined || anchors(page).has(anchor)) return undefined
  return `${path}: ${target}: ${to} has no such heading`
}

describe('links between pages', () => {
  it('lead to files and headings that are there', () => {
    const all = pages()
    const faults = [...all].flatMap(([path, page]) =>
      linksOf(page)
        .filter((target) => !/^[a-z]+:/.test(target))
        .flatMap((target) => fault(path, target, all) ?? []),
    )
    assert.deepEqual(faults, [])
  })

  it('reach every page from the README', () => {
    const all = pages()
    const reached = new Set(['README.md'])
    for (const path of reached)
      for (const target of linksOf(all.get(path) ?? '')) {
        const [file = ''] = target.split('#')
        const to = posix.join(posix.dirname(path), file)
        if (all.has(to)) reached.add(to)
      }
    assert.deepEqual(
      [...all.keys()].filter((path) => !reached.has(path)),
      [],
    )
  })
})

describe('pages', () => {
  it('hold no two versions of a line, as a merge leaves them', () => {
    const marked = [...pages()].filter(([, page]) => /^(<{7}|={7}|>{7})( |$)/m.test(page))
    assert.deepEqual(
      marked.map(([path]) => path),
      [],
    )
  })
})
