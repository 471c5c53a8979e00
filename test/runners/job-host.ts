import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/core/clock.ts'
import { tag, workspaceId, type Tag } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import type { JobReport } from '../../src/runners/job-report.ts'
import type { JobSpec } from '../../src/runners/job-spec.ts'
import { local } from '../../src/runners/local.ts'
import type { Runner, RunnerContext, Submission } from '../../src/runners/runner.ts'
import { openObjects } from '../../src/staging/objects.ts'
import { local as thisMachine } from '../../src/transports/local.ts'

/** A runner for real processes in a folder of its own. */
export interface JobHost {
  readonly folder: string
  readonly context: RunnerContext
  readonly runner: Runner
  /** The folder of an attempt, or something in it. */
  path(tag: Tag, inside?: string): string
  read(tag: Tag, inside: string): Promise<string>
  files(tag: Tag): Promise<readonly string[]>
  submit(spec: JobSpec, as?: Tag): Promise<Tag>
  look(tag: Tag): Promise<JobReport>
  /** Looks until the report is of one of these kinds. */
  until(tag: Tag, ...kinds: readonly JobReport['kind'][]): Promise<JobReport>
  close(): Promise<void>
}

export async function openJobHost(more: { shell?: string; logCap?: number } = {}): Promise<JobHost> {
  const folder = await mkdtemp(join(tmpdir(), "abeyance it's $a "))
  const context: RunnerContext = {
    transport: thisMachine(more.shell === undefined ? {} : { shell: more.shell }),
    workFolder: join(folder, 'work'),
    workspace: workspaceId('w'),
    objects: await openObjects(join(folder, 'objects')),
    logFolder: join(folder, 'logs'),
    endpointFolder: join(folder, 'endpoint'),
    logCap: more.logCap ?? 2 ** 26,
    clock: systemClock,
    logger: silent,
    wake() {},
  }
  const runner = local().open(context)
  const path = (of: Tag, inside = '') => join(folder, 'work', 'w', of, inside)
  const open = new Set<Tag>()
  let count = 0
  const host: JobHost = {
    folder,
    context,
    runner,
    path,
    read: (of, inside) => readFile(path(of, inside), 'utf8'),
    files: (of) => readdir(path(of)),
    async submit(spec, as = tag(`jtest${++count}`)) {
      open.add(as)
      const answer = (await runner.submit([submission(as, spec)], {})).get(as)
      assert.equal(answer?.kind, 'accepted', JSON.stringify(answer))
      return as
    },
    async look(of) {
      const { reports } = await runner.look({ jobs: [of], doubtful: new Set([of]), ranges: [] }, {})
      return reports.get(of) ?? assert.fail('no report')
    },
    async until(of, ...kinds) {
      return eventually(async () => {
        const report = await host.look(of)
        assert.ok(kinds.includes(report.kind), JSON.stringify(report))
        return report
      })
    },
    async close() {
      await runner.cancel([...open], {})
      await runner.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  return host
}

export function submission(of: Tag, spec: JobSpec): Submission {
  return { tag: of, name: `test of ${of}`, attempt: 1, spec }
}

export function script(text: string, more: Partial<JobSpec> = {}): JobSpec {
  return jobSpec({ run: { kind: 'script', script: text, shell: 'bash', arguments: [] }, ...more })
}

export function command(words: readonly string[], more: Partial<JobSpec> = {}): JobSpec {
  return jobSpec({ run: { kind: 'command', words: words.map((word) => [word]) }, ...more })
}

function jobSpec(more: Pick<JobSpec, 'run'> & Partial<JobSpec>): JobSpec {
  return { staged: [], variables: {}, environment: {}, outputs: {}, resources: {}, load: [], ...more }
}

/** Tries until it does not throw, for 45 seconds at most; what it threw last is the error. */
export async function eventually<T>(act: () => Promise<T>): Promise<T> {
  const end = Date.now() + 45_000
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Whether a process with this id runs, zombies aside. */
export async function runs(pid: number): Promise<boolean> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8')
    return !/^[ZX]/.test(line.slice(line.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}
