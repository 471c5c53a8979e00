import { quote } from '../core/quote.ts'
import { shellPath } from './attempt-folder.ts'
import { processFacts } from './process-facts.ts'
import type { Scheduler } from './scheduler.ts'
import type { Submission } from './runner.ts'

export interface ReadyJob {
  readonly job: Submission
  /** The files of its `job` folder, by name. */
  readonly files: Readonly<Record<string, string>>
}

/**
 * One request that submits jobs, each at most once: it may be sent again after any doubt, and be killed between any two
 * commands. Each job's answer is a line `NONCE TAG KIND TEXT`, written as it goes; after a fault of the scheduler the rest is
 * `not-tried`. Nothing happens until the request has arrived whole.
 */
export function submitScript(
  root: string,
  nonce: string,
  scheduler: Scheduler,
  wrapper: string,
  jobs: readonly ReadyJob[],
): string {
  return `{
nonce=${nonce}
root=${shellPath(root)}
shell=\${ABEYANCE_SHELL:-/bin/sh}
export ABEYANCE_SHELL="$shell"
stopped='' fault='the scheduler refused it'
wrapper=${quote(wrapper)}
${processFacts}
read_process "$$" && mine="$host,$$,$start,$boot"
mkdir -p "$root/spool"
${steps}
# gone NATIVE: whether a job that claimed nothing can surely not start any more.
gone() {
${scheduler.gone}
}
${jobs.map((ready) => jobSteps(ready, scheduler)).join('\n')}
printf '%s end\\n' "$nonce"
} </dev/null
`
}

function jobSteps({ job, files }: ReadyJob, scheduler: Scheduler): string {
  const text = Object.entries(files).map(
    ([name, content]) => `printf '%s\\n' ${quote(content)} >"$parts/${name}" || return 1`,
  )
  return `
files() {
${text.join('\n')}
printf '%s\\n' "$wrapper" >"$parts/wrapper"${'script' in files ? ' && chmod +x "$parts/script"' : ''}
}
submit() {
${scheduler.submit(job)}
}
submit_once ${quote(job.tag)}`
}

const steps = `
answer() { printf '%s %s %s %s\\n' "$nonce" "$tag" "$1" "$2"; }

open_folder() {
  if [ -n "$stopped" ]; then answer not-tried 'stopped after the fault of another job'; return 1; fi
  mkdir -p "$root/$tag" && cd "$root/$tag" && return 0
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
  IFS= read -r known <native
  gone "$known" && return 1
  answer accepted "$known"
}

# take_turn: notes this process as the one that submits; answers and fails where another one may be at it.
take_turn() {
  turn=1
  while [ -e "submitting.$turn" ]; do
    IFS=, read -r its_host its_pid its_start its_boot <"submitting.$turn"
    turn=$((turn + 1))
  done
  if [ "$turn" -gt 1 ] && ! is_rebooted "$its_host" "$its_boot"; then
    if ! is_here "$its_host"; then answer doubt "a process on \${its_host%%/*} may be submitting it"; return 1; fi
    if is_alive "$its_pid" "$its_start"; then
      answer doubt "process $its_pid is submitting it"
      return 1
    fi
  fi
  put "mine.$turn" "$mine"
  # Made by one process alone: whoever comes second sees the first.
  ln "mine.$turn" "submitting.$turn" 2>/dev/null
  IFS= read -r first <"submitting.$turn"
  [ "$first" = "$mine" ] && return 0
  answer doubt 'another process began to submit it'
  return 1
}

make_files() {
  [ -d job ] && return 0
  parts=parts.$$
  rm -rf "$parts"
  mkdir "$parts" && files && mv "$parts" job
}

submit_once() {
  tag=$1
  open_folder || return
  is_known && return
  take_turn || return
  if ! make_files; then
    stopped=yes
    answer not-tried "cannot write to $root/$tag"
  elif ! submit; then
    stopped=yes
    answer not-tried "$fault"
  else
    put native "$native"
    answer accepted "$native"
  fi
}
`
