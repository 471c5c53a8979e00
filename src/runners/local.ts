import { commandRunner } from './command-runner.ts'
import type { RunnerKind } from './runner.ts'
import type { Scheduler } from './scheduler.ts'

/** Plain processes on the machine that the transport leads to, each job a process group of its own. */
export function local(): RunnerKind {
  return commandRunner(processes)
}

/** What of it differs from a scheduler's. */
export const processes: Scheduler = {
  kind: 'local',
  cannot: ['gpus', 'partition', 'account', 'flags'],
  identity: '  native=$pid-$pid_start',
  submit: () => `detach "$shell" job/wrapper "$PWD" </dev/null >>wrapper.log 2>&1 &
native=$!
read_process "$native" && native=$native-$start`,
  gone: '! is_alive "${1%-*}" "${1#*-}"',
}
