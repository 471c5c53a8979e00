import type { Queue, Scheduler } from '../scheduler.ts'
import { withPrelude } from '../with-prelude.ts'
import { findDialect } from './find-dialect.ts'
import type { PbsOptions } from './options.ts'

type Lines = Pick<Queue, 'list' | 'ids' | 'account' | 'find' | 'cancel'> & Pick<Scheduler, 'gone'>

/** The shell lines that ask and cancel. */
export function queueLines({ prelude, dialect }: PbsOptions): Lines {
  const lines = (text: string) => withPrelude(prelude, `${findDialect(dialect)}\n${asking}${text}`)
  return {
    list: lines(list),
    ids,
    account: lines(`${history}${account}`),
    find: lines(`${history}${find}`),
    cancel: withPrelude(prelude, cancel),
    gone: withPrelude(prelude, gone),
  }
}

/**
 * `ask_json WORDS...` and `ask_text WORDS...` print the answer of qstat. A job that ended since its id was known is no fault, whatever
 * the exit code; a server that cannot be reached is one. As text, only this user's jobs are printed, and a last line tells
 * that nothing was cut off. Each job gets its id and state once more as its
 * last attribute, by which it is known to be whole.
 */
const asking = `user=$(id -un)
unset PBS_QSTAT_NO_COMPLETE

ask_json() {
  { said=$({
    { qstat "$@" </dev/null 2>&4 3>&- 4>&-; echo "ended with $?" >&4; } | close_jobs >&3 4>&-
  } 4>&1); } 3>&1
  rest=$(printf '%s\\n' "$said" | grep -v -e 'Unknown Job' -e 'has finished' -e '^ended with' -e '^[[:space:]]*$')
  case $said in
    'ended with 0'|*'
ended with 0') return 0 ;;
    'ended with'*) ;;
    *) if [ -z "$rest" ]; then return 0; fi ;;
  esac
  printf '%s\\n' "\${rest:-qstat $said}" >&2
  return 1
}

close_jobs() {
  awk '
    /^[ \\t]*"[0-9]+[^"]*":[ \\t]*\\{[ \\t]*$/ { id = $0; indent = $0; sub(/^[ \\t]*"/, "", id); sub(/".*/, "", id); sub(/".*/, "", indent); state = "" }
    $1 == "\\"job_state\\":" && state == "" { state = substr($2, 2, 1) }
    id != "" && ($0 == indent "}" || $0 == indent "},") { print indent "\\t,\\"closes\\":\\t\\"" id " " state "\\""; id = "" }
    { print }'
}

ask_text() {
  { qstat "$@" </dev/null 2>&1; echo "ended with $?"; } | awk -v owner="$user@" '
    function close_one() { if (mine) printf "%s%scloses = %s %s\\n", block, indent, id, state; block = ""; mine = 0 }
    /^Job Id:/ { close_one(); inside = 1; id = $3; state = ""; indent = ($0 ~ /\\t/) ? "\\t" : "    " }
    /^ended with / { code = $3; next }
    /Unknown Job/ && /^qstat/ { next }
    /^qstat:/ || !inside { if ($0 != "") wrong = wrong $0 "\\n"; next }
    { if ($0 != "") block = block $0 "\\n" }
    $1 == "job_state" && state == "" { state = $3 }
    $1 == "Job_Owner" && index($3, owner) == 1 { mine = 1 }
    END {
      close_one()
      if (code == 0 || (code == 153 && wrong == "")) { print "# end"; exit 0 }
      printf "%s", (wrong == "" ? "qstat ended with code " code "\\n" : wrong) | "cat >&2"
      exit 1
    }'
}
`

/** `has_history` fails with 3 where the server keeps none, with 1 where it does not say. */
const history = `has_history() {
  server=$(qstat -B -f </dev/null) || return 1
  case $server in
    *'job_history_enable = True'*) return 0 ;;
    *Server:*) return 3 ;;
  esac
  echo "qstat -B does not describe the server" >&2
  return 1
}
`

/** Names and states are cut short in the brief forms. Of OpenPBS elements of arrays are asked for too. */
const list = `if [ "$dialect" = slurm ]; then ask_text -f; exit $?; fi
jobs=$(qselect -u "$user" </dev/null) || exit 1
if [ -z "$jobs" ]; then
  if [ "$dialect" = openpbs ]; then echo '{}'; else echo '# end'; fi
  exit 0
fi
# shellcheck disable=SC2086
if [ "$dialect" = openpbs ]; then ask_json -t -f -F json $jobs; else ask_text -f $jobs; fi`

const ids = `{ tr '{' '\\n'; echo; } | awk '
  function tell() { if (id != "") print (name == "" ? id : id " " name); id = name = "" }
  /^Job Id:/ { tell(); id = $3 }
  /"[0-9][^"]*"[ \\t]*:[ \\t]*$/ { tell(); id = $0; sub(/"[ \\t]*:[ \\t]*$/, "", id); sub(/.*"/, "", id) }
  name == "" && $1 == "Job_Name" && $2 == "=" { name = $3 }
  name == "" && match($0, /"Job_Name"[ \\t]*:[ \\t]*"[^"]*/) { name = substr($0, RSTART, RLENGTH); sub(/.*"/, "", name); sub(/[ \\t].*/, "", name) }
  END { tell() }'`

/** OpenPBS keeps a history where the site wants one. The others forget a job some minutes after its end. */
const account = `[ "$#" -eq 0 ] && exit 0
if [ "$dialect" != openpbs ]; then ask_text -f "$@"; exit $?; fi
answer=$(ask_json -x -f -F json "$@" 2>&1)
code=$?
case $code,$answer in
  *'job history'*|*job_history*) exit 3 ;;
  0,*'"Jobs"'*) printf '%s\\n' "$answer" ;;
  0,*) has_history || exit $? ;;
  *) printf '%s\\n' "$answer" >&2; exit 1 ;;
esac`

/** Without a history, a job that the queue does not have neither waits nor runs, and left its claim if it ran. */
const find = `if [ "$dialect" = slurm ]; then
  jobs=$(ask_text -f) || exit 1
  found=$(printf '%s\\n' "$jobs" | awk -v name="$1" '/^Job Id:/ { id = $3 } $1 == "Job_Name" && $3 == name { print id }')
else
  found=$(qselect -u "$user" -N "$1" </dev/null) || exit 1
fi
if [ -z "$found" ] && [ "$dialect" = openpbs ]; then
  has_history
  case $? in
    0) found=$(qselect -x -u "$user" -N "$1" </dev/null) || exit 1 ;;
    3) ;;
    *) exit 1 ;;
  esac
fi
[ -z "$found" ] || printf '%s\\n' "$found" | tail -n 1`

const cancel = `[ "$#" -eq 0 ] && exit 0
said=$(qdel "$@" </dev/null 2>&1)
code=$?
[ "$code" -eq 0 ] && exit 0
rest=$(printf '%s\\n' "$said" | grep -v -e 'Unknown Job' -e 'has finished' -e 'invalid for state of job' -e '^[[:space:]]*$')
# The wrappers count the jobs that they could not end, and say nothing of those that ended already.
[ -z "$rest" ] && [ "$code" -ne 127 ] && exit 0
printf '%s\\n' "\${rest:-qdel ended with code $code}" >&2
exit 1`

const gone = `said=$(qstat -f "$1" </dev/null 2>&1)
case $?,$said in
  153,|153,*'nknown Job'*|35,*'has finished'*) exit 0 ;;
esac
printf '%s\\n' "$said" | grep '^[[:space:]]*job_state = [CFX]$' >/dev/null`
