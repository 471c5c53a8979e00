import { spawn } from 'node:child_process'
import { AbeyanceError } from '../error.ts'
import { effect } from './effect.ts'

export interface ProcessRequest {
  readonly command: readonly [string, ...string[]]
  readonly input?: string | Uint8Array
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string
  /** Milliseconds after which the process is killed. */
  readonly deadline: number
  readonly signal?: AbortSignal
}

export interface ProcessAnswer {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

/**
 * Runs a process to its end and gives what it printed. It is killed at the deadline, or when the signal is aborted: with
 * its whole group, since a shell's child would live on and hold the streams open.
 */
export function runProcess(request: ProcessRequest): Promise<ProcessAnswer> {
  return effect('run', request.command[0], () => start(request))
}

function start(request: ProcessRequest): Promise<ProcessAnswer> {
  const [file, ...words] = request.command
  return new Promise((resolve, reject) => {
    if (request.signal?.aborted) return reject(aborted(file))
    const child = spawn(file, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // a group of its own
      ...(request.folder === undefined ? {} : { cwd: request.folder }),
      ...(request.environment === undefined ? {} : { env: request.environment }),
    })
    const stdout: Uint8Array[] = []
    const stderr: Uint8Array[] = []
    let fault: AbeyanceError | undefined
    const kill = (error: AbeyanceError) => {
      fault = error
      killGroup(child.pid)
      for (const stream of [child.stdout, child.stderr]) stream.destroy() // who left the group may hold them still
    }
    const late = () =>
      kill(
        new AbeyanceError(
          'request-timeout',
          `${file} gave no answer within ${request.deadline} ms and was stopped`,
        ),
      )
    const timer = setTimeout(late, Math.min(request.deadline, 2 ** 31 - 1))
    const abort = () => kill(aborted(file))
    request.signal?.addEventListener('abort', abort)
    child.stdout.on('data', (chunk: Uint8Array) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Uint8Array) => stderr.push(chunk))
    child.stdin.on('error', () => {}) // a process that ends without reading its input is no fault of ours
    child.stdin.end(request.input ?? '')
    const settle = () => {
      clearTimeout(timer)
      request.signal?.removeEventListener('abort', abort)
    }
    child.on('error', (error) => {
      settle()
      reject(
        new AbeyanceError(
          'transport-failed',
          `cannot start ${file}: ${error.message}; check that it is installed and on PATH`,
          { cause: error },
        ),
      )
    })
    child.on('close', (code, signal) => {
      settle()
      if (fault) reject(fault)
      else resolve({ code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) })
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

function aborted(file: string): AbeyanceError {
  return new AbeyanceError('aborted', `${file} was stopped because its request was aborted`)
}
