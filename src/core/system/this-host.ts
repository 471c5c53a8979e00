import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/** Names a process for ever: a pid is used again, its start time on the same boot is not. */
export interface ProcessIdentity {
  readonly host: string
  /** Changes with each boot of the machine. */
  readonly boot: string
  readonly pid: number
  /** When the process started, in the system's own unit. */
  readonly started: string
}

export async function identify(pid: number = process.pid): Promise<ProcessIdentity> {
  return { host: hostname(), boot: await bootId(), pid, started: (await startOf(pid)) ?? 'gone' }
}

/** Whether that very process still runs on this machine. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return identity.boot === (await bootId()) && identity.started === (await startOf(identity.pid))
}

async function bootId(): Promise<string> {
  try {
    return (await fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  } catch {
    return (await ask('sysctl', '-n', 'kern.boottime')) ?? 'unknown'
  }
}

/** Field 22 of /proc/PID/stat, or what `ps` says where there is no /proc; undefined for a process that is gone or a zombie. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const line = await fs.readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return process.platform === 'linux' ? undefined : ask('ps', '-o', 'lstart=', '-p', String(pid))
  }
}

async function ask(command: string, ...words: string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(command, words, { timeout: 5000 })).stdout.trim() || undefined
  } catch {
    return undefined
  }
}
