import type { Queue } from '../scheduler.ts'
import type { SlurmOptions } from './options.ts'
import { sacctFields } from './read-sacct.ts'
import { clusterFlag, withSlurm } from './slurm-commands.ts'

/**
 * What sacct is asked. Names are looked for in the queue first, which has every job that waits or runs, held and dependent ones
 * and those of the last seconds too; accounting has none of these by name.
 */
export function askAccounting(options: SlurmOptions): Pick<Queue, 'account' | 'find'> {
  const sacct = `sacct${clusterFlag(options)} -n -P -X -D`
  const squeue = `squeue${clusterFlag(options)} -h -a -r -t all`
  return {
    account: withSlurm(
      options,
      `echo "uid $(id -u)"
command -v sacct >/dev/null 2>&1 || exit 3
batch='' count=0
ask() {
  answer=$(${sacct} -S 2000-01-01 -j "$batch" -o ${sacctFields} 2>&1) || {
    printf '%s\\n' "$answer" >&2
    case $answer in *'accounting storage is disabled'*) exit 3 ;; esac
    exit 1
  }
  printf '%s\\n' "$answer"
  batch='' count=0
}
for id in "$@"; do
  # Asked for one task, sacct has nothing where tasks ended that still waited together.
  id=\${id%%_*}
  case $id in ''|*[!0-9+]*) continue ;; esac
  case ",$batch," in *",$id,"*) continue ;; esac
  batch=$batch\${batch:+,}$id count=$((count + 1))
  if [ "$count" -ge 200 ]; then ask; fi
done
if [ -n "$batch" ]; then ask; fi`,
    ),
    find: withSlurm(
      options,
      `name=$1 since=$(($2 - ${skew}))
me=$(id -u) || exit 1
SLURM_TIME_FORMAT=%s
${newest}
answer=$(${squeue} -u "$me" --name="$name" -o '%V|%i|%j') || exit 1
native=$(printf '%s\\n' "$answer" | newest) || exit 1
if [ -z "$native" ] && command -v sacct >/dev/null 2>&1; then
  answer=$(${sacct} -u "$me" --name="$name" -S "now-$(($(date +%s) - since))seconds" -o Submit,JobID,JobName 2>&1) || {
    case $answer in *'accounting storage is disabled'*) exit 0 ;; esac
    printf '%s\\n' "$answer" >&2
    exit 1
  }
  native=$(printf '%s\\n' "$answer" | newest) || exit 1
fi
if [ -n "$native" ]; then printf '%s\\n' "$native"; fi`,
    ),
  }
}

/** Seconds by which a submit time may be before ours: it is the controller's, and munge takes no more between two clocks. */
const skew = 300

/**
 * Shell function, a filter: from `seconds|id|name` to the id of the job that was submitted last under `$name`. It fails where
 * a time cannot be read. Parts of a heterogeneous job but the first are not jobs of their own here; of an array its own id is given.
 */
const newest = `newest() {
  awk -F '|' -v name="$name" -v since="$since" '
    $3 != name || $2 ~ /[+][1-9]/ { next }
    $1 !~ /^[0-9]+$/ { spoiled = 1; next }
    $1 + 0 >= since + 0 && $1 + 0 >= last + 0 { last = $1; id = $2 }
    END { if (spoiled) exit 1; sub(/([+]0|_.*)$/, "", id); if (id != "") print id }'
}`
