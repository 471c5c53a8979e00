import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/** Names a process for ever: a pid is used again, its start time on the same boot is not. */
export interface ProcessIdentity {
  readonly host: string
  /** Changes with each boot of the machine. */
  readonly boot: string
  /** Of the installed system, where it has one. */
  readonly machine?: string
  /** The pid namespace, on Linux: containers may share name and boot id, and none sees the processes of another. */
  readonly space?: string
  readonly pid: number
  /** When the process started, in the system's own unit. */
  readonly started: string
}

export async function identify(pid: number = process.pid): Promise<ProcessIdentity> {
  const [machine, space] = await Promise.all([machineId(), pidSpace()])
  return {
    host: hostname(),
    boot: await bootId(),
    ...(machine === undefined ? {} : { machine }),
    ...(space === undefined ? {} : { space }),
    pid,
    started: (await startOf(pid)) ?? 'gone',
  }
}

/** Whether one can look at the processes of the other; what only one of the two says tells nothing. */
export function sharesHost(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return isSameMachine(one, other) && !differ(one.space, other.space)
}

/** Whether the machine of both was started anew between them: whichever came first is dead, in whatever container it was. */
export function bootsDiffer(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return isSameMachine(one, other) && one.boot !== other.boot
}

function isSameMachine(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.host === other.host && !differ(one.machine, other.machine)
}

function differ(mine: string | undefined, its: string | undefined): boolean {
  return mine !== undefined && its !== undefined && mine !== its
}

/** Whether that very process still runs on this machine. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return identity.boot === (await bootId()) && identity.started === (await startOf(identity.pid))
}

async function machineId(): Promise<string | undefined> {
  try {
    return (await fs.readFile('/etc/machine-id', 'utf8')).trim() || undefined
  } catch {
    return undefined
  }
}

async function pidSpace(): Promise<string | undefined> {
  try {
    return await fs.readlink('/proc/self/ns/pid')
  } catch {
    return undefined
  }
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
