import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterThisFile } from '../testing/closers.ts'

const top = fileURLToPath(new URL('../..', import.meta.url))

export interface Answer {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Standard output as it was written. */
  readonly bytes: Buffer
}

export interface CallOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** A module of ours that the process loads first, as a path in the built tree. */
  readonly first?: string
}

/** The real command line in a process of its own, as built from this tree. */
export async function abeyance(
  folder: string,
  words: readonly string[],
  options: CallOptions = {},
): Promise<Answer> {
  return (await startAbeyance(folder, words, options)).ended
}

export interface Started {
  readonly process: ChildProcess
  readonly ended: Promise<Answer>
  /** Resolves once what was printed on either stream contains the text. */
  printed(text: string): Promise<void>
}

export async function startAbeyance(
  folder: string,
  words: readonly string[],
  { environment = {}, first }: CallOptions = {},
): Promise<Started> {
  const main = join(await built(), 'cli', 'main.js')
  const loaded = first === undefined ? [] : ['--import', first]
  const child = spawn(process.execPath, [...loaded, main, ...words], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  const chunks: Buffer[] = []
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    const decoder = new TextDecoder()
    child[name].on('data', (chunk: Buffer) => {
      if (name === 'stdout') chunks.push(chunk)
      said[name] += decoder.decode(chunk, { stream: true })
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<Answer>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...said, bytes: Buffer.concat(chunks) }))
  })
  return {
    process: child,
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (said.stdout.includes(text) || said.stderr.includes(text)) resolve()
        }
        listeners.add(look)
        look()
        void ended.then(({ stdout, stderr }) =>
          reject(new Error(`it ended without printing ${text}:\n${stdout}${stderr}`)),
        )
      }),
  }
}

/** The built tree, its types not checked again; built once for all tests of a process. */
export function built(): Promise<string> {
  building ??= build()
  return building
}

let building: Promise<string> | undefined

async function build(): Promise<string> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'abeyance-cli-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const out = join(folder, 'dist')
  const made = spawnSync(
    process.execPath,
    [
      join(top, 'node_modules/typescript/bin/tsc'),
      '-p',
      join(top, 'tsconfig.build.json'),
      '--noCheck',
      '--outDir',
      out,
    ],
    { encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`the tree cannot be built:\n${made.stdout}${made.stderr}`)
  await fs.copyFile(join(top, 'package.json'), join(folder, 'package.json'))
  await fs.symlink(join(top, 'node_modules'), join(folder, 'node_modules'))
  return out
}

/** A folder with these files, gone after the suite. */
export async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'abeyance-project-')))
  afterThisFile(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  for (const [name, text] of Object.entries(files)) {
    await fs.mkdir(dirname(join(folder, name)), { recursive: true })
    await fs.writeFile(join(folder, name), text)
  }
  return folder
}

/** Waits until a condition holds; the test's own time limit ends it. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

export async function isThere(path: string): Promise<boolean> {
  return fs.access(path).then(
    () => true,
    () => false,
  )
}

/** How often commands of a pipeline said that they began: a line each in the file that they append to. */
export async function timesStarted(path: string): Promise<number> {
  const text = await fs.readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '').length
}
