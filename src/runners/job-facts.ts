import type { Scheduler } from './scheduler.ts'

/**
 * Shell functions that say what is so of one job, for a look, a cancel or a cleaning. `look_at TAG` prints one line
 * `NONCE job TAG key=value ... .`; whether it is all over is left to who reads it, in one place (`judgeJob`).
 */
export function jobFacts(scheduler: Scheduler): string {
  return `
gone() {
${scheduler.gone}
}
${facts}`
}

const facts = `
say() { printf '%s %s\\n' "$nonce" "$1"; }

# find_claim FOLDER: sets $n to the highest incarnation, 0 without one, $owner to its claim, and $revoked.
find_claim() {
  n=0 owner='' revoked=no
  while [ -e "$1/claim.$((n + 1))" ]; do
    IFS= read -r next <"$1/claim.$((n + 1))"
    case $next in revoked,*) revoked=yes; return ;; esac
    n=$((n + 1)) owner=$next
  done
}

# find_processes FOLDER: what of the wrapper and of the command's group lives: yes, no or unknown. The wrapper is asked
# before its group is read: a launcher writes the group first and then starts only under a living wrapper.
find_processes() {
  wrapper=unknown group_now=unknown
  IFS=, read -r _ _ its_host its_pid its_start its_boot _ <<OWNER
$owner
OWNER
  [ "$its_host" = "$host" ] || return 0
  wrapper=no group_now=no
  if [ "$its_boot" != "$boot" ]; then wrapper=rebooted; return 0; fi
  if is_alive "$its_pid" "$its_start"; then wrapper=yes; fi
  if [ -s "$1/run.$n/group" ]; then
    IFS=, read -r its_group its_group_start <"$1/run.$n/group"
    if group_lives "$its_group" "$its_group_start"; then group_now=yes; fi
  fi
}

# find_submitter FOLDER: sets $submitter to what became of the process that submitted last.
find_submitter() {
  submitter=none turn=1
  while [ -e "$1/submitting.$turn" ]; do
    IFS=, read -r its_host its_pid its_start its_boot <"$1/submitting.$turn"
    turn=$((turn + 1)) submitter=gone
  done
  [ "$submitter" = none ] && return
  if [ "$its_host" != "$host" ]; then submitter=unknown
  elif [ "$its_boot" = "$boot" ] && is_alive "$its_pid" "$its_start"; then submitter=alive; fi
}

# find_native FOLDER: sets $native and whether the job can still start.
find_native() {
  native='' waits=no
  [ -s "$1/native" ] || return 0
  IFS= read -r native <"$1/native"
  gone "$native" || waits=yes
}

look_at() {
  at=$root/$1
  if [ ! -d "$at" ]; then say "job $1 there=no ."; return; fi
  # Evidence that grows is read last: a submitter that went may have left a native id, a waiting job may have claimed.
  find_submitter "$at"
  find_native "$at"
  find_claim "$at"
  if [ "$n" -eq 0 ]; then
    say "job $1 there=yes n=0 revoked=$revoked submitter=$submitter native=$native waits=$waits ."
    return
  fi
  find_processes "$at"
  exit=
  if [ -e "$at/run.$n/exit" ]; then exit=empty; IFS= read -r exit <"$at/run.$n/exit"; fi
  say "job $1 there=yes n=$n owner=$owner wrapper=$wrapper group=$group_now exit=$exit ."
}
`
