import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quote } from '../../src/core/quote.ts'
import type { Subject } from './build-subject.ts'
import type { Orders } from './subject/orders.ts'

/** How a process of the engine ended. */
export interface EngineEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly said: string
}

/** What the shell that kills is told, as its trap reads it. */
export interface ScriptOrders {
  readonly script: string
  readonly job: string
  readonly at: number
  readonly key: string
  readonly victim: 'shell' | 'group' | 'engine' | 'all'
}

const longest = { here: 60_000, remote: 300_000 }

/** Runs the engine's process to its end, or until it was killed. One that hangs is ended, and says so. */
export async function engineChild(
  subject: Subject,
  orders: Orders,
  inScripts?: ScriptOrders,
): Promise<EngineEnd> {
  const remote = subject.remote !== undefined
  const all: Orders = {
    ...orders,
    ...(subject.remote && { remote: subject.remote.kind }),
    ...(inScripts && {
      shell: remote ? await remoteShell(subject, orders.folder, inScripts) : subject.shell,
      counted: { script: inScripts.script, job: inScripts.job },
    }),
  }
  const child = spawn(process.execPath, [subject.engine, JSON.stringify(all)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...plainEnvironment(), ...(inScripts && variablesOf(orders.folder, inScripts)) },
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const most = remote ? longest.remote : longest.here
  const timer = setTimeout(() => {
    said += `it did not end within ${most} ms\n`
    child.kill('SIGKILL')
  }, most)
  await once(child, 'exit')
  clearTimeout(timer)
  // Jobs of it may hold the streams open; what it said itself is there by now.
  child.stdout.destroy()
  child.stderr.destroy()
  return { code: child.exitCode, signal: child.signalCode, said }
}

/** Ours, but that no coverage is taken: a process that is killed leaves none, and the others would be slowed down by it. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_V8_COVERAGE: _, ...environment } = process.env
  return environment
}

/** On a host nothing of this process's environment is known: a shell of its own for this point brings it. */
async function remoteShell({ shell }: Subject, folder: string, orders: ScriptOrders): Promise<string> {
  const exports = Object.entries(variablesOf(folder, orders)).map(
    ([name, value]) => `export ${name}=${quote(value ?? '')}\n`,
  )
  const path = join(folder, 'shell')
  await writeFile(path, `#!/bin/sh\n${exports.join('')}exec ${quote(shell)} "$@"\n`, { mode: 0o755 })
  return path
}

function variablesOf(folder: string, { script, job, at, key, victim }: ScriptOrders): NodeJS.ProcessEnv {
  return {
    KILL_FOLDER: folder,
    KILL_SCRIPT: script,
    KILL_JOB: job,
    KILL_AT: String(at),
    KILL_KEY: key,
    KILL_VICTIM: victim,
  }
}
