import { duration } from '../../core/duration.ts'
import { memorySize } from '../../core/memory-size.ts'
import { quote } from '../../core/quote.ts'
import type { Resources } from '../../pipeline/settings.ts'
import { checkResources } from '../check-resources.ts'
import type { Submission } from '../runner.ts'
import { withPrelude } from '../with-prelude.ts'
import { findDialect } from './find-dialect.ts'
import type { PbsDialect, PbsOptions } from './options.ts'
import { flagRules } from './flag-rules.ts'

/**
 * Submits `start`, made beside `job` (an array's is there), which calls the wrapper with the attempt's folder: the dialects do not agree on how a
 * script is given words. What the job's own shell prints comes to `scheduler.log` when it ended; where the folder's name
 * could be taken for something else than a path, it goes nowhere. The dialect is found once for all jobs of a request. What cannot be asked
 * for is `invalid-value`.
 */
export function submitLines(options: PbsOptions, job: Submission, elements?: number): string {
  checkResources(job, flagRules)
  const { partition, account, flags = [] } = job.spec.resources
  const words = [
    '-N',
    job.tag,
    '-j',
    'oe',
    ...(elements === undefined ? ['-r', options.requeue ? 'y' : 'n'] : []),
    ...(partition === undefined ? [] : ['-q', partition]),
    ...(account === undefined ? [] : ['-A', account]),
  ]
  const arm = (dialect: PbsDialect) => {
    const shell = dialect === 'slurm' ? [] : ['-S', '/bin/sh'] // the login shell's in place of it
    const own = [
      ...shell,
      ...numbers(dialect, options, elements),
      ...inOneList(resourceList(dialect, job.spec.resources), flags),
    ]
    return `  ${dialect}) set -- ${own.map(quote).join(' ')} ;;`
  }
  const ask = `case $dialect in
${arm('openpbs')}
${arm('torque')}
${arm('slurm')}
esac
case $PWD in
  *[!A-Za-z0-9_./+=@%-]*) log=/dev/null ;;
  *) log=${elements === undefined ? 'scheduler.log' : '/dev/null'} ;;
esac
echo ${asks}
set -- qsub ${words.map(quote).join(' ')} -o "$log" -W "umask=$(umask)" "$@" start
case $dialect in
  slurm) set -- env -i ${inherited.map((name) => `\${${name}+"${name}=$${name}"}`).join(' ')} "$@" ;;
esac
"$@" </dev/null 2>&1`
  const find = withPrelude(options.prelude, `${findDialect(options.dialect)}\necho "dialect=$dialect"`)
  return `${elements === undefined ? starter : ''}
if [ -z "\${dialect:-}" ]; then
  found=$(
${find} 2>&1)
  dialect=\${found##*dialect=}
  if [ "$dialect" = "$found" ]; then
    dialect='' verdict=not-tried fault=$(printf '%s' "$found" | tr -s '[:space:]' ' ' | cut -c1-500)
    return 1
  fi
fi
${elements === undefined ? '' : noArrays}said=$(
${withPrelude(options.prelude, ask)} 2>&1)
code=$?
${verdict}`
}

/** OpenPBS takes no array that it may not start again; a second start of an element is a duplicate all the same, where it is not wanted. */
function numbers(dialect: PbsDialect, { requeue = false }: PbsOptions, elements?: number): readonly string[] {
  if (elements === undefined) return []
  if (dialect === 'openpbs') return ['-r', 'y', '-J', `1-${elements}`]
  return ['-r', requeue ? 'y' : 'n', '-t', `1-${elements}`]
}

/** Their answers tell the elements of an array by ids that its jobs do not know of themselves. */
const noArrays = `if [ "$dialect" = slurm ]; then
  verdict=refused fault='the wrappers around Slurm have no arrays that can be followed'
  return 1
fi
`

/** What the wrappers get of the environment: all that they have would go on to the job. */
const inherited = (
  'PATH HOME USER LOGNAME SHELL TZ LANG LC_ALL LC_CTYPE LD_LIBRARY_PATH PERL5LIB SLURM_CONF SLURM_CONF_SERVER ' +
  'SBATCH_ACCOUNT SBATCH_PARTITION SBATCH_QOS'
).split(' ')

/** Printed between the prelude and the submission: without it nothing was submitted. */
const asks = 'abeyance-asks-qsub'

const starter = `at=$PWD
case $at in *"'"*) at=$(printf '%s' "$PWD" | sed "s/'/'\\\\\\\\''/g") ;; esac
put start "#!/bin/sh
exec /bin/sh '$at/job/wrapper' '$at'" || { verdict=not-tried fault="cannot write to $PWD"; return 1; }`

/** One list of resources, since the wrappers take but the last that they are given. */
function inOneList(asked: string, flags: readonly string[]): readonly string[] {
  const lists = asked === '' ? [] : [asked]
  const others: string[] = []
  for (const [index, flag] of flags.entries()) {
    if (flags[index - 1] === '-l') lists.push(flag)
    else if (/^-l./.test(flag)) lists.push(flag.slice(2))
    else if (flag !== '-l') others.push(flag)
  }
  return [...(lists.length > 0 ? ['-l', lists.join(',')] : []), ...others]
}

/** `mb` is 1024 x 1024 bytes. */
function resourceList(dialect: PbsDialect, { cores, memory, gpus, time }: Resources): string {
  const size = memory === undefined ? undefined : `mem=${memorySize(memory)}mb`
  const limit = time === undefined ? [] : [`walltime=${clockTime(duration(time))}`]
  if (dialect === 'openpbs') {
    const chunk = [cores && `ncpus=${cores}`, size, gpus && `ngpus=${gpus}`].filter(Boolean)
    return [...(chunk.length > 0 ? [`select=1:${chunk.join(':')}`] : []), ...limit].join(',')
  }
  const node = [`ppn=${cores ?? 1}`, gpus && `gpus=${gpus}`].filter(Boolean)
  const nodes = cores === undefined && gpus === undefined ? [] : [`nodes=1:${node.join(':')}`]
  return [...nodes, ...(size === undefined ? [] : [size]), ...limit].join(',')
}

function clockTime(milliseconds: number): string {
  const all = Math.ceil(milliseconds / 1000)
  const two = (count: number) => String(count).padStart(2, '0')
  return `${two(Math.floor(all / 3600))}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`
}

/**
 * Sets `native`, or `fault` and `verdict`. The id stands on a line of its own, whatever is printed around it. Exit codes are
 * the server's error numbers modulo 256 and say little; the words decide. Where a message may have been sent, only its
 * rejection says that nothing was submitted.
 */
const verdict = `# shellcheck disable=SC2046
set -- $(printf '%s\\n' "$said" |
  sed -n 's/^\\([0-9][0-9]*\\(\\[\\]\\)\\{0,1\\}\\(\\.[A-Za-z0-9_.-]*\\)\\{0,1\\}\\)[[:space:]]*$/\\1/p' | sort -u)
native=\${1:-}
if [ "$code" -eq 0 ] && [ "$#" -eq 1 ]; then return 0; fi
case $said in
  *${asks}*) verdict=doubt ;;
  *) verdict=not-tried ;;
esac
fault=$(printf '%s' "\${said#*${asks}}" | tr -s '[:space:]' ' ' | cut -c1-500)
fault=\${fault# }
[ "$verdict" = doubt ] && case $code,$fault in
  0,*) ;;
  *'imed out'*|*imeout*|*'nd of '[Ff]'ile'*|*'roken pipe'*|*'reset by'*|*rotocol*|*'nterrupted'*) ;;
  *'annot connect'*|*'onnection refused'*|*'nable to contact'*|*'not found'*|*'hutting down'*) verdict=not-tried ;;
  *'ould exceed'*|*'exceeds the queue limit'*|*'aximum number of jobs'*|*SubmitJob*) verdict=not-tried ;;
  *emporarily*|*'not enabled'*|*'too many'*|*[Bb]'usy'*|*'try again'*) verdict=not-tried ;;
  *,qsub:*|*' qsub: '*|*'sbatch: error:'*|2,*[Uu]sage:*) verdict=refused ;;
esac
[ -n "$fault" ] || fault="qsub ended with code $code and said nothing"
return 1`
