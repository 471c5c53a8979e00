import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { stringify } from 'yaml'
import type { Subject } from '../kill/build-subject.ts'
import { plainEnvironment } from '../kill/engine-child.ts'
import type { LiveDestination } from './destinations.ts'
import { sshConfig, workFolder } from './servers/servers.ts'

/** A workspace of its own whose jobs go to a destination on the servers of the tests, driven by the command line. */
export interface Study {
  readonly folder: string
  /** Runs the command line; after `killAfter` milliseconds it is killed with KILL. */
  command(words: readonly string[], killAfter?: number): Promise<CommandEnd>
  /** What lies on the host, one for each attempt. The host is this machine, and who tests may read all of it. */
  attempts(): Promise<readonly Attempt[]>
  close(): Promise<void>
}

export interface CommandEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly said: string
}

export interface Attempt {
  readonly tag: string
  /** Starts that ran the command; one for each incarnation. */
  readonly claims: number
  /** Starts that came second and ran nothing. */
  readonly duplicates: number
  /** Whether it was run by an unprivileged user. */
  readonly unprivileged: boolean
}

/** More of the destination's settings than its runner, and the port by which sshd is reached when it is not its own. */
export interface StudyOptions {
  readonly settings?: Readonly<Record<string, unknown>>
  readonly port?: number
  readonly longest?: number
}

export async function openStudy(
  subject: Subject,
  { runner, options }: LiveDestination,
  { settings, port, longest = 120_000 }: StudyOptions = {},
): Promise<Study> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-study-'))
  const work = join(workFolder, basename(folder))
  const there = {
    runner,
    ...(options && { options }),
    host: 'live',
    ...(port !== undefined && { port }),
    ssh: { config: sshConfig, agent: 'none' },
    budget: { connectionsPerDay: 100_000 },
    workFolder: work,
    ...settings,
  }
  const configuration = { abeyance: 1, destinations: { there }, default: 'there' }
  await writeFile(join(folder, 'abeyance.yaml'), stringify(configuration))
  return {
    folder,
    async command(words, killAfter) {
      const child = spawn(process.execPath, [subject.cli, ...words], {
        cwd: folder,
        env: plainEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
      const timer = setTimeout(() => child.kill('SIGKILL'), killAfter ?? longest)
      await once(child, 'close')
      clearTimeout(timer)
      return { code: child.exitCode, signal: child.signalCode, said }
    },
    attempts: () => attemptsIn(work),
    async close() {
      await rm(folder, { recursive: true, force: true, maxRetries: 20 })
      await rm(work, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}

/** `<work>/<workspace>/<tag>/`; beside the attempts lie the spool and what was sent, by content. */
async function attemptsIn(work: string): Promise<readonly Attempt[]> {
  const found: Attempt[] = []
  for (const workspace of await readdir(work))
    for (const tag of await readdir(join(work, workspace))) {
      if (!/^j[a-z2-7]{12}$/.test(tag)) continue
      const names = await readdir(join(work, workspace, tag))
      const all = names.filter((name) => /^claim\.\d+$/.test(name))
      const texts = await Promise.all(all.map((name) => readFile(join(work, workspace, tag, name), 'utf8')))
      // One that we made ourselves is no start: it keeps a late one from running.
      const claims = all.filter((_, place) => !texts[place]?.startsWith('revoked'))
      const owners = await Promise.all(claims.map((name) => stat(join(work, workspace, tag, name))))
      found.push({
        tag,
        claims: claims.length,
        duplicates: names.filter((name) => name.startsWith('duplicate.')).length,
        unprivileged: owners.every(({ uid }) => uid !== userInfo().uid && uid !== 0),
      })
    }
  return found
}
