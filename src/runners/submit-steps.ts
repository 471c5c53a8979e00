import type { Scheduler } from './scheduler.ts'

/** Shell functions of a submission: `submit_once TAG`, which calls `files` and `submit` of that job. */
export function submitSteps(scheduler: Scheduler): string {
  const { queue } = scheduler
  if (queue === undefined)
    return `
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
  return `
# What its scheduler accepted it knows, or has known.
may_wait() { :; }
# Not worth a command: without the end of its line it is not read, and the scheduler is asked for it by name.
keep() { printf '%s\\n' "$1" >native; }
message_timeout=${queue.messageTimeout}
find_by_name() {
${queue.find}
}
${searching}${steps}`
}

/** Before anything is submitted under a tag that somebody may have submitted already. */
const searching = `
may_submit_again() {
  found=$(find_by_name "$tag" "$((first_at / 1000))" 2>&1)
  case $?,$found in
    0,|3,*)
      tick
      [ "$((now - last_at))" -ge "$message_timeout" ] && return 0
      answer doubt 'an earlier submission may still arrive' ;;
    0,*[!A-Za-z0-9._@:+-]*) answer doubt "the search for an earlier submission said: $(printf '%s' "$found" | tr '\\n\\r' '  ')" ;;
    0,*)
      keep "$found"
      answer accepted "$found" ;;
    *) answer doubt "the search for an earlier submission failed: $(printf '%s' "$found" | tr '\\n\\r' '  ')" ;;
  esac
  return 1
}
`

const steps = `
now
begun=$now up=''
if [ -r /proc/uptime ]; then read -r up _ </proc/uptime; fi
# tick: sets $now to the time; to the second, and without a command where there is /proc.
tick() {
  if [ -z "$up" ]; then now; return; fi
  read -r up_now _ </proc/uptime
  now=$((begun + (\${up_now%.*} - \${up%.*}) * 1000))
}

answer() { printf '%s %s %s %s\\n' "$nonce" "$tag" "$1" "$2"; }

open_folder() {
  if [ -n "$stopped" ]; then answer not-tried 'stopped after the fault of another job'; return 1; fi
  cd "$root/$tag/job" 2>/dev/null || { mkdir -p "$root/$tag/job" && cd "$root/$tag/job"; } && cd .. && return 0
  stopped=yes
  answer not-tried "cannot make the folder $root/$tag"
  return 1
}

# is_known: whether the job was submitted before; answers where it was.
is_known() {
  if [ -e claim.1 ]; then
    IFS=, read -r owner _ <claim.1
    if [ "$owner" = revoked ]; then answer refused 'it was cancelled before it started'
    else answer accepted "$owner"; fi
    return 0
  fi
  [ -s native ] || return 1
  IFS= read -r known <native || return 1
  may_wait "$known" || return 1
  answer accepted "$known"
}

# take_turn: notes this process as the one that submits; answers and fails where another one may be at it, or was.
take_turn() {
  turn=1 first_at=0 last_at=0
  while [ -e "submitting.$turn" ]; do
    IFS=, read -r its_host its_pid its_start its_boot last_at <"submitting.$turn"
    case $last_at in ''|*[!0-9]*) last_at=0 ;; esac
    if [ "$turn" -eq 1 ]; then first_at=$last_at; fi
    turn=$((turn + 1))
  done
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
  note=$mine,$now mark=mine.$$.$nonce
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

make_files() {
  [ -e job/whole ] && return 0
  files && printf '\\n' >job/whole
}

submit_once() {
  tag=$1 verdict=not-tried fault='the scheduler refused it'
  open_folder || return
  is_known && return
  take_turn || return
  if ! make_files; then
    give_back "cannot write to $root/$tag"
  elif submit; then
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
