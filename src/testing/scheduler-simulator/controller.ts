/**
 * The controller and the nodes, as one POSIX shell program: each deed is a process of its own, and the log is what they
 * agree by. It is called by the programs and by `openSimulator`.
 *
 *     accept SECONDS MESSAGE FIELD...   appends the submission, prints its id, has a node start it
 *     start ID RUN                      a node: starts a run, waits for it and says how it ended
 *     dispatch                          has nodes start what waits
 *     end cancel ID UID | kill ID CAUSE | requeue ID | preempt ID      stops a running job, for a cause
 *     crash ID | part ID                its node dies with it | is held for dead, and is not
 *     expire ID RUN SECONDS             the walltime
 */
export const controller = `
accept() {
  if [ "$1" != 0 ]; then sleep "$1"; fi
  shift
  message=$1
  now
  log submit "$@"
  id=$(ask id-of "$message")
  # A client that was killed reads no more: what is accepted starts all the same.
  trap '' PIPE
  echo "$id" 2>/dev/null
  trap - PIPE
  exec >/dev/null 2>&1
  wait_for_turn "$delay"
  begun=$id
  for word in "$@"; do
    case $word in
      held=yes) exit 0 ;;
      array=?*) begun='' ;;
    esac
  done
  if [ -n "$begun" ]; then begin "$id" 0; else dispatch; fi
}

# wait_for_turn MILLISECONDS: the time a job waits before it is looked at. Virtual time passes by \`advance\` alone.
wait_for_turn() {
  [ "$1" -gt 0 ] || return 0
  if [ -e "$sim/clock" ]; then exit 0; fi
  tell later "$1"
  exit 0
}
later() {
  sleep "$(($1 / 1000)).$(printf '%03d' "$(($1 % 1000))")"
  dispatch
}

# begin ID RUN: by a process that leads all that the job starts.
begin() { tell start "$1" "$2"; }

dispatch() {
  now
  ask startable | while read -r id run; do begin "$id" "$run"; done
}

start() {
  id=$1 run=$2 node=n$(((\${1##*_} + $2) % 4 + 1))
  now
  log start "$id" "$run" "$node" "$$"
  # Of several that want to start it, the log has one first.
  facts=$(ask run-of "$id")
  IFS=$tab read -r message leader its_run limit raw <<FACTS
$facts
FACTS
  if [ "$leader" != "$$" ] || [ "$its_run" != "$run" ]; then exit 0; fi
  spool=$sim/jobs/$message
  if fault startsTwice; then launch second & fi
  launch run &
  child=$!
  timer=''
  if [ "$limit" -gt 0 ] && [ ! -e "$sim/clock" ]; then
    detach /bin/sh "$sim/lib/controller" expire "$id" "$run" "$limit" &
    timer=$!
  fi
  wait "$child"
  code=$? signal=0
  if [ "$code" -gt 128 ]; then signal=$((code - 128)) code=0; fi
  if [ -e "$spool/failed.$run" ]; then read -r code signal <"$spool/failed.$run"; fi
  if [ -n "$timer" ]; then kill -KILL "-$timer" 2>/dev/null; fi
  now
  case $(outcome) in
    again)
      log requeue "$id"
      log end "$id" "$run" "$code" "$signal" ;;
    error) log error "$id" "$run" "$code" ;;
    *) log end "$id" "$run" "$code" "$signal" ;;
  esac
  ask next "$id" | while read -r next its_run; do
    if [ "$next" = again ]; then wait_for_turn "$requeue_delay"; else begin "$next" "$its_run"; fi
  done
}

launch() {
  exec env simulated_spool="$spool" simulated_id="$id" simulated_raw="$raw" simulated_run="$run" simulated_node="$node" \\
    simulated_sim="$sim" simulated_copy="$1" /bin/sh "$sim/lib/launch"
}

expire() {
  sleep "$3"
  now
  facts=$(ask run-of "$1")
  IFS=$tab read -r _ _ run _ <<FACTS
$facts
FACTS
  # Not from the session that it is about to end.
  if [ "$run" = "$2" ]; then detach /bin/sh "$sim/lib/controller" end kill "$1" walltime & fi
}

# end WORD ID MORE...: writes it down, then has the processes ended.
end() {
  now
  log "$@"
  tell stop "$2"
}

# stop ID: ends the processes of a job: TERM, and KILL after a while.
stop() {
  now
  leader=$(ask leader-of "$1")
  if [ -z "$leader" ]; then
    dispatch
    return
  fi
  tree=$(processes_under "$leader")
  if [ "$gentle" = yes ]; then
    send CONT "$tree"
    send TERM "$tree"
    turns=$((kill_wait / 50))
  else turns=0; fi
  while [ "$(ask leader-of "$1")" = "$leader" ]; do
    turns=$((turns - 1))
    if [ "$turns" -le 0 ]; then send KILL "$tree $(processes_under "$leader")"; fi
    if [ "$turns" -le -200 ]; then break; fi
    sleep 0.05
  done
}

# send SIGNAL PIDS
send() {
  # shellcheck disable=SC2086
  if [ -n "\${2# }" ]; then kill "-$1" $2 2>/dev/null; fi
}

# processes_under PID: what a node's process started, and they, and so on. Of 0: those of all nodes, and the nodes.
# A pid is used again, so a process counts for a node only when it was called as one. Parents first: a shell hears of its end
# before what it waits for is gone, as where all hear at once.
processes_under() {
  ps -A -o pid= -o ppid= -o args= | sim_top=$1 sim_called="$sim/lib/controller " sim_me=$$ awk '
    { parent[$1] = $2; if (index($0, ENVIRON["sim_called"])) called[$1] = 1 }
    function depth(pid, n) {
      for (n = 0; n < 100 && pid in parent; n++) pid = parent[pid]
      return n
    }
    function is_under(pid, top, n) {
      for (n = 0; n < 100 && pid in parent; n++) {
        if (pid == top) return 1
        pid = parent[pid]
      }
    }
    END {
      top = ENVIRON["sim_top"]
      for (pid in parent) {
        if (is_under(pid, ENVIRON["sim_me"])) continue
        if (top in called && pid != top && is_under(pid, top)) found[pid] = depth(pid)
        if (top == 0) for (node in called) if (is_under(pid, node)) { found[pid] = depth(pid); break }
        if (pid in found && found[pid] > deepest) deepest = found[pid]
      }
      for (level = 0; level <= deepest; level++) for (pid in found) if (found[pid] == level) print pid
    }'
}

signal() {
  now
  leader=$(ask leader-of "$1")
  [ -z "$leader" ] || send "$2" "$(processes_under "$leader")"
}

crash() {
  now
  leader=$(ask leader-of "$1")
  log lose "$1"
  [ -z "$leader" ] || send KILL "$leader $(processes_under "$leader")"
  wait_for_turn "$requeue_delay"
  dispatch
}

part() {
  now
  log lose "$1"
  wait_for_turn "$requeue_delay"
  dispatch
}

note() {
  now
  log "$@"
  dispatch
}

# tick: virtual time has passed: jobs come to their walltime, or to their turn.
tick() {
  now
  ask overdue | while read -r id; do tell end kill "$id" walltime; done
  dispatch
}

jobs() {
  now
  ask jobs
}

stop_all() {
  turn=0
  while tree=$(processes_under 0) && [ -n "$tree" ] && [ "$turn" -lt 100 ]; do
    turn=$((turn + 1))
    send KILL "$tree"
  done
  [ -z "$tree" ]
}

"$@"
`

/** Runs a job's script: with the environment and words it was submitted with, and what its scheduler adds. */
export const launch = `#!/bin/sh
. "$simulated_spool/env"
. "$simulated_sim/lib/environment"
set -- "$simulated_spool/script" "$@"
set -f
# shellcheck disable=SC2086
set -- $simulated_interpreter "$@"
set +f
unset simulated_spool simulated_id simulated_raw simulated_run simulated_node simulated_sim simulated_copy simulated_interpreter
exec "$@"
`
