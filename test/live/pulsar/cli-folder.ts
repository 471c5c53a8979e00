import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Subject } from '../../kill/build-subject.ts'
import { plainEnvironment } from '../../kill/engine-child.ts'

/** A workspace folder whose one destination is the real Pulsar server, worked on by processes of the command line. */
export interface CliFolder {
  readonly folder: string
  /** Both its jobs and the tests may write here. */
  readonly shared: string
  start(words: readonly string[]): Running
  close(): Promise<void>
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<{
    readonly code: number | null
    readonly signal: string | null
    readonly said: string
    readonly out: Buffer
  }>
}

/** Of a server over HTTP or behind a broker, with its secret. */
export type CliFolderOptions = { readonly manager: string } & (
  | { readonly url: string; readonly token: string; readonly endpoint?: Place }
  | {
      readonly broker: string
      readonly password: string
      readonly endpoint: Place
    }
)

interface Place {
  readonly url: string
  readonly listen: string
}

export async function openCliFolder(subject: Subject, settings: CliFolderOptions): Promise<CliFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-pulsar-'))
  const shared = await mkdtemp(join(tmpdir(), 'pulsar-shared-'))
  await chmod(shared, 0o777)
  const secret = 'broker' in settings ? 'password' : 'token'
  await writeFile(join(folder, secret), secretOf(settings), { mode: 0o600 })
  const options = { ...settings, [secret]: { file: secret } }
  const destinations = { there: { runner: 'pulsar', options } }
  await writeFile(join(folder, 'abeyance.yaml'), stringify({ abeyance: 1, destinations, default: 'there' }))
  const running = new Set<ChildProcess>()
  return {
    folder,
    shared,
    start(words) {
      const child = spawn(process.execPath, [subject.cli, ...words], {
        cwd: folder,
        env: plainEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      running.add(child)
      return { child, ended: endOf(child).finally(() => running.delete(child)) }
    },
    async close() {
      for (const child of running) child.kill('SIGKILL')
      for (const path of [folder, shared]) await rm(path, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}

/** What nobody may ever read in what a process says. */
export function secretOf(settings: CliFolderOptions): string {
  return 'broker' in settings ? settings.password : settings.token
}

async function endOf(child: ChildProcess): ReturnType<CliFolder['start']>['ended'] {
  const out: Buffer[] = []
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    out.push(chunk)
    if (said.length < 1_000_000) said += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'close')
  return { code: child.exitCode, signal: child.signalCode, said, out: Buffer.concat(out) }
}
