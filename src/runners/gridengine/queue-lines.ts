import type { Queue, Scheduler } from '../scheduler.ts'
import { withPrelude } from '../with-prelude.ts'
import type { GridEngineOptions } from './options.ts'

type Lines = Pick<Queue, 'list' | 'ids' | 'account' | 'find' | 'cancel'> & Pick<Scheduler, 'gone'>

/** The shell lines that ask and cancel. Errors are told apart by their words: the exit code is 1 for all of them. */
export function queueLines({ prelude }: GridEngineOptions): Lines {
  return {
    list: withPrelude(prelude, list),
    ids,
    account: withPrelude(prelude, account),
    find: withPrelude(prelude, find),
    cancel: withPrelude(prelude, cancel),
    gone: withPrelude(prelude, `qstat -j "\${1%%.*}" 2>&1 </dev/null | grep 'do not exist' >/dev/null`),
  }
}

/** Said in full: a site's or a user's `.sge_qstat` may ask for less by default. */
const list = `qstat -xml -s prs -u "$(id -un)" </dev/null`

/** The elements of an array come out one by one, and the array itself, each with its name. */
const ids = `tr '<' '\\n' | awk -F'>' '
function expand(tasks, parts, ends, n, i, t, step) {
  n = split(tasks, parts, ",")
  for (i = 1; i <= n; i++) {
    if (split(parts[i], ends, "[-:]") == 1) { print id "." (ends[1] + 0), name; continue }
    step = ends[3] + 0 > 0 ? ends[3] + 0 : 1
    for (t = ends[1] + 0; t <= ends[2] + 0 && ++printed < 100000; t += step) print id "." t, name
  }
}
$1 == "JB_job_number" { id = $2 + 0; name = "" }
$1 == "JB_name" { name = $2; sub(/[ \\t].*/, "", name) }
$1 == "tasks" { gsub(/[^0-9,:-]/, "", $2); expand($2) }
$1 == "/job_list" && id { print id, name; id = 0 }'`

/**
 * Few jobs one by one, since qacct finds a number fast; many by one pass over all that this user ran. Each record gets a
 * last line of ours, by which it is known to be whole.
 */
const account = `close_records() {
  awk -v wanted="$*" '
    BEGIN { n = split(wanted, ids, " "); for (i = 1; i <= n; i++) { sub(/\\..*/, "", ids[i]); want[ids[i]] = 1 } }
    function close_one() { if (job in want) printf "%sof %s.%s failed %s\\n", text, job, task, failed; text = ""; job = ""; inside = 1 }
    /^ended with / { code = $3; next }
    /^=====/ || /^OWNER / { close_one() }
    !inside { said = said $0 "\\n" }
    { text = text $0 "\\n" }
    $1 == "jobnumber" { job = $2 }
    $1 == "taskid" { task = $2 }
    $1 == "failed" { failed = $2 }
    END {
      close_one()
      if (said ~ /No such file/) exit 3
      if (code && said !~ / not found/) { printf "%s", said | "cat >&2"; exit 1 }
    }'
}
if [ "$#" -gt 8 ]; then
  { qacct -o "$(id -un)" -j </dev/null 2>&1; echo "ended with $?"; } | close_records "$@"
  exit $?
fi
for id in "$@"; do
  { qacct -j "\${id%%.*}" </dev/null 2>&1; echo "ended with $?"; } | close_records "$id" || exit $?
done`

/**
 * With accounting off, a job that the queue does not have neither waits nor runs, and left its claim if it ran.
 * An hour's grace: the clock may have been set back in between, or be another host's.
 */
const find = `queue=$(qstat -xml -s prs -u "$(id -un)" </dev/null) || exit 1
found=$(printf '%s\\n' "$queue" | tr '<' '\\n' | awk -F'>' -v name="$1" '
  $1 == "JB_job_number" { id = $2 + 0 }
  $1 == "JB_name" && $2 == name && !found { print id; found = 1 }')
if [ -n "$found" ]; then echo "$found"; exit 0; fi
said=$(qacct -j "$1" -o "$(id -un)" </dev/null 2>&1)
case $?,$said in
  0,*) ;;
  *' not found'*) exit 0 ;;
  *'No such file'*) exit 0 ;;
  *) printf '%s\\n' "$said" >&2; exit 1 ;;
esac
since=$(($2 - 3600))
since=$(date -d "@$since" +%Y%m%d%H%M%S 2>/dev/null || date -r "$since" +%Y%m%d%H%M%S 2>/dev/null || echo 0)
printf '%s\\n' "$said" | awk -v since="$since" '
  function two(text) { return sprintf("%02d", text) }
  $1 == "jobnumber" { id = $2 }
  $1 == "qsub_time" && split($2, day, "/") == 3 { when = day[3] day[1] day[2] $3 }
  $1 == "qsub_time" && NF == 6 { when = $6 two((index("JanFebMarAprMayJunJulAugSepOctNovDec", $3) + 2) / 3) two($4) $5 }
  $1 == "qsub_time" { gsub(/[^0-9]/, "", when); if (substr(when, 1, 14) >= since "") found = id }
  END { if (found) print found }'`

const cancel = `[ "$#" -eq 0 ] && exit 0
said=$(qdel "$@" </dev/null 2>&1)
code=$?
[ "$code" -eq 0 ] && exit 0
rest=$(printf '%s\\n' "$said" | grep -v -e 'does not exist' -e 'has deleted job' -e 'has registered the job' \\
  -e 'already in deletion' -e '^[.[:space:]]*$')
[ -n "$said" ] && [ -z "$rest" ] && exit 0
printf '%s\\n' "\${rest:-qdel ended with code $code}" >&2
exit 1`
