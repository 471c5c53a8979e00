import { calendar } from '../calendar.ts'
import { fold } from '../fold.ts'
import { words } from './words.ts'

/** `qstat`, as POSIX shell. */
export const qstat = `
form=table states='' users='' job=''
while [ $# -gt 0 ]; do
  case $1 in
    -xml) form=xml ;;
    -s) states=\${2-}; shift ;;
    -u) users=\${2-}; shift ;;
    -j) job=\${2-}; shift ;;
    -help)
      echo 'SGE 8.1.9'
      exit 0 ;;
    *)
      echo "invalid option argument \\"$1\\"" >&2
      exit 1 ;;
  esac
  shift
done
suffer
now
who
ask_form=$form ask_states=$states ask_users=\${users:-$user} ask_job=$job
export ask_form ask_states ask_users ask_job
if [ -n "$job" ]; then ask qstat-job; else ask qstat; fi
`

export const qstatList = `${fold}${calendar}${words}
END {
  n = split(ENVIRON["ask_users"], parts, ",")
  for (i = 1; i <= n; i++) want_user[parts[i]] = 1
  states = ENVIRON["ask_states"]
  for (s = 1; s <= jobs; s++) {
    if (!is_listed(s) || !("*" in want_user) && !(attr[s, "user"] in want_user)) continue
    if (states != "" && states !~ "a" && index(states, is_busy(s) ? (phase[s] == "suspended" ? "s" : "r") : phase[s] == "held" && states !~ "p" ? "h" : "p") == 0) continue
    if (is_told(s)) continue
    if (is_busy(s)) running[++r] = s
    else if (phase[s] == "held") held[++h] = s
    else waiting[++w] = s
  }
  if (ENVIRON["ask_form"] == "xml") xml()
  else table()
}

# Elements of an array that wait are one entry.
function is_told(s, array) {
  if (element_of[s] == "" || is_busy(s)) return 0
  array = base_of[s] " " letters(s)
  together[array] = together[array] (array in together ? " " : "") element_of[s]
  return together[array] != element_of[s]
}

# 4 of one that runs, 1-3:1 of several that wait.
function tasks_of(s, n, parts, i, text, first, step) {
  if (is_busy(s)) return element_of[s]
  n = split(together[base_of[s] " " letters(s)], parts, " ")
  for (i = 1; i <= n; i++) {
    first = parts[i]
    step = i < n ? parts[i + 1] - first : 0
    while (i < n && parts[i + 1] - parts[i] == step) i++
    text = text (text == "" ? "" : ",") first (parts[i] == first ? "" : "-" parts[i] ":" step)
  }
  return text
}

function table(i) {
  if (r + w + h == 0) return
  print "job-ID  prior   name       user         state submit/start at     queue                          slots ja-task-ID "
  print "-----------------------------------------------------------------------------------------------------------------"
  for (i = 1; i <= r; i++) row_of(running[i])
  for (i = 1; i <= w; i++) row_of(waiting[i])
  for (i = 1; i <= h; i++) row_of(held[i])
}

function row_of(s) {
  read_time(is_busy(s) ? began[s] : submitted[s])
  printf "%7s %-7s %-10.10s %-12.12s %-5s %02d/%02d/%d %s %-30s %5s %-7s\\n", base_of[s], priority(s), attr[s, "name"], attr[s, "user"], letters(s), \\
    month, day, year, clock, queue_of(s), attr[s, "slots"], tasks_of(s)
}

function xml(i) {
  print "<?xml version='1.0'?>"
  print "<job_info  xmlns:xsd=\\"http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/qstat.xsd\\">"
  print "  <queue_info>"
  for (i = 1; i <= r; i++) entry(running[i], "running")
  print "  </queue_info>\\n  <job_info>"
  for (i = 1; i <= w; i++) entry(waiting[i], "pending")
  for (i = 1; i <= h; i++) entry(held[i], "pending")
  print "  </job_info>\\n</job_info>"
}

function entry(s, state) {
  print "    <job_list state=\\"" state "\\">"
  tag("JB_job_number", base_of[s])
  tag("JAT_prio", priority(s))
  tag("JB_name", attr[s, "name"])
  tag("JB_owner", attr[s, "user"])
  tag("state", letters(s))
  if (is_busy(s)) tag("JAT_start_time", iso(began[s]))
  else tag("JB_submission_time", iso(submitted[s]))
  tag("queue_name", queue_of(s))
  tag("slots", attr[s, "slots"])
  if (element_of[s] != "") tag("tasks", tasks_of(s))
  print "    </job_list>"
}

function tag(name, text) {
  gsub(/&/, "\\\\&amp;", text)
  gsub(/</, "\\\\&lt;", text)
  gsub(/>/, "\\\\&gt;", text)
  print "      <" name ">" text "</" name ">"
}
`

export const qstatJob = `${fold}${calendar}${words}
END {
  wanted = ENVIRON["ask_job"]
  for (s = 1; s <= jobs; s++) {
    if (!is_listed(s) || base_of[s] != wanted && attr[s, "name"] != wanted || base_of[s] in described) continue
    described[base_of[s]]
    found[++n] = s
  }
  if (n == 0 && ENVIRON["ask_form"] == "xml") {
    print "<?xml version='1.0'?>\\n<unknown_jobs >\\n    <ST_name>" wanted "</ST_name>\\n</unknown_jobs>"
    exit 0
  }
  if (n == 0) {
    print "Following jobs do not exist: \\n" wanted | "cat >&2"
    exit 1
  }
  for (i = 1; i <= n; i++) describe(found[i])
}

function say(name, text) { if (text != "") printf "%-27s %s\\n", name ":", text }

function describe(s) {
  print "=============================================================="
  say("job_number", base_of[s])
  say("exec_file", "job_scripts/" base_of[s])
  say("submission_time", ctime(submitted[s]))
  say("owner", attr[s, "user"])
  say("uid", attr[s, "uid"])
  say("sge_o_workdir", attr[s, "folder"])
  say("sge_o_host", "localhost")
  say("account", "sge")
  say("hard resource_list", attr[s, "resources"])
  say("notify", "FALSE")
  say("job_name", attr[s, "name"])
  say("jobshare", "0")
  say("script_file", "STDIN")
  say("context", attr[s, "context"])
  say("binding", "NONE")
  say("job_type", "NONE")
  if (phase[s] == "error") {
    say("error reason          1", "could not be started: " row_code[row[s] - 1])
    say("scheduling info", "Job is in error state")
  } else if (phase[s] == "held") say("scheduling info", "Job is in hold state")
}
`
