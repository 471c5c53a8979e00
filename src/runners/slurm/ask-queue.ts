import type { Queue, Scheduler } from '../scheduler.ts'
import type { SlurmOptions } from './options.ts'
import { squeueEnd, squeueFormat } from './read-squeue.ts'
import { clusterFlag, withSlurm } from './slurm-commands.ts'
import { finalWords } from './state-words.ts'

/** What squeue is asked. `-a`: partitions that are hidden too; `-t all`: ended jobs too, while Slurm remembers them. */
export function askQueue(options: SlurmOptions): Pick<Scheduler, 'gone'> & Pick<Queue, 'list' | 'ids'> {
  const squeue = `squeue${clusterFlag(options)} -h -a -t all`
  return {
    // One job alone is an error when it is unknown: Slurm had it, since it gave the id, and has forgotten it some time after its end.
    gone: withSlurm(
      options,
      `answer=$(${squeue} -j "$1" -o %T 2>&1) || {
  case $answer in *'Invalid job id specified'*) exit 0 ;; *) exit 1 ;; esac
}
over=no
# A task that is listed no more, of an array that is known.
case $1 in *_*) [ -n "$answer" ] || exit 0 ;; esac
for word in $answer; do
  case $word in
    ${finalWords.join('|')}) over=yes ;;
    *[!A-Z_]*) ;;
    *) exit 1 ;;
  esac
done
[ "$over" = yes ]`,
    ),
    list: withSlurm(
      options,
      `me=$(id -u) || exit 1
${squeue} -r -u "$me" -o '${squeueFormat}' && echo '${squeueEnd}'`,
    ),
    // Whatever begins a line as a job does: rather one too many, since a job that is listed is not looked for elsewhere.
    ids: `sed -n -e 's/^\\([0-9][0-9_+]*\\)|[^|]*|[^|]*|\\([^ |]*\\).*/\\1 \\2/p' -e t -e 's/^\\([0-9][0-9_+]*\\)|[^|]*|.*/\\1/p' | sed 's/^\\([0-9]*\\)+0\\( .*\\)*$/\\1\\2/'`,
  }
}
