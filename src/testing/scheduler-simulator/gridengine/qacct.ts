import { calendar } from '../calendar.ts'
import { fold } from '../fold.ts'

/** `qacct`, as POSIX shell: records of jobs, and only these. */
export const qacct = `
owner='' wanted='' listed=no
while [ $# -gt 0 ]; do
  case $1 in
    -o) owner=\${2-}; shift ;;
    -j)
      listed=yes
      case \${2-} in ''|-*) ;; *) wanted=$2; shift ;; esac ;;
    *)
      echo "invalid option argument \\"$1\\"" >&2
      exit 1 ;;
  esac
  shift
done
suffer
now
if [ "$listed" = no ]; then exit 0; fi
late=0
if fault accountingOff || fault accountingDown; then
  echo "$sim/accounting: No such file or directory" >&2
  echo 'no jobs running since startup'
  exit 1
fi
if fault accountingLate; then late=$seconds; fi
ask_owner=$owner ask_job=$wanted ask_late=$late
export ask_owner ask_job ask_late
ask qacct
`

export const qacctList = `${fold}${calendar}
END {
  wanted = ENVIRON["ask_job"]
  owner = ENVIRON["ask_owner"]
  for (r = 1; r <= rows; r++) {
    s = row_job[r]
    if (row_end[r] == "" || row_start[r] == "" || row_end[r] + ENVIRON["ask_late"] * 1000 > now) continue
    if (owner != "" && attr[s, "user"] != owner) continue
    if (wanted != "" && base_of[s] != wanted && attr[s, "name"] != wanted) continue
    record(s, r)
    found = 1
  }
  if (wanted != "" && !found) {
    print "error: job " (wanted ~ /^[0-9]+$/ ? "id " : "name ") wanted " not found" | "cat >&2"
    exit 1
  }
  if (owner != "") {
    print "OWNER     WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW"
    print "======================================================================================================================"
    if (found) printf "%-10s%9d%14.3f%14.3f%14.3f%19.3f%19.3f%19.3f\\n", owner, 0, 0, 0, 0, 0, 0, 0
  }
}

function padded(name, text) { printf "%-12s %-20s\\n", name, text }
function said(name, text) { printf "%-12s %s\\n", name, text }

# How it failed, by the code that the field begins with.
function failure(r, word) {
  word = row_word[r]
  if (word == "walltime") return "37  : qmaster enforced h_rt, h_cpu, or h_vmem limit"
  if (word == "error") return row_code[r] == 26 ? "26  : opening input/output file" : row_code[r] == 28 ? "28  : changing into working directory" : "30  : rescheduling on application error"
  if (word == "requeued" || word == "preempted" && attr[row_job[r], "requeue"] == "yes") return "25  : rescheduling"
  if (word == "node-failure") return attr[row_job[r], "requeue"] == "yes" ? "25  : rescheduling" : "19  : before writing exit_status"
  if (word == "completed" || word == "failed" && row_signal[r] == 0) return "0    "
  return "100 : assumedly after job"
}

function exit_of(r, word) {
  word = row_word[r]
  if (word == "error") return row_code[r] == 100 ? 100 : 0
  if (word == "requeued" && row_code[r]) return row_code[r]
  if (word == "completed" || word == "node-failure") return 0
  if (word == "failed") return row_signal[r] ? 128 + row_signal[r] : row_code[r]
  return 137
}

function record(s, r, started, code, ran) {
  started = !(row_word[r] == "error" && row_code[r] != 100)
  code = exit_of(r)
  ran = started ? int(row_end[r] / 1000) - int(row_start[r] / 1000) : 0
  print "=============================================================="
  padded("qname", attr[s, "queue"])
  padded("hostname", row_node[r])
  padded("group", attr[s, "user"])
  padded("owner", attr[s, "user"])
  padded("project", attr[s, "project"])
  padded("department", "defaultdepartment")
  padded("jobname", attr[s, "name"])
  padded("jobnumber", base_of[s])
  said("taskid", element_of[s] == "" ? "undefined" : element_of[s])
  padded("account", "sge")
  padded("priority", 0)
  said("qsub_time", ctime(row_submit[r]))
  said("start_time", started ? ctime(row_start[r]) : "-/-")
  said("end_time", started ? ctime(row_end[r]) : "-/-")
  padded("granted_pe", attr[s, "environment"] == "" ? "NONE" : attr[s, "environment"])
  padded("slots", attr[s, "slots"])
  said("failed", failure(r))
  said("exit_status", sprintf("%-20s", code) (code == 137 ? " (Killed)" : code == 143 ? " (Terminated)" : ""))
  said("ru_wallclock", ran "s")
  said("ru_utime", "0.000s")
  said("ru_stime", "0.000s")
  said("ru_maxrss", "0.000B")
  said("ru_ixrss", "0.000B")
  said("ru_ismrss", "0.000B")
  said("ru_idrss", "0.000B")
  said("ru_isrss", "0.000B")
  n = split("ru_minflt ru_majflt ru_nswap ru_inblock ru_oublock ru_msgsnd ru_msgrcv ru_nsignals ru_nvcsw ru_nivcsw", counts, " ")
  for (i = 1; i <= n; i++) padded(counts[i], 0)
  said("cpu", "0.000s")
  said("mem", "0.000Bs")
  said("io", "0.000B")
  said("iow", "0.000s")
  said("maxvmem", row_word[r] == "out-of-memory" ? most(s) : "0.000B")
  said("arid", "undefined")
  said("ar_sub_time", "undefined")
  said("category", category(s))
}

function category(s, text) {
  text = attr[s, "resources"] == "" ? "" : "-l " attr[s, "resources"]
  if (attr[s, "environment"] != "") text = text (text == "" ? "" : " ") "-pe " attr[s, "environment"] " " attr[s, "slots"]
  return text == "" ? "NONE" : text
}

# What it asked for, since it was killed for using more.
function most(s, parts, n, i, size) {
  n = split(attr[s, "resources"], parts, ",")
  for (i = 1; i <= n; i++) if (sub(/^h_vmem=/, "", parts[i])) size = parts[i]
  if (size == "") return "16.000GB"
  return sprintf("%.3f", size * attr[s, "slots"]) substr(size, match(size, /[A-Za-z]*$/)) "B"
}
`
