import { duration } from '../../core/duration.ts'
import { memorySize } from '../../core/memory-size.ts'
import { quote } from '../../core/quote.ts'
import type { Resources } from '../../pipeline/settings.ts'
import { checkResources } from '../check-resources.ts'
import type { Submission } from '../runner.ts'
import { withPrelude } from '../with-prelude.ts'
import type { GridEngineOptions } from './options.ts'
import { flagRules } from './flag-rules.ts'

/**
 * Submits `job/wrapper` from the attempt's folder, or `start` from an array's. What the job's own shell prints goes to `scheduler.log` there, by a path
 * relative to the job's folder: of an absolute one Grid Engine would take `,` and `:` for its own. A `$` in the folder's name
 * it would expand in any case, so such a job starts at home, without that log. What cannot be asked for is `invalid-value`.
 */
export function submitLines(options: GridEngineOptions, job: Submission, elements?: number): string {
  checkResources(job, flagRules)
  const shape = '-S /bin/sh -b n -sync n -j y -r'.split(' ')
  const words = ['-terse', '-N', job.tag, '-ac', `abeyance=${plain(job.name)}`, '-C', '', ...shape]
  if (elements !== undefined) words.unshift('-t', `1-${elements}`)
  words.push(options.requeue ? 'y' : 'n', ...resourceWords(options, job.spec.resources))
  const what = elements === undefined ? 'job/wrapper "$PWD"' : 'start'
  const ask = `case $PWD in
  *'$'*) set -- -o /dev/null ;;
  *) set -- -cwd -o scheduler.log ;;
esac
echo ${asked}
qsub ${words.map(quote).join(' ')} "$@" ${what} </dev/null 2>&1`
  return `said=$(
${withPrelude(options.prelude, ask)} 2>&1)
code=$?
${verdict}`
}

/** Printed between the prelude and the submission: without it nothing was submitted. */
const asked = 'abeyance-asks-qsub'

function resourceWords(options: GridEngineOptions, resources: Resources): readonly string[] {
  const { cores = 1, memory, time, gpus, partition, account, flags = [] } = resources
  const limits: Readonly<Record<string, string | undefined>> = {
    h_rt: time === undefined ? undefined : String(Math.ceil(duration(time) / 1000)),
    [options.memory ?? 'h_vmem']: memory === undefined ? undefined : memoryOf(options, memory, cores),
    ...(options.gpus !== undefined && { [options.gpus]: gpus === undefined ? undefined : String(gpus) }),
  }
  return [
    ...(cores > 1 ? ['-pe', options.parallelEnvironment ?? 'smp', String(cores)] : []),
    ...Object.entries(limits).flatMap(([name, value]) =>
      value === undefined ? [] : ['-l', `${name}=${value}`],
    ),
    ...(partition === undefined ? [] : ['-q', partition]),
    ...(account === undefined ? [] : ['-P', account]),
    ...flags,
  ]
}

/** `M` is 1024 x 1024 bytes there, `m` a million. */
function memoryOf(options: GridEngineOptions, memory: string, cores: number): string {
  const slots = options.memoryPer === 'job' ? 1 : cores
  return `${Math.ceil(memorySize(memory) / slots)}M`
}

/** A comment is a list of `name=value` with commas between. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 60)
}

/**
 * Sets `native`, or `fault` and `verdict`. The id stands on a line of its own, whatever is printed around it. 25 is Grid
 * Engine's own "try again": the limits of jobs per user and per cluster, and what a site's verifier sends away for now.
 * Where a message may have been sent, only its rejection says that nothing was submitted.
 */
const verdict = `native='' ids=0
while IFS= read -r line; do
  line=\${line%"\${line##*[![:space:]]}"}
  case $line in
    'Your job '[0-9]*' ('*) line=\${line#Your job } line=\${line%% (*} ;;
    'Your job-array '[0-9]*.*) line=\${line#Your job-array } line=\${line%%.*} ;;
    *.*[!0-9:-]*) ;;
    *.*-*) line=\${line%%.*} ;;
  esac
  case $line in ''|*[!0-9]*|"$native") ;; *) native=$line ids=$((ids + 1)) ;; esac
done <<SAID
$said
SAID
if [ "$code" -eq 0 ] && [ "$ids" -eq 1 ]; then return 0; fi
case $said in
  *${asked}*) verdict=doubt ;;
  *) verdict=not-tried ;;
esac
fault=$(printf '%s' "\${said#*${asked}}" | tr -s '[:space:]' ' ' | cut -c1-500)
fault=\${fault# }
[ "$verdict" = doubt ] && case $code,$fault in
  0,*|129,*|1[3-9][0-9],*|2[0-9][0-9],*) ;;
  25,*|12[67],*) verdict=not-tried ;;
  *receiv*|*imeout*|*'imed out'*|*'answer list'*|*'read error'*) ;;
  *'send error'*|*'onnection refused'*|*'jobs are allowed per'*|*'try again'*|*'no response from JSV'*) verdict=not-tried ;;
  *SGE_ROOT*|*SGE_CELL*|*'cell directory'*|*'resolve host'*|*'read script file'*) verdict=not-tried ;;
  *'Unable to run job:'*|*,'qsub: '*) verdict=refused ;;
esac
[ -n "$fault" ] || fault="qsub ended with code $code and said nothing"
return 1`
