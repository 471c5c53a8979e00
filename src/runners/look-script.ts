import { quote } from '../core/quote.ts'
import type { Tag } from '../core/ids.ts'
import { shellPath } from './attempt-folder.ts'
import { jobFacts } from './job-facts.ts'
import { processFacts } from './process-facts.ts'
import type { KnownJobs, LogRange } from './runner.ts'
import type { Scheduler } from './scheduler.ts'

export interface LookItems {
  readonly doubtful: readonly Tag[]
  readonly ranges: readonly LogRange[]
  readonly known?: KnownJobs
}

/**
 * One request that looks at everything: what the spool names, the jobs in doubt, ranges of logs. Its cost grows with what
 * happened; jobs of which there is nothing to ask are not in it. Every line of the answer begins with the nonce, so that
 * nothing a login shell or a job prints is taken for it; the bytes of a range are closed by a line of their own, since a
 * file may shrink or grow while it is read.
 */
export function lookScript(root: string, nonce: string, scheduler: Scheduler, question: LookItems): string {
  const ranges = question.ranges.map(
    (range, place) =>
      `range ${place} ${quote(range.tag)} ${range.incarnation} ${range.stream} ${range.offset} ${range.limit}`,
  )
  return `{
nonce=${nonce}
root=${shellPath(root)}
${processFacts}${jobFacts(scheduler, question.known)}${spool}${logs}
now
say "look $now"
look_at_spool
${question.doubtful.map((tag) => `look_at ${quote(tag)}`).join('\n')}
${ranges.join('\n')}
say end
} </dev/null
`
}

const spool = `
look_at_spool() {
  last=
  for entry in "$root"/spool/*.start "$root"/spool/*.end; do
    [ -e "$entry" ] || continue
    entry=\${entry##*/}
    say "spool $entry"
    tag=\${entry%%.*}
    case $tag in "$last"|*[!a-z0-9]*) ;; *) look_at "$tag" ;; esac
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
    if [ ! -d "$root/$2" ] || [ -e "$root/$2/run.$3/exit" ]; then why=gone; fi
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
