import type { Scheduler } from './scheduler.ts'
import { findSubmitted, submissionNotes } from './submission-notes.ts'

/** Shell functions of a submission: `submit_once TAG`, which calls `files` and `submit` of that job. */
export function submitSteps(scheduler: Scheduler): string {
  const { queue } = scheduler
  if (queue === undefined)
    return `${submissionNotes}
# may_wait NATIVE: whether what was started can still claim the job.
may_wait() {
  ! gone "$1"
}
gone() {
${scheduler.gone}
}
may_submit_again() { :; }
keep() { put native "$1"; }
${steps}`
  return `${submissionNotes}${findSubmitted}
# What its scheduler accepted it knows, or has known.
may_wait() { :; }
# Not worth a command: without the end of its line it is not read, and the scheduler is asked for it by name.
keep() { printf '%s\\n' "$1" >native; }
message_timeout=${queue.messageTimeout}
find_by_name() {
${queue.find}
}
element() {
${scheduler.arrays?.element ?? ':'}
}
${searching}${steps}`
}

/** Before anything is submitted under a tag that somebody may have submitted already. */
const searching = `
may_submit_again() {
  if ! find_submitted; then answer doubt "the search for an earlier submission $complaint"
  elif [ -n "$native" ]; then answer accepted "$native"
  else
    tick
    [ "$((now - last_at))" -ge "$message_timeout" ] && return 0
    answer doubt 'an earlier submission may still arrive'
  fi
  return 1
}
`

const steps = `
now
begun=$now up='' mask=$(umask)
if [ -r /proc/uptime ]; then read -r up _ </proc/uptime; fi
# tick: sets $now to the time; to the second, and without a command where there is /proc.
tick() {
  if [ -z "$up" ]; then now; return; fi
  read -r up_now _ </proc/uptime
  now=$((begun + (\${up_now%.*} - \${up%.*}) * 1000))
}

# be_a_lane: what a subshell notes is its own process, which may outlive the first one.
be_a_lane() {
  if [ -r /proc/self/stat ]; then read -r lane _ </proc/self/stat
  else lane=$(exec "$shell" -c 'echo "$PPID"'); fi
  read_process "$lane" && mine="$host,$lane,$start,$boot"
}

answer() { printf '%s %s %s %s\\n' "$nonce" "$tag" "$1" "$2"; }

open_folder() {
  if [ -n "$stopped" ]; then answer not-tried 'stopped after the fault of another job'; return 1; fi
  cd "$root/$tag/job" 2>/dev/null || { mkdir -p "$root/$tag/job" && cd "$root/$tag/job"; } && cd .. && return 0
  stopped=yes
  answer not-tried "cannot make the folder $root/$tag"
  return 1
}

# is_known: whether the job was submitted before; answers where it was. After read_notes.
is_known() {
  if [ -e claim.1 ]; then
    IFS=, read -r owner _ <claim.1
    if [ "$owner" = revoked ]; then answer refused 'it was cancelled before it started'
    else answer accepted "$owner"; fi
    return 0
  fi
  read_native "$root/$tag"
  [ -n "$native" ] && may_wait "$native" || return 1
  answer accepted "$native"
}

# take_turn: notes this process as the one that submits; answers and fails where another one may be at it, or was. After read_notes.
take_turn() {
  if [ "$turn" -gt 1 ]; then
    if ! is_rebooted "$its_host" "$its_boot"; then
      if ! is_here "$its_host"; then answer doubt "a process on \${its_host%%/*} may be submitting it"; return 1; fi
      if is_alive "$its_pid" "$its_start"; then
        answer doubt "process $its_pid is submitting it"
        return 1
      fi
    fi
    may_submit_again || return 1
  fi
  tick
  note=$mine,$now$in_array mark=mine.$$.$nonce
  if ! printf '%s\\n' "$note" >"$mark"; then
    stopped=yes
    answer not-tried "cannot write to $root/$tag"
    return 1
  fi
  # Made by one process alone: whoever comes second sees the first. Its file has a name of its own: under a shared one,
  # the second would write over the note of the first, and read itself there.
  ln "$mark" "submitting.$turn" 2>/dev/null
  IFS= read -r first <"submitting.$turn"
  [ "$first" = "$note" ] && return 0
  answer doubt 'another process began to submit it'
  return 1
}

# make_files: nobody else reads them, since variables may hold secrets; what the scheduler is asked for has its user's own mask.
make_files() {
  [ -e job/whole ] && return 0
  umask 077
  files && printf '\\n' >job/whole
  made=$?
  umask "$mask"
  return "$made"
}

# join: takes the job's turn and writes its files; answers and fails where there is nothing to be submitted.
join() {
  open_folder || return 1
  read_notes "$root/$tag"
  if is_known; then return 1; fi
  take_turn || return 1
  make_files && return
  give_back "cannot write to $root/$tag"
  return 1
}

in_array=''
submit_once() {
  tag=$1 verdict=not-tried fault='the scheduler refused it'
  join || return
  if submit; then
    keep "$native"
    answer accepted "$native"
  elif [ "$verdict" = refused ]; then answer refused "$fault"
  elif [ "$verdict" = doubt ]; then
    stopped=yes
    answer doubt "$fault"
  else give_back "$fault"; fi
}

# give_back WHY: nothing was submitted, for sure, so the next turn need not search for it.
give_back() {
  stopped=yes
  rm -f "submitting.$turn"
  answer not-tried "$1"
}
`
