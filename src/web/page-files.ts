import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readBytes, readFolder, statIfThere } from '../core/system/files.ts'

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  json: 'application/json',
  webmanifest: 'application/manifest+json',
  txt: 'text/plain; charset=utf-8',
}

/** The built files of the page, and nothing else: what is served is listed first, so that no name can lead out of the folder. */
export interface PageFiles {
  /** `assets/index-1a2b.js`; the page itself is ``. */
  answer(name: string): Promise<Response>
}

// Beside the built library; from its sources, what the last build left.
const usualFolder = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/web/page/' : './page/', import.meta.url),
)

export function pageFiles(folder: string = usualFolder): PageFiles {
  let listed: Promise<ReadonlyMap<string, string>> | undefined
  return {
    async answer(name) {
      listed ??= list(folder)
      const path = (await listed).get(name === '' ? 'index.html' : name)
      if (path === undefined) {
        if (name === '') listed = undefined
        const text = name === '' ? 'The page was not built: `npm run build`.' : 'There is nothing here.'
        return new Response(`${text}\n`, {
          status: 404,
          headers: { 'content-type': 'text/plain; charset=utf-8' },
        })
      }
      const extension = path.slice(path.lastIndexOf('.') + 1)
      // Names in assets/ change with their content.
      const isLasting = name.startsWith('assets/')
      return new Response(await readBytes(path), {
        headers: {
          'content-type': types[extension] ?? 'application/octet-stream',
          'cache-control': isLasting ? 'public, max-age=31536000, immutable' : 'no-cache',
        },
      })
    },
  }
}

async function list(folder: string, prefix = ''): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  if (!(await statIfThere(folder))) return files
  for (const entry of await readFolder(folder)) {
    const path = join(folder, entry.name)
    if (entry.isFile()) files.set(`${prefix}${entry.name}`, path)
    if (entry.isDirectory())
      for (const [name, inner] of await list(path, `${prefix}${entry.name}/`)) files.set(name, inner)
  }
  return files
}
