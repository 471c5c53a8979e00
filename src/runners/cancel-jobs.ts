import { quote } from '../core/quote.ts'
import type { Tag } from '../core/ids.ts'
import { shellPath } from '../core/shell-path.ts'
import { cancelQueued } from './cancel-queued.ts'
import { makeNonce, type Host } from './host.ts'
import { jobFacts, knownFacts } from './job-facts.ts'
import { processFacts } from './process-facts.ts'
import { revoking } from './revoking.ts'
import type { CancelAnswer, CancelOptions, KnownJobs } from './runner.ts'
import type { Scheduler } from './scheduler.ts'

/** Stops jobs in whatever phase: what has not begun never will, what runs gets TERM, then KILL, and is seen dead (rule J6). */
export async function cancelJobs(
  host: Host,
  tags: readonly Tag[],
  { known, ...options }: CancelOptions,
): Promise<ReadonlyMap<Tag, CancelAnswer>> {
  const { queue } = host.scheduler
  if (queue) return cancelQueued(host, queue, tags, { ...options, ...(known && { known }) })
  const nonce = makeNonce()
  const script = cancelScript(host.folders.root, nonce, host.scheduler, tags, known)
  const text = new TextDecoder().decode(await host.ask(script, { deadline: 600_000, ...options }))
  const said = new Map(
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' '))
      .flatMap(([mark, tag = '', ...words]) => (mark === nonce ? [[tag, words.join(' ')]] : [])),
  )
  return new Map(tags.map((tag) => [tag, read(said.get(tag))]))
}

function read(words: string | undefined): CancelAnswer {
  if (words === undefined) return { kind: 'pending', evidence: 'the answer ended before it came to this job' }
  const [kind, ...evidence] = words.split(' ')
  return { kind: kind === 'stopped' ? 'stopped' : 'pending', evidence: evidence.join(' ') }
}

export function cancelScript(
  root: string,
  nonce: string,
  scheduler: Scheduler,
  tags: readonly Tag[],
  known?: KnownJobs,
): string {
  return `{
nonce=${nonce}
root=${shellPath(root)}
${processFacts}${jobFacts(scheduler)}${knownFacts(known)}${revoking}${stopping}
stop_all ${tags.map(quote).join(' ')}
} </dev/null
`
}

const stopping = `
# stop HOW TAG: sends a signal to whatever of a running job can take it.
stop() {
  at=$root/$2
  find_claim "$at"
  known_of "$2"
  if [ "$n" -eq 0 ]; then
    find_known
    if [ "$lives" != yes ] || [ -z "$known" ]; then return; fi
    if group_lives "$its_group" "$its_group_start"; then kill "-$1" "-$its_group" 2>/dev/null; fi
    # A wrapper ends by itself after its command; one that hangs has nothing to write any more.
    if [ "$1" = KILL ] && is_alive "$its_pid" "$its_start"; then kill "-$1" "$its_pid" 2>/dev/null; fi
    return
  fi
  find_processes "$at"
  if [ "$contained" = yes ]; then end_container "$at"
  elif [ "$group_now" = yes ]; then kill "-$1" "-$its_group" 2>/dev/null
  elif [ "$wrapper" = yes ]; then
    IFS=, read -r _ _ _ its_pid _ <<OWNER
$owner
OWNER
    kill "-$1" "$its_pid" 2>/dev/null
  fi
}

# still TAG...: sets $left to those of which something runs; says of the others how they stand.
still() {
  left=
  for tag in "$@"; do
    why=$(standing "$root/$tag")
    case $why in
      stopped*) say "$tag $why" ;;
      *) left="$left $tag" ;;
    esac
  done
}

# wait_for TURNS TAG...: looks every tenth of a second until nothing is left.
wait_for() {
  turns=$1
  shift
  still "$@"
  while [ -n "$left" ] && [ "$turns" -gt 0 ]; do
    sleep 0.1
    turns=$((turns - 1))
    # shellcheck disable=SC2086
    still $left
  done
}

stop_all() {
  for tag in "$@"; do
    revoke "$root/$tag" || say "$tag pending cannot write to $root/$tag"
  done
  wait_for 0 "$@"
  # A wrapper that was stopped or hangs is ended last: it writes how the command ended.
  for step in TERM:50 KILL:20 KILL:20; do
    for tag in $left; do stop "\${step%:*}" "$tag"; done
    # shellcheck disable=SC2086
    if [ -n "$left" ]; then wait_for "\${step#*:}" $left; fi
  done
  for tag in $left; do say "$tag $(standing "$root/$tag")"; done
}
`
