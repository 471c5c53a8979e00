import { join } from 'node:path'
import { quote } from '../../core/quote.ts'
import {
  makeFolder,
  readFolder,
  readBytes,
  readTextIfThere,
  remove,
  statIfThere,
  write,
} from '../../core/system/files.ts'
import type { FaultBox } from './faults.ts'
import { fetchAll, postAll, type RemoteStaging } from './staging.ts'
import { runProcess } from '../../core/system/run-process.ts'

/** The jobs of a simulated server, all of them in its staging folder: as a real one has them, with their own processes. */
export interface Jobs {
  /** Whether there is a folder of a job. */
  has(id: string): Promise<boolean>
  setUp(id: string): Promise<void>
  /** A second submission is ignored, as it is from 0.15.15 on. */
  submit(id: string, command: string, staging?: RemoteStaging): Promise<'launched' | 'ignored'>
  /** Launches a job that was launched before, as servers from before 0.15.15 do. */
  again(id: string): Promise<void>
  /** What its server says of it; undefined where it breaks over it. */
  look(id: string): Promise<object | undefined>
  cancel(id: string): Promise<void>
  /** Removes its folder; what runs goes on. */
  remove(id: string): Promise<void>
  path(id: string, name: string): string
  /** The server is started anew: it loses sight of what runs. */
  restart(): void
  /** Ends all processes. */
  close(): Promise<void>
}

const folders = [
  'working',
  'outputs',
  'inputs',
  'configs',
  'tool_files',
  'metadata',
  'unstructured',
  'home',
  'tmp',
]

export function openJobs(staging: string, faults: FaultBox): Jobs {
  const path = (id: string, name: string) => join(staging, id, name)
  const life = openLife(staging)
  const { launch, moves } = life

  /** Fetches what it needs, where it was answered already. */
  async function prepare(id: string, remote: RemoteStaging): Promise<void> {
    if (await fetchAll(join(staging, id), remote, faults)) return launch(id, remote)
    await write(path(id, 'preprocessing_failed'), '')
    await write(path(id, 'final_status'), 'failed')
  }

  return {
    has: (id) => isThere(join(staging, id)),
    path,
    async setUp(id) {
      for (const folder of folders) await makeFolder(path(id, folder))
    },
    async submit(id, command, remote) {
      if ((await statIfThere(path(id, 'pid'))) || (await statIfThere(path(id, 'final_status'))))
        return 'ignored'
      await write(
        path(id, 'command.sh'),
        `cd working\n${command}\nreturn_code=$?\ncd ..\necho $return_code >return_code\n`,
      )
      if (remote === undefined || remote.setup.length === 0) await launch(id, remote)
      else if (moves.has(id)) return 'ignored'
      else
        moves.set(
          id,
          prepare(id, remote).catch(() => {}),
        ) // removed meanwhile
      return 'launched'
    },
    again: (id) => launch(id),
    async look(id) {
      const status = await life.word(id)
      if (!final.has(status)) return { complete: 'false', status, job_id: id }
      return finalAnswer(id, status, staging)
    },
    async cancel(id) {
      const pid = await readTextIfThere(path(id, 'pid'))
      // One that was not launched yet is launched all the same.
      if (pid === undefined || (await readTextIfThere(path(id, 'final_status'))) !== undefined) return
      await write(path(id, 'cancelled'), '')
      await killTree(Number(pid))
      await write(path(id, 'final_status'), 'cancelled')
    },
    async remove(id) {
      // What a real one could not fetch for stays on its list for good: whatever comes under that id later is taken for a repetition.
      if (!(await isThere(path(id, 'preprocessing_failed')))) moves.delete(id)
      await remove(join(staging, id))
    },
    restart: life.forget,
    async close() {
      await Promise.all(moves.values())
      for (const id of life.launched) {
        const pid = await readTextIfThere(path(id, 'pid'))
        if (pid !== undefined) await killTree(Number(pid))
      }
    },
  }
}

/** What one process of the server knows of what it started: how often it told of it, and whether it saw its end. */
function openLife(staging: string) {
  const path = (id: string, name: string) => join(staging, id, name)
  const seen = new Map<string, { looks: number; over: boolean; posted: boolean; remote?: RemoteStaging }>()
  const moves = new Map<string, Promise<void>>() // of jobs that are there
  const launched = new Set<string>()

  async function launch(id: string, remote?: RemoteStaging): Promise<void> {
    const script = `cd ${quote(join(staging, id))} || exit 1
setsid bash command.sh </dev/null >metadata/job_stdout 2>metadata/job_stderr &
echo $!\n`
    const { stdout } = await runProcess({ command: ['/bin/sh', '-s'], input: script, deadline: 60_000 })
    await write(path(id, 'pid'), stdout)
    seen.set(id, { looks: 0, over: false, posted: remote === undefined, ...(remote && { remote }) })
    launched.add(id)
  }

  async function word(id: string): Promise<string> {
    if (!(await isThere(join(staging, id)))) return 'lost'
    const final = await readTextIfThere(path(id, 'final_status'))
    if (final !== undefined) return final
    const pid = await readTextIfThere(path(id, 'pid'))
    if (pid === undefined) return 'preprocessing'
    const own = seen.get(id)
    // It never finds back to what it started in an earlier life.
    if (own === undefined) return 'running'
    own.looks += 1
    if (!own.over) {
      own.over = !isAlive(Number(pid))
      if (own.over && own.remote) {
        const posted = postAll(join(staging, id), own.remote).catch(() => {})
        moves.set(
          id,
          posted.then(() => void (own.posted = true)),
        )
      }
      if (own.over) return 'postprocessing'
      return own.looks === 1 ? 'queued' : 'running'
    }
    if (!own.posted) return 'postprocessing'
    const end = (await statIfThere(path(id, 'cancelled'))) ? 'cancelled' : 'complete'
    await write(path(id, 'final_status'), end)
    return end
  }

  return { launch, word, launched, moves, forget: () => seen.clear() }
}

async function isThere(path: string): Promise<boolean> {
  return (await statIfThere(path)) !== undefined
}

const final: ReadonlySet<string> = new Set(['complete', 'cancelled', 'failed', 'lost'])

async function finalAnswer(id: string, status: string, staging: string): Promise<object | undefined> {
  const at = join(staging, id)
  const [jobStdout, jobStderr] = [await streamOf(at, 'job_stdout'), await streamOf(at, 'job_stderr')]
  // Bytes that are no text in what the job itself printed break every later answer.
  if (jobStdout === undefined || jobStderr === undefined) return undefined
  const code = await readTextIfThere(join(at, 'return_code'))
  return {
    job_id: id,
    complete: 'true',
    status,
    returncode: code === undefined ? null : Number(code),
    stdout: (await readTextIfThere(join(at, 'metadata/tool_stdout'))) ?? '',
    stderr: (await readTextIfThere(join(at, 'metadata/tool_stderr'))) ?? '',
    job_stdout: jobStdout,
    job_stderr: jobStderr,
    working_directory: join(at, 'working'),
    metadata_directory: join(at, 'metadata'),
    job_directory: at,
    working_directory_contents: await namesIn(join(at, 'working')),
    metadata_directory_contents: await namesIn(join(at, 'metadata')),
    outputs_directory_contents: await namesIn(join(at, 'outputs')),
    job_directory_contents: (await namesIn(at)).filter((name) => !name.includes('/')),
    system_properties: { separator: '/' },
    realized_dynamic_file_sources: [],
  }
}

async function streamOf(at: string, stream: string): Promise<string | undefined> {
  const file = join(at, 'metadata', stream)
  if (!(await statIfThere(file))) return ''
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode((await readBytes(file)).subarray(0, 1_048_576))
  } catch {
    return undefined
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  if (!(await statIfThere(folder))) return []
  const names: string[] = []
  for (const entry of await readFolder(folder)) {
    if (!entry.isDirectory()) names.push(entry.name)
    else for (const name of await namesIn(join(folder, entry.name))) names.push(`${entry.name}/${name}`)
  }
  return names
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** A process with all that it started and that has not left it; nobody is warned. */
async function killTree(pid: number): Promise<void> {
  const script = `tree() { for child in $(ps -A -o pid= -o ppid= | awk -v of="$1" '$2 == of { print $1 }'); do tree "$child"; echo "$child"; done; }
kill -KILL $(tree ${pid}) ${pid} 2>/dev/null; true\n`
  await runProcess({ command: ['/bin/sh', '-s'], input: script, deadline: 60_000 })
}
