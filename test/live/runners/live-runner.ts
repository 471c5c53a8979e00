import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/core/clock.ts'
import { AbeyanceError } from '../../../src/core/error.ts'
import { workspaceId } from '../../../src/core/ids.ts'
import { silent } from '../../../src/core/logger.ts'
import { gridengine } from '../../../src/runners/gridengine.ts'
import { local } from '../../../src/runners/local.ts'
import { pbs } from '../../../src/runners/pbs.ts'
import type { Runner, RunnerContext, RunnerKind } from '../../../src/runners/runner.ts'
import { slurm } from '../../../src/runners/slurm.ts'
import { openObjects } from '../../../src/staging/objects.ts'
import type { RunnerSubject } from '../../../src/testing/runner-subject.ts'
import { ssh } from '../../../src/transports/ssh.ts'
import { gridenginePrelude, liveUser, sshSettings, torquePrelude, workFolder } from '../servers/servers.ts'
import { chown } from './chown.ts'

/** A runner of each kind, as an ordinary user over SSH. */
export const kinds: Readonly<Record<string, () => RunnerKind>> = {
  local: () => local(),
  slurm: () => slurm({ messageTimeout: 15_000 }),
  gridengine: () => gridengine({ prelude: gridenginePrelude }),
  pbs: () => pbs({ dialect: 'slurm', prelude: torquePrelude }),
}

export interface LiveRunner extends RunnerSubject {
  readonly context: RunnerContext
  /** Runs shell lines there, and gives what they print. */
  run(script: string): Promise<string>
}

let count = 0

export async function openLiveRunner(
  kind: RunnerKind,
  more: Pick<RunnerContext, 'arrays'> = {},
): Promise<LiveRunner> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-runner-'))
  const shared = join(workFolder, `runner ${process.pid} ${++count}`)
  await mkdir(shared)
  chown(shared, liveUser)
  const machine = ssh(sshSettings())
  let isCut = false
  const cut =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
    (...args: A) =>
      isCut ? Promise.reject(new AbeyanceError('unreachable', 'cut off by the test')) : call(...args)
  const transport = {
    ...machine,
    run: cut(machine.run),
    read: cut(machine.read),
    write: cut(machine.write),
    fetch: cut(machine.fetch),
    list: cut(machine.list),
  }
  const context: RunnerContext = {
    transport,
    workFolder: join(shared, 'work'),
    workspace: workspaceId('live'),
    objects: await openObjects(join(folder, 'objects')),
    logFolder: join(folder, 'logs'),
    endpointFolder: join(folder, 'endpoint'),
    logCap: 2 ** 20,
    schedulerCommandsPerHour: 1200,
    clock: systemClock,
    logger: silent,
    wake() {},
    ...more,
  }
  const opened: Runner[] = []
  const open = () => {
    const runner = kind.open(context)
    opened.push(runner)
    return runner
  }
  return {
    runner: open(),
    again: async () => open(),
    context,
    shared,
    reachable: (yes) => {
      isCut = !yes
    },
    async run(script) {
      const { stdout } = await machine.run(`{ ${script}\n} </dev/null`, { deadline: 60_000 })
      return new TextDecoder().decode(stdout)
    },
    async close() {
      for (const runner of opened) await runner.close()
      await machine.close()
      await rm(folder, { recursive: true, force: true })
      await rm(shared, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
