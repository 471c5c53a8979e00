import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const top = fileURLToPath(new URL('../..', import.meta.url))

/** What a user has after `npm install abeyance zod`, and the programs that our pages name. */
const packages = ['zod', 'standardwebhooks', 'tsx', '@types', 'rxjs', 'hono']
const programs: Readonly<Record<string, readonly string[]>> = {
  abeyance: ['node', join(top, 'dist/cli/main.js')],
  tsx: ['node', join(top, 'node_modules/tsx/dist/cli.mjs')],
}

/** An empty project of a user's, outside this repository, in which the built package is installed. */
export interface UserFolder {
  readonly path: string
  /** Starts shell text; `npx PROGRAM` is the program itself. */
  start(script: string): ChildProcess
  /** Runs shell text to its end. */
  sh(script: string): Promise<{ readonly code: number | null; readonly output: string }>
  close(): Promise<void>
}

export async function userFolder(copied?: string): Promise<UserFolder> {
  const path = await mkdtemp(join(tmpdir(), 'abeyance-user-'))
  if (copied !== undefined)
    await cp(copied, path, { recursive: true, filter: (from) => !from.includes('.abeyance') })
  await mkdir(join(path, 'node_modules/.bin'), { recursive: true })
  await symlink(top, join(path, 'node_modules/abeyance'))
  for (const name of packages)
    await symlink(join(top, 'node_modules', name), join(path, 'node_modules', name))
  for (const [name, words] of Object.entries(programs)) {
    const program = join(path, 'node_modules/.bin', name)
    await writeFile(program, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`)
    await chmod(program, 0o755)
  }
  await writeFile(join(path, 'package.json'), '{ "name": "user", "private": true }\n')
  const start = (script: string) =>
    spawn('bash', ['-c', script.replaceAll(/\bnpx /g, '')], {
      cwd: path,
      env: { ...process.env, PATH: `${join(path, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  return {
    path,
    start,
    async sh(script) {
      const child = start(script)
      const read = collect(child)
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject)
        child.once('close', resolve)
      })
      return { code, output: read() }
    },
    close: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** What a process writes to both its streams, up to now. */
export function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (more: string) => (text += more))
  return () => text
}
