import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subject } from './build-subject.ts'
import { plainEnvironment } from './engine-child.ts'

const fixture = join(import.meta.dirname, '../../fixtures/lambda')

/** What a run of the demo through the command line left behind. */
export interface LambdaEnd {
  readonly gel: string
  readonly table: string
  /** How many wrappers claimed each job, by tag. */
  readonly claims: readonly number[]
  /** How many of the commands were killed. */
  readonly kills: number
}

/** Runs the demo, killing the command with KILL after each of `pauses` (in milliseconds), and then to its end. */
export async function runLambda(subject: Subject, pauses: readonly number[]): Promise<LambdaEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-lambda-'))
  try {
    await cp(fixture, folder, { recursive: true })
    let kills = 0
    for (const pause of pauses) if ((await command(subject, folder, pause)).signal === 'SIGKILL') kills += 1
    const end = await command(subject, folder)
    if (end.code !== 0)
      throw new Error(`the demo ended with ${end.code ?? end.signal}: ${end.said.slice(-2000)}`)
    const result = (name: string) => readFile(join(folder, 'results/lambda-digest', name), 'utf8')
    return {
      kills,
      gel: await result('gel.svg'),
      table: await result('gel.tsv'),
      claims: await claimsIn(join(folder, '.abeyance/work')),
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 20 })
  }
}

async function command(subject: Subject, folder: string, killAfter?: number) {
  const child = spawn(process.execPath, [subject.cli, 'run', 'lambda.yaml', '--wait'], {
    cwd: folder,
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfter ?? 60_000)
  await once(child, 'exit')
  clearTimeout(timer)
  child.stdout.destroy()
  child.stderr.destroy()
  return { code: child.exitCode, signal: child.signalCode, said }
}

async function claimsIn(work: string): Promise<readonly number[]> {
  const paths = (await readdir(work, { recursive: true })).filter((path) => /\/claim\.\d+$/.test(path))
  const counts = new Map<string, number>()
  for (const path of paths) {
    const attempt = path.slice(0, path.lastIndexOf('/'))
    counts.set(attempt, (counts.get(attempt) ?? 0) + 1)
  }
  return [...counts.values()]
}

/** Numbers from 0 to 1 that look drawn by lot and are the same every time (mulberry32). */
export function drawn(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
