import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { isJsonObject } from '../../../src/core/json.ts'
import { command } from '../../../src/notifiers/command.ts'
import type { Notifier } from '../../../src/notifiers/notifier.ts'
import { readDocumentOrThrow } from '../../../src/pipeline/read-document.ts'
import { isFinal } from '../../../src/records/job-state.ts'
import { lowdbStore } from '../../../src/records/lowdb.ts'
import type { RecordStore } from '../../../src/records/record-store.ts'
import { local as processes } from '../../../src/runners/local.ts'
import { local } from '../../../src/transports/local.ts'
import type { Transport } from '../../../src/transports/transport.ts'
import { catalogOf } from '../../../src/workspace/known-types.ts'
import type { Destination, OpenOptions } from '../../../src/workspace/open-options.ts'
import { openWorkspace } from '../../../src/workspace/open-workspace.ts'
import type { Workspace } from '../../../src/workspace/workspace.ts'
import { answerAll } from './answer-all.ts'
import { askingPipeline, endlessPipeline, killedPipeline } from './document.ts'
import { enumerateEffects, purpose } from './effects.ts'
import { notingModules } from './modules.ts'
import { exitDone, exitFailed, places, type Orders } from './orders.ts'
import { remoteHost } from './remote-host.ts'

/** The engine in a process of its own, which goes on with whatever an earlier one left and does what it is told. */
async function main(orders: Orders): Promise<number> {
  const { folder, task } = orders
  enumerateEffects(orders)
  process.env['KILL_ENGINE'] = String(process.pid) // for the shell that may be told to kill it
  const modules = notingModules(folder)
  const store = await lowdbStore(join(folder, places.records), { snapshotAfter: 3000 })
  const host = orders.remote ? await remoteHost(orders, kindOf) : thisMachine(orders)
  const options = openOptions(orders, modules, store, host.destination)
  const workspace = await openWorkspace(join(folder, places.workspace), options)
  const isEndless = task === 'cancel' || task === 'stop'
  const text =
    task === 'answer' ? askingPipeline : isEndless ? endlessPipeline(folder) : killedPipeline(folder)
  const pipeline = await readDocumentOrThrow(text, { catalog: catalogOf({ modules }), file: 'killed.yaml' })
  const run = await workspace.start(pipeline, { key: 'the one run' })
  if (isEndless && run.record.state === 'open') {
    const executed = join(folder, places.executed, 'endless')
    await until('the job runs', () => Promise.resolve(existsSync(executed)))
    await (task === 'stop' ? stopJobs(workspace) : workspace.cancelRun(run.id))
  }
  if (task === 'answer') await answerAll(workspace, run, folder)
  if (task === 'retry') await retryWhatFailed(workspace)
  const end = await run.ended()
  if (end.kind === 'failed')
    process.stdout.write(
      `${JSON.stringify(end.failures.map(({ module, reason, error }) => ({ module, reason, message: error.message })))}\n`,
    )
  await until('all jobs have ended', async () =>
    (await workspace.jobs()).every(({ state }) => isFinal(state)),
  )
  await until('all notices are delivered', async () => (await anyOf(store.all('notice'))) === undefined)
  await workspace.close()
  await host.close()
  return end.kind === 'failed' && task !== 'stop' ? exitFailed : exitDone
}

function openOptions(
  orders: Orders,
  modules: OpenOptions['modules'] & object,
  store: RecordStore,
  destination: Destination,
): OpenOptions {
  const transport = counting(destination.transport, orders)
  return {
    modules,
    store,
    destinations: { local: { ...destination, transport } },
    notifiers: { noting: noting(join(orders.folder, places.notices)) },
    notices: [
      {
        on: ['job-ended', 'run-finished', 'run-failed', 'approval-needed', 'callback-awaited'],
        to: ['noting'],
      },
    ],
    monitor: {
      quickest: 10,
      slowest: 100,
      wakeGap: 5,
      thoroughEvery: 100,
      lostGrace: 50,
      firstRetry: 20,
      submitAgain: 20,
    },
    logger: {
      debug() {},
      info() {},
      warn: (details, message) => process.stderr.write(`${message} ${JSON.stringify(details)}\n`),
      error: (details, message) => process.stderr.write(`${message} ${JSON.stringify(details)}\n`),
    },
  }
}

function thisMachine({ folder, shell }: Orders): { destination: Destination; close(): Promise<void> } {
  const transport = local(shell === undefined ? {} : { shell })
  return {
    destination: { runner: processes(), transport, workFolder: join(folder, places.work) },
    close: async () => {},
  }
}

/** Says what every request is for, to whoever enumerates effects and to the shell that counts its commands. */
function counting(transport: Transport, { counted }: Orders): Transport {
  return {
    ...transport,
    run(script, options) {
      const kind = kindOf(script)
      const isOurs = counted?.script === kind && script.includes(counted.job)
      return purpose.run(kind, () => transport.run(isOurs ? `kill_kind=${kind}\n${script}` : script, options))
    },
  }
}

function kindOf(script: string): string {
  if (/\nsubmit_(?:once|array) /.test(script)) return 'submit'
  if (script.includes('\nstop_all ')) return 'cancel'
  return script.includes('\nread_spool\n') ? 'look' : 'settle'
}

function noting(path: string): Notifier {
  const program = 'printf "%s %s\\n" "$ABEYANCE_NOTICE_ID" "$ABEYANCE_NOTICE_EVENT" >>"$0"'
  const notifier = command({ command: ['/bin/sh', '-c', program, path] })
  return { notify: (notice, context) => purpose.run('notify', () => notifier.notify(notice, context)) }
}

/** What a person would do; a run that is over already was asked for by the process before. */
async function retryWhatFailed(workspace: Workspace): Promise<void> {
  for (const job of await workspace.jobs()) {
    if (job.state.kind !== 'failed' && job.state.kind !== 'lost') continue
    const answer = await workspace.retryJob(job.key)
    if (answer.kind === 'may-still-run') throw new Error(`${job.name}: ${answer.evidence.text}`)
  }
}

async function stopJobs(workspace: Workspace): Promise<void> {
  for (const { key } of await workspace.jobs()) await workspace.stopJob(key, { evenIfNeeded: true })
}

async function anyOf<T>(all: AsyncIterable<T>): Promise<T | undefined> {
  for await (const one of all) return one
  return undefined
}

const patience = 50_000

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(5)) if (await holds()) return
  throw new Error(`it did not come to pass within ${patience} ms that ${what}`)
}

const orders: unknown = JSON.parse(process.argv[2] ?? '')
if (isOrders(orders)) process.exitCode = await main(orders)

function isOrders(value: unknown): value is Orders {
  return isJsonObject(value) && typeof value['folder'] === 'string' && typeof value['task'] === 'string'
}
