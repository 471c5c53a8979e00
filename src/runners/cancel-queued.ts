import { quote } from '../core/quote.ts'
import type { Tag } from '../core/ids.ts'
import { makeNonce, type Host } from './host.ts'
import type { JobReport } from './job-report.ts'
import { lookScript } from './look-script.ts'
import { parseLook, type LookNews } from './parse-look.ts'
import { revoking } from './revoking.ts'
import type { CancelAnswer, CancelOptions } from './runner.ts'
import type { Queue } from './scheduler.ts'

/** Tenths of a second that one turn waits for exit files, and how many turns there are before a job is left for the next time. */
const patience = 20
const turns = 6

/**
 * Stops jobs of a scheduler in whatever phase: what has not begun never will, all others are named to the scheduler by one
 * command. It is over for a job when it wrote its exit, or when the scheduler does not have it any more (rule J6).
 */
export async function cancelQueued(
  host: Host,
  queue: Queue,
  tags: readonly Tag[],
  { known, signal }: CancelOptions,
): Promise<ReadonlyMap<Tag, CancelAnswer>> {
  const answers = new Map<Tag, CancelAnswer>()
  let left = tags
  for (let turn = 1; turn <= turns && left.length > 0; turn++) {
    const nonce = makeNonce()
    const may = { queue: true, accounting: true }
    const question = { doubtful: left, ranges: [], may, urgent: new Set(left), ...(known && { known }) }
    const script = cancelScript(host, queue, nonce, question, turn === 1)
    const bytes = await host.ask(script, { deadline: 120_000, ...(signal && { signal }) })
    const news = parseLook(bytes, nonce, question, queue)
    const obstacles = readObstacles(bytes, nonce)
    for (const tag of left) answers.set(tag, answerFor(tag, news, obstacles))
    left = left.filter((tag) => answers.get(tag)?.kind === 'pending' && !obstacles.has(tag))
  }
  return answers
}

/** Revokes and cancels in the first turn; in each, waits for exit files and then looks. */
export function cancelScript(
  { scheduler, folders }: Pick<Host, 'scheduler' | 'folders'>,
  queue: Queue,
  nonce: string,
  question: Parameters<typeof lookScript>[3],
  isFirst: boolean,
): string {
  const words = question.doubtful.map(quote).join(' ')
  const before = `cancel() {
${queue.cancel}
}
${revoking}${stopping}
${isFirst ? `stop_all ${words}` : ''}
await_ends ${patience} ${words}`
  return lookScript(folders.root, nonce, scheduler, question, before)
}

const stopping = `
# stop_all TAG...: what may not be stopped yet is said, with the reason. What is listed under another name is not ours to end.
stop_all() {
  natives='' code=0 listing=''
  for tag in "$@"; do
    if revoke "$root/$tag"; then name "$tag"
    else say "obstacle $tag cannot write to $root/$tag"; fi
  done
  [ -n "$natives" ] || return 0
  # What was heard ends with a line of its own, which is none of the list.
  if listing=$(heard list); then
    set -f
    # shellcheck disable=SC2046
    set -- $(ours "$natives")
    set +f
    [ $# -gt 0 ] || return 0
    complaint=$(cancel "$@" 2>&1) && return 0
  else complaint="it gave no list: \${listing##*"$nonce code "}"; fi
  for tag in $named; do say "obstacle $tag the scheduler did not take the cancel: $(in_one_line "$complaint")"; done
}

# name TAG: adds a line of its native id and its names to $natives, unless it wrote its exit. It has none while it is being submitted.
named=
name() {
  at=$root/$1 native=''
  known_of "$1"
  find_claim "$at"
  if [ "$n" -gt 0 ]; then
    if [ -s "$at/run.$n/exit" ]; then return; fi
    native=\${owner%%,*}
  fi
  find_submitter "$at"
  if [ -z "$native" ]; then read_native "$at"; fi
  [ -n "$native" ] || native=$known_native
  if [ -z "$native" ] && [ -e "$at/submitting.1" ]; then
    if [ "$submitter" = alive ]; then
      say "obstacle $1 it is being submitted"
      return
    fi
    if ! find_submitted; then
      say "obstacle $1 the scheduler does not say whether it has it; the search $(in_one_line "$complaint")"
    fi
  fi
  if [ -z "$native" ]; then return; fi
  named="$named $1" natives="$natives
$native $1"
  # Without its notes nobody knows whether it went in an array.
  for called in \${names:-.}; do
    called=\${called%.*}
    natives="$natives \${called:-*}"
  done
}

# await_ends TURNS TAG...: looks every tenth of a second until each that began wrote its exit. The queue is asked of the others alone.
await_ends() {
  left_turns=$1
  shift
  while :; do
    waiting=no
    for tag in "$@"; do
      find_claim "$root/$tag"
      known_of "$tag"
      if [ "$n" -gt 0 ] && [ ! -s "$root/$tag/run.$n/exit" ]; then waiting=yes; fi
      if [ "$n" -eq 0 ] && [ -n "$known_native" ]; then waiting=yes; fi
    done
    if [ "$waiting" = no ] || [ "$left_turns" -le 0 ]; then break; fi
    left_turns=$((left_turns - 1))
    sleep 0.1
  done
  for tag in "$@"; do
    find_claim "$root/$tag"
    if [ "$n" -eq 0 ] || [ ! -s "$root/$tag/job/container-lives" ]; then continue; fi
    known_of "$tag"
    find_processes "$root/$tag"
    if [ "$contained" = yes ]; then end_container "$root/$tag"; fi
  done
  may_list=$waiting
}
`

function readObstacles(bytes: Uint8Array, nonce: string): ReadonlyMap<string, string> {
  const lines = new TextDecoder().decode(bytes).split('\n')
  return new Map(
    lines.flatMap((line) => {
      const [mark, word, tag = '', ...why] = line.split(' ')
      return mark === nonce && word === 'obstacle' ? [[tag, why.join(' ')] as const] : []
    }),
  )
}

function answerFor(tag: Tag, { jobs }: LookNews, obstacles: ReadonlyMap<string, string>): CancelAnswer {
  const report = jobs.get(tag)
  if (report === undefined)
    return { kind: 'pending', evidence: 'the answer ended before it came to this job' }
  const over = isOver(report)
  if (over !== undefined && (report.kind === 'ended' || !obstacles.has(tag)))
    return { kind: 'stopped', evidence: over }
  return { kind: 'pending', evidence: obstacles.get(tag) ?? evidenceOf(report) }
}

/** Why nothing of a revoked job runs, and nothing can; undefined where it may. */
export function isOver(report: JobReport): string | undefined {
  switch (report.kind) {
    case 'ended':
    case 'vanished':
    case 'absent':
      return report.evidence
    case 'quiet':
    case 'submitting':
    case 'queued':
    case 'held':
    case 'running':
    case 'unclear':
      return undefined
  }
}

function evidenceOf(report: JobReport): string {
  return 'evidence' in report ? report.evidence : 'its scheduler has not ended it yet'
}
