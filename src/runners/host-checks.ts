import type { HostCheck } from './runner.ts'
import type { Scheduler } from './scheduler.ts'

/** What is tried of a scheduler without any job: its commands, its queue, its accounting. */
export function hostChecks({ queue, version, checks = [] }: Scheduler): readonly HostCheck[] {
  if (!queue) return []
  return [
    ...(version === undefined ? [] : [{ what: "the scheduler's commands", script: version }]),
    {
      what: 'the queue can be listed',
      script: `listing=$(\n${queue.list}\n) || exit 1
jobs=$(printf '%s\\n' "$listing" | ${queue.ids} | wc -l)
echo "$((jobs)) jobs of $(id -un)"`,
    },
    {
      what: 'accounting',
      // A number that is hardly anybody's: what counts is whether there is an answer.
      script: `account() {\n${queue.account}\n}
account 1 >/dev/null
case $? in
  0) echo 'answers' ;;
  3) echo 'is off: why a job was killed is not always known, and what vanished without a trace is lost' ;;
  *) exit 1 ;;
esac`,
    },
    ...checks,
  ]
}
