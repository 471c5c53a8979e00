import { quote } from '../../core/quote.ts'
import type { Submission } from '../runner.ts'
import type { SlurmOptions } from './options.ts'
import { resourceFlags } from './resource-flags.ts'
import { withPrelude } from '../with-prelude.ts'
import { clusterFlag } from './slurm-commands.ts'
import { readVerdict } from './submit-words.ts'

/**
 * What of the environment sbatch gets, and with it the wrapper, since `--export=ALL` hands on what sbatch has. A list of names
 * instead would make Slurm start a login shell of the user's on the node, for each job, and hold the job where that is slow. The
 * site's and user's defaults for where jobs go may stay in SBATCH_ variables; the others of that kind would undo our words.
 */
const inherited = (
  'PATH HOME USER LOGNAME SHELL TZ LANG LC_CTYPE LD_LIBRARY_PATH SLURM_CONF SLURM_CONF_SERVER ABEYANCE_SHELL ' +
  'SBATCH_ACCOUNT SBATCH_CONSTRAINT SBATCH_PARTITION SBATCH_QOS SBATCH_RESERVATION SBATCH_WCKEY'
).split(' ')

/**
 * Shell for `Scheduler.submit` and, with a number of elements, for `Arrays.submit`, in the folder of the attempt or the array. What
 * Slurm cannot express is `invalid-value`.
 */
export function submitCommand(job: Submission, options: SlurmOptions, elements?: number): string {
  const words = [
    `--job-name=${job.tag}`,
    ...(elements === undefined ? [] : [`--array=1-${elements}`]),
    options.requeue === true ? '--requeue' : '--no-requeue',
    '--open-mode=append',
    '--export=ALL',
    ...resourceFlags(job, options),
  ]
  const sbatch = `env -i ${inherited.map((name) => `\${${name}+"${name}=$${name}"}`).join(' ')} \\
  sbatch --parsable${clusterFlag(options)} --chdir="$PWD" --output="$log" --error="$log" \\
  --comment="\${workspace##*/}/"${quote(`${job.tag}/${plainName(job.name)}`)} \\
  ${words.map(quote).join(' ')} \\
  ${elements === undefined ? 'job/wrapper "$PWD"' : 'start'} >submit.out 2>submit.err`
  return `  log=$PWD/wrapper.log workspace=${elements === undefined ? '${PWD%/*}' : '${PWD%/*/*}'}
  case $log in *%*) log=$(printf '%s\\n' "$log" | sed 's/%/%%/g') ;; esac
  # Of a word such as \`:\` a shell dies where it cannot write.
  if ! true >submit.err || ! true >submit.out; then
    verdict=not-tried fault="cannot write to $PWD"
    return 1
  fi
${options.prelude ? withPrelude(options.prelude, sbatch) : sbatch}
  code=$?
${readId}
  # In one line, as answers are.
  fault=$(cat submit.err submit.out | head -c 2000 | tr '\\n\\r' '  ')
  if [ "$code" -eq 0 ]; then
    verdict=doubt fault="sbatch answered without a clear job id: $fault"
  elif [ "$code" -eq 126 ] || [ "$code" -eq 127 ]; then
    verdict=not-tried fault="sbatch cannot be run here: $fault"
  else
    ${readVerdict.replaceAll('\n', '\n    ')}
    fault="sbatch ended with code $code: $fault"
  fi
  return 1`
}

/**
 * The id stands alone in a line, maybe with `;cluster`, or in the sentence of a sbatch that ignores `--parsable`. Other lines
 * are what plugins print; two ids are none.
 */
const readId = `  native='' ids=0 cr=\${cr-$(printf '\\r')}
  while IFS= read -r line || [ -n "$line" ]; do
    line=\${line%"$cr"}
    line=\${line#Submitted batch job }
    line=\${line%% on cluster *}
    line=\${line%%;*}
    case $line in ''|*[!0-9]*) ;; *) native=$line ids=$((ids + 1)) ;; esac
  done <submit.out
  if [ "$code" -eq 0 ] && [ "$ids" -eq 1 ]; then return 0; fi`

/** For people, in the comment: one line, not too long. */
function plainName(name: string): string {
  return name.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200)
}
