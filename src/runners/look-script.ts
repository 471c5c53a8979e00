import { quote } from '../core/quote.ts'
import type { Tag } from '../core/ids.ts'
import { shellPath } from '../core/shell-path.ts'
import { jobFacts, knownFacts } from './job-facts.ts'
import { processFacts } from './process-facts.ts'
import { queueQuestions, type MayAsk } from './queue-questions.ts'
import type { KnownJobs, LogRange } from './runner.ts'
import type { Scheduler } from './scheduler.ts'
import { isOwn } from './streams.ts'

export interface LookItems {
  readonly doubtful: readonly Tag[]
  readonly ranges: readonly LogRange[]
  readonly known?: KnownJobs
  /** Of these somebody waits to hear: see `QueuedCase`. */
  readonly urgent?: ReadonlySet<Tag>
  /** What of a scheduler with a queue may be asked; without it nothing. */
  readonly may?: MayAsk
  /** The work folder was there at an earlier look. */
  readonly rooted?: boolean
  /** Of jobs of which more would be known if the scheduler were asked: since when, by the host's clock. */
  readonly wantedSince?: ReadonlyMap<Tag, number>
}

/**
 * One request that looks at everything: what the spool names, the jobs in doubt, ranges of logs. Its cost grows with what
 * happened; jobs of which there is nothing to ask are not in it. Every line of the answer begins with the nonce, so that
 * nothing a login shell or a job prints is taken for it; the bytes of a range are closed by a line of their own, since a
 * file may shrink or grow while it is read. What is the same in all of them stands first. `before`: shell lines of a request that does something and then looks.
 */
export function lookScript(
  root: string,
  nonce: string,
  scheduler: Scheduler,
  question: LookItems,
  before = 'read_spool',
): string {
  const { doubtful, known, urgent, may = { queue: false, accounting: false } } = question
  const questions = scheduler.queue ? queueQuestions(scheduler.queue, may, urgent) : 'ask_scheduler() { :; }'
  const ranges = question.ranges.map(({ tag, incarnation, stream, offset, limit }, place) =>
    isOwn(stream)
      ? `range ${place} ${quote(tag)} ${incarnation} ${stream} ${offset} ${limit}`
      : `say "gap ${place} unsupported"`,
  )
  return `{
${processFacts}${jobFacts(scheduler)}${spool}${logs}
nonce=${nonce}
root=${shellPath(root)}
${knownFacts(known)}${questions}
now
say "look $now"
spooled=
${before}
# shellcheck disable=SC2086
set -- $spooled ${doubtful.map(quote).join(' ')}
ask_scheduler "$@"
for tag in "$@"; do look_at "$tag"; done
${ranges.join('\n')}
say end
} </dev/null
`
}

const spool = `
# read_spool: sets $spooled to the tags of which something happened.
read_spool() {
  last='' spooled=''
  for entry in "$root"/spool/*.start "$root"/spool/*.end; do
    [ -e "$entry" ] || continue
    entry=\${entry##*/}
    say "spool $entry"
    tag=\${entry%%.*}
    case $tag in "$last"|*[!a-z0-9]*) ;; *) spooled="$spooled $tag" ;; esac
    last=$tag
  done
}
`

const logs = `
# range PLACE TAG INCARNATION STREAM OFFSET LIMIT
range() {
  file=$root/$2/run.$3/$4
  if [ ! -e "$file" ]; then
    why=not-started
    if [ -d "$root" ] && [ ! -d "$root/$2" ] || [ -e "$root/$2/run.$3/exit" ]; then why=gone; fi
    say "gap $1 $why"
  elif [ ! -r "$file" ]; then say "gap $1 no-permission"
  else
    size=$(($(wc -c <"$file")))
    offset=$5
    if [ "$offset" -lt 0 ]; then
      offset=$((size + offset))
      if [ "$offset" -lt 0 ]; then offset=0; fi
    fi
    say "range $1 $offset $size"
    if [ "$offset" -lt "$size" ]; then tail -c "+$((offset + 1))" "$file" | head -c "$6"; fi
    printf '\\n'
    say "over $1"
  fi
}
`
