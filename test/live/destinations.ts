import { torquePrelude, type Server } from './servers/servers.ts'

/** A destination on the servers of the tests, as abeyance.yaml would name it. */
export interface LiveDestination {
  readonly name: string
  readonly runner: string
  readonly options?: Readonly<Record<string, string | boolean>>
  readonly needs: readonly Server[]
}

export const destinations: readonly LiveDestination[] = [
  { name: 'plain processes', runner: 'local', needs: ['sshd'] },
  { name: 'Slurm', runner: 'slurm', needs: ['sshd', 'slurm'] },
  { name: 'Grid Engine', runner: 'gridengine', needs: ['sshd', 'gridengine'] },
  {
    name: 'PBS',
    runner: 'pbs',
    options: { dialect: 'slurm', prelude: torquePrelude },
    needs: ['sshd', 'slurm', 'torque'],
  },
]
