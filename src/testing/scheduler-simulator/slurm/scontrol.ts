import { calendar } from '../calendar.ts'
import { fold } from '../fold.ts'
import { words } from './words.ts'

/** `scontrol`, as POSIX shell: what a user may do with it, not an administrator. */
export const scontrol = `
flags='--oneliner -o --quiet -Q --verbose -v'
values='--clusters -M'
one=no
while [ $# -gt 0 ]; do
  case $1 in -?*) ;; *) break ;; esac
  split "$@" || unknown_option "$1" 1
  shift "$used"
  case $option in --oneliner|-o) one=yes ;; esac
done
asked=\${1-}
suffer
now
if fault forgets; then min_age=0; fi

# known ID ERROR: whether the controller has the job; the error is what each command says in its own words.
known() {
  case $1 in ''|*[!0-9_]*) ;; *) [ "$(ask has "$1")" = yes ] && return 0 ;; esac
  printf '%s\\n' "$2" >&2
  exit 1
}

case $asked in
  ping) echo 'Slurmctld(primary) at localhost is UP' ;;
  show)
    if [ "\${2-}" != job ]; then
      echo "invalid entity:\${2-} for keyword:show " >&2
      exit 1
    fi
    [ -z "\${3-}" ] || known "$3" 'slurm_load_jobs error: Invalid job id specified'
    ask_id=\${3-} ask_one=$one
    export ask_id ask_one
    ask scontrol ;;
  requeue|requeuehold)
    known "\${2-}" "Invalid job id specified for job \${2-}"
    case $(ask phase "$2") in
      waiting|held)
        echo "Job is pending execution for job $2" >&2
        exit 1 ;;
    esac
    order end requeue "$2"
    [ "$asked" = requeue ] || order note hold "$2" ;;
  hold|release)
    known "\${2-}" "Invalid job id specified for job \${2-}\${newline}slurm_suspend error: Invalid job id specified"
    order note "$asked" "$2" ;;
  suspend|resume)
    echo "Access/permission denied for job \${2-}" >&2
    exit 1 ;;
  *)
    echo "invalid keyword: $asked" >&2
    exit 1 ;;
esac
`

export const scontrolHas = `${fold}${calendar}${words}
END { s = at[ENVIRON["sim_word"]]; print (s && !is_forgotten(s) ? "yes" : "no") }
`

export const scontrolPhase = `${fold}
END { print phase[at[ENVIRON["sim_word"]]] }
`

export const scontrolList = `${fold}${calendar}${words}
function time_or(text, other) { return text == "" ? other : iso(text) }

function show(s, sep, code) {
  sep = ENVIRON["ask_one"] == "yes" ? " " : "\\n   "
  code = row_code[row[s]] + 0 ":" row_signal[row[s]] + 0
  if (phase[s] == "walltime" || phase[s] == "cancelled" && began[s] != "") code = "0:15"
  printf "JobId=%s ", raw_of[s]
  if (element_of[s] != "") printf "ArrayJobId=%s ArrayTaskId=%s ", base_of[s], element_of[s]
  printf "JobName=%s%s", attr[s, "name"], sep
  printf "UserId=%s(%s) GroupId=%s(%s) MCS_label=N/A%s", attr[s, "user"], attr[s, "uid"], attr[s, "user"], attr[s, "uid"], sep
  printf "Priority=%s Nice=0 Account=%s QOS=normal%s", phase[s] == "held" ? 0 : 4294901760 - s, attr[s, "account"], sep
  printf "JobState=%s Reason=%s Dependency=(null)%s", word_of[phase[s]], reason_of(s), sep
  printf "Requeue=%d Restarts=%d BatchFlag=1 Reboot=0 ExitCode=%s%s", attr[s, "requeue"] == "yes", runs[s], code, sep
  printf "RunTime=%s TimeLimit=%s TimeMin=N/A%s", long_span(elapsed(began[s], ended[s])), limit_of(s) == "" ? "UNLIMITED" : long_span(limit_of(s)), sep
  printf "SubmitTime=%s EligibleTime=%s%s", iso(row_submit[row[s]]), phase[s] == "held" ? "Unknown" : iso(row_submit[row[s]]), sep
  printf "AccrueTime=%s%s", phase[s] == "held" ? "Unknown" : iso(row_submit[row[s]]), sep
  printf "StartTime=%s EndTime=%s Deadline=N/A%s", time_or(began[s], "Unknown"), time_or(ended[s], "Unknown"), sep
  printf "Partition=%s AllocNode:Sid=localhost:1%s", attr[s, "partition"], sep
  printf "NodeList=%s%s", node[s], sep
  if (node[s] != "") printf "BatchHost=%s%s", node[s], sep
  printf "NumNodes=1 NumCPUs=%s NumTasks=1 CPUs/Task=%s ReqB:S:C:T=0:0:*:*%s", attr[s, "cpus"], attr[s, "cpus"], sep
  printf "Command=(null)%sWorkDir=%s%s", sep, attr[s, "folder"], sep
  if (attr[s, "comment"] != "") printf "Comment=%s %s", attr[s, "comment"], sep
  printf "StdErr=%s%sStdIn=/dev/null%sStdOut=%s%sPower=%s\\n", path(s, "err"), sep, sep, path(s, "out"), sep, sep
  if (ENVIRON["ask_one"] != "yes") print ""
}

function path(s, which, text) {
  text = attr[s, which]
  gsub(/%[jA]/, id_of[s], text)
  return text ~ /^\\// ? text : attr[s, "folder"] "/" text
}

END {
  if (ENVIRON["ask_id"] != "") show(at[ENVIRON["ask_id"]])
  else for (s = 1; s <= jobs; s++) if (!is_forgotten(s)) show(s)
}
`
