import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Does something to a server, such as `control('sshd', 'stop')`, and returns when it is done. */
export async function control(
  server: 'sshd' | 'slurm' | 'gridengine' | 'pulsar' | 'rabbitmq',
  action:
    | 'start'
    | 'stop'
    | 'restart-controller'
    | 'kill'
    | 'stop-broker'
    | 'start-broker'
    | 'kill-pulsar'
    | 'start-pulsar',
): Promise<void> {
  await promisify(execFile)('bash', [join(import.meta.dirname, `${server}.sh`), action], { timeout: 240_000 })
}
