import { AbeyanceError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import type { Tag } from '../core/ids.ts'
import { shellPath } from '../core/shell-path.ts'
import { isOver } from './cancel-queued.ts'
import { makeNonce, type Host } from './host.ts'
import { jobFacts } from './job-facts.ts'
import { pruneArrays } from './prune-arrays.ts'
import { pruneCache } from '../staging/prune-cache.ts'
import { processFacts } from './process-facts.ts'
import { revoking } from './revoking.ts'
import type { CallOptions } from './runner.ts'
import type { Scheduler } from './scheduler.ts'

/** Removes the folders of attempts of which nothing runs; what is left behind is an error that names it, to be tried again. */
export async function cleanJobs(host: Host, tags: readonly Tag[], options: CallOptions): Promise<void> {
  if (tags.length === 0) return
  let left = await clean(host, tags, new Set(), options)
  if (left.length > 0 && host.scheduler.queue)
    left = await clean(host, left, await overOf(host, left, options), options)
  if (left.length === 0) return
  throw new AbeyanceError(
    'invalid-state',
    `the folders of ${left.join(', ')} under ${host.folders.root} were not removed: something of them runs, or may; cancel the jobs first`,
    { details: { tags: left } },
  )
}

/** Gives those that were not removed. */
async function clean(
  host: Host,
  tags: readonly Tag[],
  over: ReadonlySet<Tag>,
  options: CallOptions,
): Promise<readonly Tag[]> {
  const nonce = makeNonce()
  const script = cleanScript(host.folders.root, nonce, host.scheduler, tags, over)
  const text = new TextDecoder().decode(await host.ask(script, { deadline: 600_000, ...options }))
  const removed = new Set(
    text.split('\n').flatMap((line) => (line.startsWith(`${nonce} gone `) ? [line.split(' ')[2]] : [])),
  )
  return tags.filter((tag) => !removed.has(tag))
}

/** Those of which the scheduler says that they are over, though they wrote no exit. */
async function overOf(host: Host, tags: readonly Tag[], options: CallOptions): Promise<ReadonlySet<Tag>> {
  const may = { queue: true, accounting: true }
  const question = { doubtful: tags, urgent: new Set(tags), ranges: [], may }
  const { jobs } = await host.look(question, options)
  return new Set(
    tags.filter((tag) => {
      const report = jobs.get(tag)
      return report !== undefined && isOver(report) !== undefined
    }),
  )
}

/** `over`: tags of which somebody else made sure that nothing runs. */
export function cleanScript(
  root: string,
  nonce: string,
  scheduler: Scheduler,
  tags: readonly Tag[],
  over: ReadonlySet<Tag> = new Set(),
): string {
  return `{
nonce=${nonce}
root=${shellPath(root)}
${processFacts}${jobFacts(scheduler)}${revoking}${cleaning}
cd "$root" 2>/dev/null || root=
${tags.map((tag) => `clean ${quote(tag)} ${over.has(tag) ? 'yes' : 'no'}`).join('\n')}
if [ -n "$root" ]; then rm -rf "$root"/.trash.*; fi
${pruneArrays}${pruneCache(`${root}/cache`)}} </dev/null
`
}

// Out of the way by one rename first: a removal that is cut off leaves no half of a job where one is looked for.
const cleaning = `
# clean TAG OVER
clean() {
  if [ -n "$root" ] && [ -d "$root/$1" ]; then
    revoke "$root/$1" || return
    if [ "$2" = no ]; then
      case $(standing "$root/$1") in stopped*) ;; *) return ;; esac
    fi
    mv "$root/$1" "$root/.trash.$1.$$" || return
  fi
  if [ -n "$root" ]; then rm -f "$root/spool/$1".*; fi
  say "gone $1"
}
`
