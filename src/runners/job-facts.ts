import { quote } from '../core/quote.ts'
import type { KnownJobs } from './runner.ts'
import type { Scheduler } from './scheduler.ts'
import { submissionNotes } from './submission-notes.ts'

/**
 * Shell functions that say what is so of one job, for a look, a cancel or a cleaning. `look_at TAG` prints one line
 * `NONCE job TAG key=value ... .`; whether it is all over is left to who reads it, in one place (`judgeJob`).
 * Beside it stands `knownFacts`. It is the same for all jobs, so it goes before what differs: over SSH it then travels once.
 */
export function jobFacts(scheduler: Scheduler): string {
  // A queue is asked for all jobs at once, and what it says is judged elsewhere (`judge-queued.ts`).
  const gone = scheduler.queue ? '  return 1' : scheduler.gone
  return `
gone() {
${gone}
}
element() {
${scheduler.arrays?.element ?? ':'}
}
${submissionNotes}${facts}`
}

/** What earlier looks told, for jobs whose folder somebody removed. */
export function knownFacts(known: KnownJobs = new Map()): string {
  const cases = [...known].map(
    ([tag, { nativeId = '', processes = '' }]) =>
      `${tag}) known_native=${quote(nativeId)} known=${quote(processes)} ;;\n`,
  )
  return `
# known_of TAG: sets what an earlier look told of a job, by which it is found though its folder is gone.
known_of() {
  known_native='' known=''
  case $1 in
${cases.join('')}  esac
}
`
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
  wrapper=unknown group_now=unknown its_group='' its_group_start='' contained=no
  IFS=, read -r _ _ its_host its_pid its_start its_boot _ <<OWNER
$owner
OWNER
  if is_rebooted "$its_host" "$its_boot"; then wrapper=rebooted group_now=no; return 0; fi
  is_here "$its_host" || return 0
  wrapper=no group_now=no
  if is_alive "$its_pid" "$its_start"; then wrapper=yes; fi
  if [ -s "$1/run.$n/group" ]; then IFS=, read -r its_group its_group_start <"$1/run.$n/group"
  elif [ -n "$known" ]; then
    IFS=, read -r _ _ _ _ its_group its_group_start <<KNOWN
$known
KNOWN
  fi
  [ -n "$its_group" ] || return 0
  if group_lives "$its_group" "$its_group_start"; then group_now=yes
  elif [ "$wrapper" = no ]; then find_container "$1" && group_now=$contained; fi
}

# find_container FOLDER: sets $contained to whether a container of the incarnation outlived both, as one that is no child of
# its wrapper may: yes, no or unknown. Nobody is asked but of a job that wrote no exit, and for ten seconds at most.
find_container() {
  contained=no
  if [ -e "$1/run.$n/exit" ] || [ ! -s "$1/job/container-lives" ]; then return 0; fi
  found=$(in_time "$1" container-lives) || { contained=unknown; return 0; }
  if [ -n "$found" ]; then contained=yes; fi
}

# end_container FOLDER: removes it by its name.
end_container() { in_time "$1" container; }

# in_time FOLDER FILE: runs shell lines of a job's folder; a daemon that hangs does not hold up the others.
in_time() {
  lines='folder=$1 run=run.$2; . "$1/job/$3"'
  if command -v timeout >/dev/null 2>&1; then timeout 10 sh -c "$lines" sh "$1" "$n" "$2"
  else sh -c "$lines" sh "$1" "$n" "$2"; fi
} </dev/null

# find_known: sets $lives to whether a job that has no claim any more runs as an earlier look knew it: yes, no or unknown.
find_known() {
  lives=no
  if [ -z "$known" ]; then
    [ -n "$known_native" ] || return 0
    gone "$known_native" || lives=yes
    return 0
  fi
  IFS=, read -r its_host its_boot its_pid its_start its_group its_group_start <<KNOWN
$known
KNOWN
  if is_rebooted "$its_host" "$its_boot"; then return 0; fi
  if ! is_here "$its_host"; then lives=unknown
  elif is_alive "$its_pid" "$its_start" || group_lives "$its_group" "$its_group_start"; then lives=yes; fi
}

# find_submitter FOLDER: sets $submitter to what became of the process that submitted last, and what read_notes sets.
find_submitter() {
  submitter=none
  read_notes "$1"
  [ "$turn" -gt 1 ] || return 0
  submitter=gone
  if is_rebooted "$its_host" "$its_boot"; then return 0; fi
  if ! is_here "$its_host"; then submitter=unknown
  elif is_alive "$its_pid" "$its_start"; then submitter=alive; fi
}

# find_native FOLDER: sets $native and whether the job can still start. After find_submitter.
find_native() {
  waits=no
  read_native "$1"
  [ -n "$native" ] || return 0
  # A process can be asked for on its own machine alone; a queue is asked for it in other ways.
  if [ "$submitter" = unknown ]; then waits=unknown
  elif ! gone "$native"; then waits=yes; fi
}

# find_exit FILE: sets $exit to what stands in it, to 'empty' where that is nothing.
find_exit() {
  exit=
  if [ -e "$1" ]; then exit=empty; IFS= read -r exit <"$1"; fi
}

# find_left FOLDER: sets $left to the last incarnation that wrote an exit, though no claim is left, and $exit to that.
find_left() {
  left='' exit=
  for place in "$1"/run.*/exit; do
    if [ ! -s "$place" ]; then continue; fi
    place=\${place%/exit} place=\${place##*/run.}
    case $place in ''|*[!0-9]*) continue ;; esac
    if [ "$place" -gt "\${left:-0}" ]; then left=$place; fi
  done
  if [ -n "$left" ]; then find_exit "$1/run.$left/exit"; fi
}

# refresh FOLDER: has this machine read anew what is in it; else sets $fresh to 'denied'. A client of NFS holds for a minute that a file is
# not there which another machine made since, unless it changes something beside it.
refresh() {
  if true >"$1/look.$$" && rm -f "$1/look.$$"; then return 0; fi
  touch "$1" || fresh=denied
} 2>/dev/null

look_at() {
  at=$root/$1 fresh=no
  known_of "$1"
  if [ ! -d "$at" ]; then
    find_known
    there=no
    if [ ! -d "$root" ]; then there=away; fi
    say "job $1 there=$there lives=$lives ."
    return
  fi
  # Only for those of whom somebody waits to hear: no other one is held for over by what is missing here.
  case \${pressing:-} in *" $1 "*) fresh=yes; refresh "$at" ;; esac
  # Evidence that grows is read last: a submitter that went may have left a native id, a waiting job may have claimed.
  find_submitter "$at"
  find_native "$at"
  find_claim "$at"
  arrays=''
  for called in $names; do arrays=$arrays,\${called%.*}; done
  if [ "$n" -eq 0 ]; then
    find_known
    find_left "$at"
    say "job $1 there=yes n=0 revoked=$revoked submitter=$submitter since=$last_at native=$native waits=$waits lives=$lives names=\${arrays#,} fresh=$fresh left=$left exit=$exit ."
    return
  fi
  find_processes "$at"
  if [ "$fresh" = yes ] && [ -d "$at/run.$n" ]; then refresh "$at/run.$n"; fi
  find_exit "$at/run.$n/exit"
  passed=no
  if [ -e "$at/run.$n/passed" ]; then passed=yes; fi
  say "job $1 there=yes n=$n revoked=$revoked passed=$passed owner=$owner wrapper=$wrapper group=$group_now leader=$its_group,$its_group_start native=$native names=\${arrays#,} fresh=$fresh exit=$exit ."
}
`
