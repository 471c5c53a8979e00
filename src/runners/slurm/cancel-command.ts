import type { SlurmOptions } from './options.ts'
import { clusterFlag, withSlurm } from './slurm-commands.ts'

/** Shell for `Queue.cancel`. What ended already, or is forgotten, is said in other words by other versions, with code 0 or not. */
export function cancelCommand(options: SlurmOptions): string {
  return withSlurm(
    options,
    `batch='' count=0 failed=no
send() {
  # shellcheck disable=SC2086
  answer=$(scancel${clusterFlag(options)} -Q $batch 2>&1) || {
    case $answer in '') failed=yes ;; esac
    others=$(printf '%s\\n' "$answer" | grep -v -e 'Invalid job id specified' -e 'already completing or completed')
    if [ -n "$others" ]; then
      printf '%s\\n' "$others" >&2
      failed=yes
    fi
  }
  batch='' count=0
}
for id in "$@"; do
  case $id in ''|*[!0-9_+]*) continue ;; esac
  batch="$batch $id" count=$((count + 1))
  if [ "$count" -ge 200 ]; then send; fi
done
if [ -n "$batch" ]; then send; fi
[ "$failed" = no ]`,
  )
}
