import { calendar } from '../calendar.ts'
import { fold } from '../fold.ts'
import { words } from './words.ts'

/** `squeue`, as POSIX shell: what is asked for goes to the awk program in the environment. */
export const squeue = `
ids='' format='' states='' users='' names='' heads=yes each=no
flags='--noheader -h --all -a --array -r --me --start --hide'
values='--jobs -j --format -o --states -t --user -u --name -n --clusters -M --partition -p'
partition_asked=''

asked=''
while [ $# -gt 0 ]; do
  case $1 in -?*) ;; *) break ;; esac
  split "$@" || unknown_option "$1" 1
  shift "$used"
  case $option in
    --noheader|-h) heads=no ;;
    --array|-r) each=yes ;;
    --me) who; users=$user ;;
    --jobs|-j) ids=$value ;;
    --format|-o) format=$value ;;
    --states|-t) states=$value ;;
    --user|-u) users=$value ;;
    --name|-n) names=$value ;;
    --partition|-p) partition_asked=$value ;;
  esac
done
rest=$ids
while [ -n "$rest" ]; do
  id=\${rest%%,*}
  case $rest in *,*) rest=\${rest#*,} ;; *) rest='' ;; esac
  case $id in
    *[!0-9_]*|'')
      echo "squeue: error: Invalid job id: $id" >&2
      exit 1 ;;
  esac
done
suffer
now
if fault forgets; then min_age=0; fi
ask_ids=$ids ask_format=\${format:-%.18i %.9P %.8j %.8u %.2t %.10M %.6D %R} ask_states=$states ask_users=$users ask_names=$names \\
  ask_partitions=$partition_asked ask_heads=$heads ask_each=$each
export ask_each ask_ids ask_format ask_states ask_users ask_names ask_partitions ask_heads
ask squeue
`

export const squeueList = `${fold}${calendar}${words}
function list(name, set, parts, n, i) {
  n = split(ENVIRON["ask_" name], parts, ",")
  for (i = 1; i <= n; i++) set[parts[i]] = 1
  return n
}

END {
  wanted_ids = list("ids", want_id)
  wanted_users = list("users", want_user)
  wanted_names = list("names", want_name)
  wanted_partitions = list("partitions", want_partition)
  wanted_states = list("states", want_state)
  if (wanted_ids == 1) {
    s = found(ENVIRON["ask_ids"])
    if (!s || is_forgotten(s)) { print "slurm_load_jobs error: Invalid job id specified" | "cat >&2"; exit 1 }
  }
  for (s = 1; s <= jobs; s++) if (is_wanted(s) && !is_told(s)) put_in_order(s)
  if (ENVIRON["ask_heads"] == "yes") print line_of(0)
  for (i = 1; i <= count; i++) print line_of(order[i])
}

function is_wanted(s) {
  if (is_forgotten(s)) return 0
  if (wanted_ids && !(id_of[s] in want_id) && !(base_of[s] in want_id) && !(raw_of[s] in want_id)) return 0
  if (wanted_users && !(attr[s, "user"] in want_user) && !(attr[s, "uid"] in want_user)) return 0
  if (wanted_names && !(attr[s, "name"] in want_name)) return 0
  if (wanted_partitions && !(attr[s, "partition"] in want_partition)) return 0
  if ("all" in want_state) return 1
  if (wanted_states) return word_of[phase[s]] in want_state || code_of[phase[s]] in want_state
  return !is_over(s)
}

# Elements that wait in one array are one line, unless each is asked for.
function is_told(s, array) {
  if (ENVIRON["ask_each"] == "yes" || element_of[s] == "" || phase[s] != "waiting" && phase[s] != "held") return 0
  array = base_of[s] " " phase[s]
  together[array] = together[array] (array in together ? " " : "") element_of[s]
  return together[array] != element_of[s]
}

# Partition, then the state's name, then priority: a held job has none.
function put_in_order(s, i) {
  key[s] = attr[s, "partition"] " " word_of[phase[s]] " " (phase[s] == "held")
  for (i = ++count; i > 1 && key[order[i - 1]] > key[s]; i--) order[i] = order[i - 1]
  order[i] = s
}

# A line in the format asked for; the heads for job 0.
function line_of(s, format, line, width, right, letter) {
  format = ENVIRON["ask_format"]
  while (match(format, /%\\.?[0-9]*[A-Za-z]/)) {
    line = line substr(format, 1, RSTART - 1)
    width = substr(format, RSTART + 1, RLENGTH - 2)
    letter = substr(format, RSTART + RLENGTH - 1, 1)
    format = substr(format, RSTART + RLENGTH)
    right = sub(/^\\./, "", width)
    line = line fit(s ? field(s, letter) : head[letter], width, right)
  }
  return line format
}

function fit(text, width, right) {
  if (width == "") return text
  return sprintf(right ? "%" (width + 0) "s" : "%-" (width + 0) "s", substr(text, 1, width))
}

BEGIN {
  n = split("i=JOBID T=STATE t=ST j=NAME k=COMMENT r=REASON R=NODELIST(REASON) u=USER U=UID M=TIME l=TIME_LIMIT S=START_TIME e=END_TIME " \\
    "N=NODELIST C=CPUS A=JOBID F=ARRAY_JOB_ID K=ARRAY_TASK_ID P=PARTITION D=NODES V=SUBMIT_TIME E=DEPENDENCY a=ACCOUNT Z=WORK_DIR m=MIN_MEMORY", heads, " ")
  for (i = 1; i <= n; i++) head[substr(heads[i], 1, 1)] = substr(heads[i], 3)
}

function field(s, letter) {
  if (letter == "i") return listed_as(s)
  if (letter == "A") return raw_of[s]
  if (letter == "F") return base_of[s]
  if (letter == "T") return word_of[phase[s]]
  if (letter == "t") return code_of[phase[s]]
  if (letter == "j") return attr[s, "name"]
  if (letter == "k") return attr[s, "comment"] == "" ? "(null)" : attr[s, "comment"]
  if (letter == "r") return reason_of(s)
  if (letter == "R") return began[s] == "" || phase[s] ~ /^(failed|walltime|out-of-memory)$/ ? "(" reason_of(s) ")" : node[s]
  if (letter == "u") return attr[s, "user"]
  if (letter == "U") return attr[s, "uid"]
  if (letter == "M") return short_span(elapsed(began[s], ended[s]))
  if (letter == "l") return limit_of(s) == "" ? "UNLIMITED" : short_span(limit_of(s))
  if (letter == "S") return began[s] != "" ? shown(began[s]) : ended[s] != "" ? shown(ended[s]) : "N/A"
  if (letter == "e") return ended[s] != "" ? shown(ended[s]) : began[s] == "" || limit_of(s) == "" ? "N/A" : shown(began[s] + limit_of(s) * 1000)
  if (letter == "N") return began[s] == "" ? "" : node[s]
  if (letter == "C") return attr[s, "cpus"]
  if (letter == "K") return element_of[s] == "" ? "N/A" : element_of[s]
  if (letter == "P") return attr[s, "partition"]
  if (letter == "D") return 1
  if (letter == "V") return shown(row_submit[row[s]])
  if (letter == "E") return "(null)"
  if (letter == "a") return attr[s, "account"]
  if (letter == "Z") return attr[s, "folder"]
  if (letter == "m") return attr[s, "mem"]
  return "?"
}

function listed_as(s, array) {
  array = base_of[s] " " phase[s]
  return index(together[array] "", " ") ? base_of[s] "_[" ranges(together[array]) "]" : id_of[s]
}

# 0:44, 1:14, 2:00:00, 1-00:00:00.
function short_span(seconds) {
  if (seconds >= 3600) return (seconds >= 86400 ? int(seconds / 86400) "-" sprintf("%02d", int(seconds / 3600) % 24) : int(seconds / 3600)) sprintf(":%02d:%02d", int(seconds / 60) % 60, seconds % 60)
  return int(seconds / 60) sprintf(":%02d", seconds % 60)
}
`
