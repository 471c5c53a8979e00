import type { Tag } from '../core/ids.ts'
import type { Queue } from './scheduler.ts'
import { findSubmitted } from './submission-notes.ts'

/** What of the scheduler one look may ask; folders can always be asked. */
export interface MayAsk {
  readonly queue: boolean
  readonly accounting: boolean
}

/** Searches by name in one look: each is a command or two of the scheduler. */
const searchesAtOnce = 20

/**
 * Shell function `ask_scheduler TAG...`: one list of the queue, then one question to accounting for all jobs that it does not
 * list, for urgent ones, and for those whose exit it alone can explain. A job whose submission was noted and whose id was not is searched by its
 * name; what is found is noted. All of it comes before the folders are read: evidence that grows is read last.
 */
export function queueQuestions(queue: Queue, may: MayAsk, urgent: ReadonlySet<Tag> = new Set()): string {
  if (!may.queue && !may.accounting) return 'ask_scheduler() { :; }\n'
  return `
list() {
${queue.list}
}
ids() {
${queue.ids}
}
account() {
${queue.account}
}
find_by_name() {
${queue.find}
}
may_list=${may.queue ? 'yes' : 'no'} may_account=${may.accounting ? 'yes' : 'no'} searches=${searchesAtOnce}
pressing='${may.queue ? ` ${[...urgent].join(' ')} ` : ''}'
${hearing}${findSubmitted}${asking}`
}

/** What is said goes between lines that `parseLook` knows. */
export const hearing = `
# heard COMMAND...: prints what a command says, then a line of ours with its code and what it complained of.
heard() {
  { complaint=$("$@" 2>&1 >&3 3>&-); heard=$?; } 3>&1
  printf '\\n%s code %s %s\\n' "$nonce" "$heard" "$(in_one_line "$complaint")"
  return "$heard"
}

in_one_line() { printf '%s' "$1" | tr '\\n\\r' '  ' | cut -c1-500; }
`

const asking = `
ask_scheduler() {
  code=1 listing='' natives='' explained=''
  if [ "$may_list" = yes ]; then
    now
    say "queue $now"
    listing=$(heard list)
    code=$?
    printf '%s\\n' "$listing"
    listing=\${listing%"$nonce code "*}
  fi
  for tag in "$@"; do prepare "$tag"; done
  if [ "$code" -eq 0 ] && [ -n "$natives" ]; then natives=$(unlisted)
  else natives=''; fi
  if [ "$may_account" = yes ]; then natives="$natives $explained"; fi
  set -f
  # shellcheck disable=SC2086
  set -- $natives
  set +f
  if [ $# -gt 0 ]; then
    say account
    heard account "$@"
  fi
}

# prepare TAG: adds its native id to $natives where it goes on, to $explained where its exit may be explained.
prepare() {
  at=$root/$1 native=''
  known_of "$1"
  find_claim "$at"
  if [ "$n" -gt 0 ]; then native=\${owner%%,*}; fi
  if [ -z "$native" ]; then
    read_notes "$at"
    read_native "$at"
  fi
  if [ "$n" -gt 0 ] && [ -e "$at/run.$n/exit" ]; then
    why='' ended=0
    IFS=, read -r _ ended _ why _ <"$at/run.$n/exit"
    case $ended in ''|*[!0-9]*) return ;; esac
    if [ "$revoked,$why" != no,- ]; then return; fi
    if [ "$ended" -gt 128 ] || [ -e "$at/run.$n/passed" ]; then explained="$explained $native"; fi
    return
  fi
  [ -n "$native" ] || native=$known_native
  if [ -z "$native" ] && [ "$code" -eq 0 ] && [ "$revoked" = no ] && [ -e "$at/submitting.1" ]; then search "$1"; fi
  case $pressing in
    *" $1 "*) explained="$explained $native" ;;
    *) natives="$natives $native" ;;
  esac
}

# search TAG: sets $native to the id under which it was submitted, and notes it. A tag that is listed is left to who reads the list.
search() {
  case $listing in *"$1"*) return ;; esac
  find_submitter "$at"
  if [ "$submitter" = alive ] || [ "$searches" -le 0 ]; then return; fi
  before=$searched
  if ! find_submitted; then say "found $1 $(in_one_line "$complaint")"
  elif [ -n "$native" ]; then say "found $1 as $native"
  else say "found $1 none"; fi
  if [ "$searched" != "$before" ]; then
    say searched
    searches=$((searches - 1))
  fi
}

unlisted() {
  {
    printf '%s\\n' "$listing" | ids
    echo /
    # shellcheck disable=SC2086
    set -f
    printf '%s\\n' $natives
  } | awk '$1 == "/" { asked = 1; next } !asked { listed[$1]; next } !($1 in listed)'
}

# ours LINES: of lines with a native id and the names under which it may be listed, the ids that are listed under no other name. In
# the list of $listing. An id that is given again may be that of another job of this user. For a name, * is that of any array of ours.
ours() {
  {
    printf '%s\\n' "$listing" | ids
    echo /
    printf '%s\\n' "$1"
  } | awk '
    $1 == "/" { asked = 1; next }
    !asked { listed[$1] = $2; next }
    NF {
      ours = listed[$1] == ""
      for (i = 2; i <= NF; i++) if (listed[$1] == $i || $i == "*" && listed[$1] ~ /^a[a-z2-7]+$/ && length(listed[$1]) == 13) ours = 1
      if (ours) print $1
    }'
}
`
