import { quote } from '../core/quote.ts'
import type { Tag } from '../core/ids.ts'
import { shellPath } from '../core/shell-path.ts'
import { isOver } from './cancel-queued.ts'
import { makeNonce, type Host } from './host.ts'
import { jobFacts, knownFacts } from './job-facts.ts'
import { pruneArrays } from './prune-arrays.ts'
import { pruneCache } from '../staging/prune-cache.ts'
import { processFacts } from './process-facts.ts'
import { revoking } from './revoking.ts'
import { readSizes, sizing } from './folder-sizes.ts'
import type { CallOptions, CleanAnswer } from './runner.ts'
import type { Scheduler } from './scheduler.ts'

/** Removes the folders of attempts of which nothing runs, and tells those that are left, to be tried again. */
export async function cleanJobs(
  host: Host,
  tags: readonly Tag[],
  options: CallOptions,
): Promise<CleanAnswer> {
  if (tags.length === 0) return { removed: [], bytes: 0, left: [] }
  const first = await clean(host, tags, new Set(), options)
  if (first.left.length === 0 || !host.scheduler.queue) return first
  const second = await clean(host, first.left, await overOf(host, first.left, options), options)
  return {
    removed: [...first.removed, ...second.removed],
    bytes: first.bytes + second.bytes,
    left: second.left,
  }
}

async function clean(
  host: Host,
  tags: readonly Tag[],
  over: ReadonlySet<Tag>,
  options: CallOptions,
): Promise<CleanAnswer> {
  const nonce = makeNonce()
  const script = cleanScript(host.folders.root, nonce, host.scheduler, tags, over)
  const text = new TextDecoder().decode(await host.ask(script, { deadline: 600_000, ...options }))
  const gone = new Set(
    text.split('\n').flatMap((line) => (line.startsWith(`${nonce} gone `) ? [line.split(' ')[2]] : [])),
  )
  const [before, after] = [readSizes(text, nonce, 'before'), readSizes(text, nonce, 'after')]
  const removed = tags.filter((tag) => gone.has(tag) && before.attempts.has(tag))
  const sizes = removed.map((tag) => before.attempts.get(tag) ?? 0)
  const shared = before.cache + before.leftovers - after.cache - after.leftovers
  const bytes = sizes.reduce((sum, size) => sum + size, Math.max(0, shared))
  return { removed, bytes, left: tags.filter((tag) => !gone.has(tag)) }
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
${processFacts}${jobFacts(scheduler)}${knownFacts()}${revoking}${cleaning}${sizing}
# Where not even the folder above is there, it may not be mounted.
if [ ! -d "$root" ] && [ ! -d "\${root%/*}" ]; then exit 0; fi
cd "$root" 2>/dev/null || root=
if [ -n "$root" ]; then sizes before ${tags.map(quote).join(' ')} .trash.*; fi
${tags.map((tag) => `clean ${quote(tag)} ${over.has(tag) ? 'yes' : 'no'}`).join('\n')}
if [ -n "$root" ]; then rm -rf "$root"/.trash.*; fi
${pruneArrays}${pruneCache(`${root}/cache`)}if [ -n "$root" ]; then sizes after .trash.*; fi
} </dev/null
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
