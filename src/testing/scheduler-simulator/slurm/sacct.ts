import { calendar } from '../calendar.ts'
import { fold } from '../fold.ts'
import { words } from './words.ts'

/** `sacct`, as POSIX shell. */
export const sacct = `
ids='' fields='' users='' names='' since='' states='' heads=yes bars=no steps=yes runs=last
flags='--noheader -n --parsable2 -P --allocations -X --duplicates -D --allusers -a --parsable -p'
values='--jobs -j --format -o --starttime -S --endtime -E --name --user -u --uid --clusters -M --state -s'
while [ $# -gt 0 ]; do
  case $1 in -?*) ;; *) break ;; esac
  split "$@" || unknown_option "$1" 1
  shift "$used"
  case $option in
    --noheader|-n) heads=no ;;
    --parsable2|-P) bars=yes ;;
    --parsable|-p) bars=end ;;
    --allocations|-X) steps=no ;;
    --duplicates|-D) runs=all ;;
    --jobs|-j) ids=$value ;;
    --format|-o) fields=$value ;;
    --starttime|-S) since=$value ;;
    --name) names=$value ;;
    --user|-u|--uid) users=$value ;;
    --state|-s) states=$value ;;
  esac
done
rest=$ids
while [ -n "$rest" ]; do
  id=\${rest%%,*}
  case $rest in *,*) rest=\${rest#*,} ;; *) rest='' ;; esac
  case $id in
    [!0-9]*)
      echo "sacct: fatal: Bad job/step specified: $id" >&2
      exit 1 ;;
  esac
done
suffer
now
late=0 incomplete=no
if fault accountingOff; then
  echo 'Slurm accounting storage is disabled' >&2
  exit 1
fi
if fault accountingDown; then
  echo 'sacct: error: slurm_persist_conn_open_without_init: failed to open persistent connection to host:127.0.0.1:16818: Connection refused' >&2
  echo 'sacct: error: Sending PersistInit msg: Connection refused' >&2
  echo 'sacct: error: Problem talking to the database: Connection refused' >&2
  exit 1
fi
if fault accountingLate; then late=$seconds; fi
if fault accountingIncomplete; then incomplete=yes; fi
ask_ids=$ids ask_fields=\${fields:-JobID,JobName,Partition,Account,AllocCPUS,State,ExitCode} ask_users=$users ask_names=$names ask_since=$since \\
  ask_states=$states ask_heads=$heads ask_bars=$bars ask_steps=$steps ask_runs=$runs ask_late=$late ask_incomplete=$incomplete
export ask_ids ask_fields ask_users ask_names ask_since ask_states ask_heads ask_bars ask_steps ask_runs ask_late ask_incomplete
ask sacct
`

export const sacctList = `${fold}${calendar}${words}
function list(name, set, parts, n, i) {
  n = split(ENVIRON["ask_" name], parts, ",")
  for (i = 1; i <= n; i++) set[parts[i]] = 1
  return n
}

BEGIN {
  n = split("JobID=-12 JobIDRaw=-12 JobName=10 State=10 ExitCode=8 DerivedExitCode=15 Submit=19 Eligible=19 Start=19 End=19 Elapsed=10 " \\
    "NodeList=15 Reason=22 Comment=14 Partition=10 Account=10 User=9 UID=6 AllocCPUS=10 Timelimit=10 WorkDir=20 ReqMem=10 MaxRSS=10", all, " ")
  for (i = 1; i <= n; i++) {
    split(all[i], pair, "=")
    spelled[tolower(pair[1])] = pair[1]
    width_of[pair[1]] = pair[2]
  }
  columns = split(ENVIRON["ask_fields"], column, ",")
  for (i = 1; i <= columns; i++) {
    if (!(tolower(column[i]) in spelled)) {
      printf "sacct: error: Invalid field requested: \\"%s\\"\\n", column[i] | "cat >&2"
      stopped = 1
      exit 1
    }
    column[i] = spelled[tolower(column[i])]
  }
}

END {
  if (stopped) exit 1
  wanted_ids = list("ids", want_id)
  wanted_users = list("users", want_user)
  wanted_names = list("names", want_name)
  wanted_states = list("states", want_state)
  since = seconds_since(ENVIRON["ask_since"])
  if (ENVIRON["ask_heads"] == "yes") show_heads()
  for (s = 1; s <= jobs; s++) for (r = 1; r <= rows; r++) if (row_job[r] == s) show(s, r)
}

function show(s, r, i, line) {
  if (ENVIRON["ask_runs"] != "all" && r != row[s]) return
  if (!is_wanted(s, r)) return
  show_line(s, r, 0)
  if (ENVIRON["ask_steps"] == "yes" && row_start[r] != "") show_line(s, r, 1)
}

function is_wanted(s, r) {
  if (ENVIRON["sim_now"] - submitted[s] < ENVIRON["ask_late"] * 1000) return 0
  if (wanted_users && !(attr[s, "user"] in want_user) && !(attr[s, "uid"] in want_user)) return 0
  if (wanted_names && !(name_of(s, r) in want_name)) return 0
  if (wanted_states && !(word_of[word_in(r)] in want_state) && !(code_of[word_in(r)] in want_state)) return 0
  if (wanted_ids) return id_of[s] in want_id || base_of[s] in want_id || raw_of[s] in want_id
  # What never could start has no time that could be in the time asked for.
  if (row_start[r] == "" && phase[s] == "held") return 0
  return !is_final(r) || row_end[r] / 1000 >= since
}

# Its end arrives late, too.
function is_final(r) { return row_end[r] != "" && ENVIRON["sim_now"] - row_end[r] >= ENVIRON["ask_late"] * 1000 }

function word_in(r, s) {
  s = row_job[r]
  if (is_final(r)) return row_word[r]
  if (row_start[r] == "") return "waiting"
  return phase[s] == "suspended" ? "suspended" : "running"
}

function name_of(s, r) { return ENVIRON["ask_incomplete"] == "yes" ? "allocation" : attr[s, "name"] }

function state_of(s, r, step, word) {
  word = word_in(r)
  if (step && is_final(r) && word != "completed" && word != "failed" && word != "out-of-memory") return "CANCELLED"
  if (step && word == "failed" && row_signal[r]) return "CANCELLED"
  if (word == "cancelled" && !step) return "CANCELLED by " by[s]
  return word_of[word]
}

function exit_of(s, r, step, word) {
  word = word_in(r)
  if (!is_final(r) || word == "completed") return "0:0"
  if (word == "failed" || word == "out-of-memory") return row_code[r] ":" row_signal[r]
  if (step) return "0:15"
  return "0:0"
}

function value_of(s, r, step, field, word) {
  word = word_in(r)
  if (field == "JobID") return id_of[s] (step ? ".batch" : "")
  if (field == "JobIDRaw") return raw_of[s] (step ? ".batch" : "")
  if (field == "JobName") return step ? "batch" : name_of(s, r)
  if (field == "State") return state_of(s, r, step)
  if (field == "ExitCode") return exit_of(s, r, step)
  if (field == "Submit") return shown(row_submit[r])
  if (field == "Start") return row_start[r] == "" ? (is_final(r) ? "None" : "Unknown") : shown(row_start[r])
  if (field == "End") return is_final(r) ? shown(row_end[r]) : "Unknown"
  if (field == "Elapsed") return long_span(elapsed(row_start[r], is_final(r) ? row_end[r] : ""))
  if (field == "NodeList") return row_start[r] == "" ? "None assigned" : row_node[r]
  if (field == "Account") return attr[s, "account"]
  if (field == "AllocCPUS") return row_start[r] == "" ? 0 : attr[s, "cpus"]
  if (step) return ""
  if (field == "DerivedExitCode") return "0:0"
  if (field == "Eligible") return phase[s] == "held" ? "Unknown" : shown(row_submit[r])
  if (field == "Reason") return phase[s] == "held" ? "JobHeldUser" : "None"
  if (field == "Comment") return is_final(r) ? attr[s, "comment"] : ""
  if (field == "Partition") return ENVIRON["ask_incomplete"] == "yes" ? "" : attr[s, "partition"]
  if (field == "WorkDir") return ENVIRON["ask_incomplete"] == "yes" ? "" : attr[s, "folder"]
  if (field == "User") return attr[s, "user"]
  if (field == "UID") return attr[s, "uid"]
  if (field == "Timelimit") return limit_of(s) == "" ? "UNLIMITED" : long_span(limit_of(s))
  if (field == "ReqMem") return attr[s, "mem"]
  return ""
}

function show_line(s, r, step, i, line) {
  for (i = 1; i <= columns; i++) line = line cell(value_of(s, r, step, column[i]), column[i], i)
  print line
}

function show_heads(i, line) {
  for (i = 1; i <= columns; i++) line = line cell(column[i], column[i], i)
  print line
  if (ENVIRON["ask_bars"] != "no") return
  line = ""
  for (i = 1; i <= columns; i++) {
    rule = sprintf("%" abs(width_of[column[i]]) "s", "")
    gsub(/ /, "-", rule)
    line = line rule " "
  }
  print line
}

function abs(x) { return x < 0 ? -x : x }

function cell(text, field, i, width) {
  if (ENVIRON["ask_bars"] == "yes") return (i > 1 ? "|" : "") text
  if (ENVIRON["ask_bars"] == "end") return text "|"
  width = abs(width_of[field])
  if (length(text) > width) text = substr(text, 1, width - 1) "+"
  return sprintf("%" (width_of[field] < 0 ? "-" : "") width "s ", text)
}

# What -S takes: a time, a date, seconds since 1970, or now less some time. Nothing: as far back as the log goes.
function seconds_since(text, amount) {
  if (text == "") return 0
  if (text ~ /^now/) {
    amount = text
    sub(/^now-?/, "", amount)
    return ENVIRON["sim_now"] / 1000 - amount * (amount ~ /hour/ ? 3600 : amount ~ /minute/ ? 60 : amount ~ /day/ ? 86400 : 1)
  }
  return text ~ /^[0-9]+$/ ? text + 0 : seconds_of(text)
}
`
