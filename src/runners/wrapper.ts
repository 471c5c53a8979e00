import { processFacts } from './process-facts.ts'

/**
 * The program that runs a job on its machine: `wrapper FOLDER`, with the folder of the attempt. It claims an incarnation,
 * checks what was staged, runs the command in a process group of its own and writes how it ended. `identity` are shell
 * lines that set `native`, the job's id with its scheduler, and `restart`, how often the scheduler started it again; they
 * may use `$pid` and `$pid_start`.
 *
 * It may be killed between any two commands. Before the claim nothing has happened; after it nobody else runs this
 * incarnation; the command starts only after its group is on disk and its wrapper was seen alive, so whoever finds the
 * wrapper gone and no group knows that nothing runs and nothing will.
 */
export function wrapperText(identity: string, watching: Watching = unwatched): string {
  return `#!/bin/sh
set -u
folder=$1 role=\${2-run}
shell=\${ABEYANCE_SHELL:-/bin/sh}
tag=\${folder##*/}
cd "$folder" || exit 1
${processFacts}${claiming(identity)}${watching.functions}${running}${ending(watching)}${job(watching)}${launching}
case $role in
  run) run_job ;;
  launch) launch "$3" "$4" "$5" ;;
  timer) timer "$3" ;;
${watching.roles}esac
`
}

/** Shell of a host whose shell we do not have: a process beside the wrapper does there what a look and a cancel do elsewhere. */
export interface Watching {
  readonly functions: string
  /** When the incarnation has its folder, before anything is started in it. */
  readonly begins: string
  /** When the command is over, before the exit is written. */
  readonly ends: string
  /** When the exit is written. */
  readonly told?: string
  /** Further branches of the `case` over `$role`. */
  readonly roles: string
}

const unwatched: Watching = { functions: '', begins: '', ends: '', roles: '' }

function claiming(identity: string): string {
  return `
# has_succeeded RUN: whether an incarnation wrote that it did its work; then no other one does it. One that was told to go may have
# ended with 0 when it had saved its state; whoever looks does not take it for done while the scheduler starts it again.
has_succeeded() {
  if [ ! -s "$1/exit" ] || [ -e "$1/passed" ]; then return 1; fi
  IFS=, read -r _ its_code _ <"$1/exit"
  [ "$its_code" = 0 ]
}

# claim: takes the first incarnation that is free to this job, or leaves a note and exits. Only who reads its own nonce
# back owns it: a hard link is made by one process alone, also on NFS, where the answer to a link can get lost.
claim() {
  pid=$$ pid_start=
  read_process "$pid" && pid_start=$start
  native=$pid restart=0
${identity}
  nonce=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')
  [ -n "$nonce" ] || exit 1 # two without one would both take the claim for their own
  mine=mine.$pid.$nonce
  put "$mine" "$native,$restart,$host,$pid,$pid_start,$boot,$nonce,$now" || exit 1
  n=1
  while :; do
    ln "$mine" "claim.$n" 2>/dev/null
    IFS=, read -r owner owner_restart _ _ _ _ owner_nonce _ <"claim.$n" || exit 1
    if [ "$owner_nonce" = "$nonce" ]; then break; fi
    if [ "$owner" != "$native" ] || [ "$owner_restart" -ge "$restart" ] || has_succeeded "run.$n"; then
      mv -f "$mine" "duplicate.$nonce"
      exit 0
    fi
    n=$((n + 1))
  done
  rm -f "$mine"
}
`
}

const running = `
# pass: hands a TERM that the wrapper was sent on to the command.
pass() {
  passed=TERM
  # Whoever looks asks the scheduler why, whatever code the command ends with.
  if [ -n "\${run:-}" ]; then true >"$run/passed"; fi
  if [ -n "$child" ]; then kill -TERM "-$child" 2>/dev/null; fi
}

# hand SIGNAL: hands on one by which schedulers warn of a limit. What it means is the command's affair; the wrapper waits on.
hand() {
  handed=$1
  if [ -n "\${run:-}" ]; then true >"$run/passed"; fi
  if [ -n "$child" ]; then kill "-$1" "-$child" 2>/dev/null; fi
}

# staged_is_right: whether every staged file is what was signed.
staged_is_right() {
  [ -s job/manifest ] || return 0
  if command -v sha256sum >/dev/null 2>&1; then sha256sum -c job/manifest >/dev/null
  else shasum -a 256 -c job/manifest >/dev/null; fi
} 2>>"$folder/wrapper.log"

# await CHILD: sets $code. A signal ends a wait early; asked again, a shell that told the code already says 127.
await() {
  wait "$1"
  code=$?
  while [ -n "$passed$handed" ]; do
    passed='' handed=''
    wait "$1"
    again=$?
    if [ "$again" -ne 127 ]; then code=$again; fi
  done
}

# end_container: removes what is no child of ours; a container that was not ended and never began has a fault of its own.
end_container() {
  # shellcheck disable=SC1091
  ( . ./job/container ) </dev/null >>wrapper.log 2>&1
  case $code in 0|129|130|137|143) return ;; esac
  if [ ! -e "$run/inside" ]; then finish "$code" container-failed; fi
}

# end_earlier: what the incarnation before left on this machine, which its wrapper did not live to remove.
end_earlier() {
  # shellcheck disable=SC1091
  ( run=run.$((n - 1)); . ./job/container ) </dev/null >>wrapper.log 2>&1
}

# end_leftovers GROUP START: what the command left behind is ended before anything says that it ended.
end_leftovers() {
  turn=0
  while group_lives "$1" "$2"; do
    if [ "$turn" -eq 0 ]; then kill -TERM "-$1" 2>/dev/null; fi
    if [ "$turn" -ge 10 ]; then kill -KILL "-$1" 2>/dev/null; fi
    # Held by the kernel for ten minutes: whoever looks sees that the group lives, and goes by that.
    if [ "$turn" -ge 6000 ]; then exit 1; fi
    turn=$((turn + 1))
    sleep 0.1
  done
}
`

const ending = ({ ends, told = '' }: Watching) => `
# event WHAT: tells whoever watches; a hint only, so nothing depends on it.
event() {
  : >"$run/event" && mv -f "$run/event" "../spool/$tag.$n.$1"
} 2>/dev/null

# finish CODE REASON: says how it ended. On a full disk it tries for five minutes, since a result may hang on it.
finish() {
  now
${ends}  signal=-
  if [ "$1" -gt 128 ]; then signal=$(kill -l "$1" 2>/dev/null) || signal=-; fi
  case $signal in ''|*[!A-Z0-9]*|[0-9]*|EXIT) signal=- ;; esac
  out=$(wc -c <"$run/stdout") err=$(wc -c <"$run/stderr")
  turn=0
  until put "$run/exit" "v1,$1,$signal,$2,$started,$now,$((out)),$((err)),end"; do
    turn=$((turn + 1))
    # Removed with all that it belongs to: nobody asks any more.
    if [ "$turn" -ge 60 ] || [ ! -d "$run" ]; then exit 1; fi
    sleep 5
  done
  event end
${told}  exit 0
}
`

const job = ({ begins }: Watching) => `
run_job() {
  now
  started=$now
  claim
  run=run.$n child='' passed='' handed=''
  mkdir -p "$run/work" || exit 1
  : >"$run/stdout" && : >"$run/stderr" || exit 1
  event start
  trap pass TERM INT HUP
  trap 'hand USR1' USR1
  trap 'hand USR2' USR2
  # A shell that does not know the name would end at it.
  if (trap : XCPU) 2>/dev/null; then trap 'hand XCPU' XCPU; fi
  if [ "$n" -gt 1 ] && [ -s job/container ]; then end_earlier; fi
${begins}  if ! staged_is_right; then finish 125 staging-in; fi
  if [ -n "$passed" ]; then finish 143 -; fi
  detach "$shell" job/wrapper "$folder" launch "$run" "$pid" "$pid_start" </dev/null >"$run/stdout" 2>"$run/stderr" &
  child=$!
  timer=
  if [ -s job/walltime ]; then
    detach "$shell" job/wrapper "$folder" timer "$run" </dev/null >>wrapper.log 2>&1 &
    timer=$!
  fi
  await "$child"
  if [ -n "$timer" ]; then
    # Before it is the head of its group and after: one of the two reaches it.
    kill -KILL "$timer" 2>/dev/null
    kill -KILL "-$timer" 2>/dev/null
  fi
  if [ -s "$run/group" ]; then
    IFS=, read -r its_group its_start <"$run/group"
    end_leftovers "$its_group" "$its_start"
  fi
  if [ -s job/container ]; then end_container; fi
  if [ -e "$run/overdue" ] && [ "$code" -ne 0 ]; then finish "$code" walltime; fi
  finish "$code" -
}
`

const launching = `
# launch RUN WRAPPER START: first process of the command's group; becomes the command.
launch() {
  read_process "$$" || exit 1
  put "$1/group" "$$,$start" || exit 1
  is_alive "$2" "$3" || exit 1
  run=$1
  cd "$run/work" || exit 1
  # shellcheck disable=SC1091
  . ../../job/command
}

# timer RUN: ends a command that runs longer than it may.
timer() {
  read -r limit <job/walltime
  sleep "$limit"
  IFS=, read -r its_group its_start <"$1/group" || exit 1
  group_lives "$its_group" "$its_start" || exit 0
  : >"$1/overdue"
  kill -TERM "-$its_group" 2>/dev/null
  sleep 5
  if group_lives "$its_group" "$its_start"; then kill -KILL "-$its_group" 2>/dev/null; fi
}
`
