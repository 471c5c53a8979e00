/** How the server describes a job, in awk: `describe(s)` sets \`names[1..count]\` and \`values\`; of a group each has a dot between. */
export const attributes = `
function letter(s) {
  if (s < 0) return letter_of_array(-s)
  if (is_over(s) && !is_gone(s)) return "X"
  if (phase[s] == "waiting") return "Q"
  if (phase[s] == "held") return "H"
  if (phase[s] == "running" || phase[s] == "ending") return "R"
  if (phase[s] == "suspended") return "S"
  return "F"
}

function own(s) { return s < 0 ? -s : s }

function letter_of_array(first, s) {
  if (is_array_over(first)) return "F"
  for (s = first; base_of[s] == base_of[first]; s++) if (starts[s]) return "B"
  return phase[first] == "held" ? "H" : "Q"
}

function count_elements(first, test, s, n) {
  for (s = first; base_of[s] == base_of[first]; s++) n += test == "over" ? is_over(s) : test == "busy" ? is_busy(s) : !is_over(s) && !is_busy(s)
  return n + 0
}

# What an array has in place of what only a job has.
function describe_array(first) {
  count = 0
  add("Job_Name", attr[first, "name"])
  add("Job_Owner", attr[first, "user"] "@pbshost")
  add("job_state", letter(-first))
  add("queue", attr[first, "queue"])
  add("server", "pbshost")
  add("ctime", ctime(submitted[first]))
  add("Hold_Types", phase[first] == "held" ? "u" : "n")
  add("mtime", ctime(submitted[first]))
  add("qtime", ctime(submitted[first]))
  add("Rerunable", "True")
  add("substate", is_array_over(first) ? 92 : 10)
  add("array", "True")
  add("array_state_count", "Queued:" count_elements(first, "waiting") " Running:" count_elements(first, "busy") " Exiting:0 Expired:" count_elements(first, "over") " ")
  add("array_indices_submitted", attr[first, "range"])
  if (is_array_over(first)) add("Exit_status", 0)
  add("Submit_arguments", attr[first, "said"])
  add("project", "_pbs_project_default")
  add("Submit_Host", "pbshost")
}

function add(name, value) {
  names[++count] = name
  values[name] = value
}

function substate(s, l) {
  l = letter(s)
  if (l == "Q") return 10
  if (l == "H") return 20
  if (l == "S") return 43
  if (l == "R") return phase[s] == "ending" ? 51 : 42
  if (phase[s] == "cancelled") return 91
  return phase[s] == "completed" ? 92 : 93
}

# Nothing where it never ran.
function exit_status(s, word) {
  word = phase[s]
  if (word == "cancelled" || word == "preempted") return began[s] == "" ? "" : 271
  if (word == "walltime") return -29
  if (word == "out-of-memory") return -27
  if (word == "node-failure") return -4
  return row_signal[row[s]] ? 128 + row_signal[row[s]] : row_code[row[s]]
}

function clock_of(time) {
  read_time(time)
  return sprintf("%s %s %2d at %s", weekday, month_name[month], day, substr(clock, 1, 5))
}

function comment_of(s, text) {
  if (attr[s, "closed"] && phase[s] == "waiting") return "Not Running: Queue not started."
  if (began[s] == "") return ""
  text = "Job run at " clock_of(began[s]) " on (pbshost:ncpus=" attr[s, "cores"] ")"
  if (phase[s] == "completed") return text " and finished"
  if (phase[s] == "cancelled") return text " and terminated"
  if (phase[s] == "walltime") return text " and exceeded resource walltime"
  if (phase[s] == "out-of-memory") return text " and exceeded resource mem"
  return is_over(s) ? text " and failed" : text
}

function output_of(s, which) { return "pbshost:" place_of(s, attr[s, which] "", which == "out" ? "o" : "e") }

function place_of(s, path, stream) {
  if (path == "") return attr[s, "folder"] "/" attr[s, "name"] "." stream id_of[s]
  return path ~ /^\\// ? path : attr[s, "folder"] "/" path
}

function describe(s, used, comment) {
  if (s < 0) {
    describe_array(-s)
    return
  }
  count = 0
  used = elapsed(began[s], ended[s])
  add("Job_Name", attr[s, "name"])
  add("Job_Owner", attr[s, "user"] "@pbshost")
  if (began[s] != "") {
    add("resources_used.cpupercent", 0)
    add("resources_used.cput", "00:00:00")
    add("resources_used.mem", phase[s] == "out-of-memory" && attr[s, "mem"] != "" ? attr[s, "mem"] : "0kb")
    add("resources_used.ncpus", attr[s, "cores"])
    add("resources_used.vmem", "0kb")
    add("resources_used.walltime", long_span(used))
  }
  add("job_state", letter(s))
  add("queue", attr[s, "queue"])
  add("server", "pbshost")
  add("Checkpoint", "u")
  add("ctime", ctime(submitted[s]))
  add("Error_Path", output_of(s, "err"))
  if (began[s] != "") {
    add("exec_host", "pbshost/0")
    add("exec_vnode", "(pbshost:ncpus=" attr[s, "cores"] ")")
  }
  add("Hold_Types", phase[s] == "held" ? "u" : "n")
  add("Join_Path", attr[s, "joined"])
  add("Keep_Files", "n")
  add("Mail_Points", "a")
  add("mtime", ctime(is_over(s) ? ended[s] : began[s] == "" ? submitted[s] : began[s]))
  add("Output_Path", output_of(s, "out"))
  add("Priority", 0)
  add("qtime", ctime(submitted[s]))
  add("Rerunable", attr[s, "requeue"] == "yes" ? "True" : "False")
  if (attr[s, "mem"] != "") add("Resource_List.mem", attr[s, "mem"])
  add("Resource_List.ncpus", attr[s, "cores"])
  add("Resource_List.nodect", 1)
  add("Resource_List.place", "pack")
  add("Resource_List.select", attr[s, "select"])
  if (attr[s, "limit"] > 0) add("Resource_List.walltime", long_span(attr[s, "limit"]))
  if (began[s] != "") add("stime", ctime(began[s]))
  if (is_over(s)) add("obittime", ctime(ended[s]))
  else if (began[s] != "") add("session_id", leader[s])
  if (began[s] != "") add("jobdir", attr[s, "home"])
  add("substate", substate(s))
  add("Variable_List.PBS_O_HOME", attr[s, "home"])
  add("Variable_List.PBS_O_LOGNAME", attr[s, "user"])
  add("Variable_List.PBS_O_PATH", attr[s, "path"])
  add("Variable_List.PBS_O_WORKDIR", attr[s, "folder"])
  add("Variable_List.PBS_O_SYSTEM", "Linux")
  add("Variable_List.PBS_O_QUEUE", attr[s, "queue"])
  add("Variable_List.PBS_O_HOST", "pbshost")
  if ((comment = comment_of(s)) != "") add("comment", comment)
  if (phase[s] != "held") add("etime", ctime(submitted[s]))
  if (began[s] != "") add("run_count", runs[s] + 1)
  if (is_over(s) && began[s] != "") add("Stageout_status", 1)
  if (is_over(s) && exit_status(s) != "") add("Exit_status", exit_status(s))
  if (element_of[s] != "") {
    add("array_id", base_of[s] "[].pbshost")
    add("array_index", element_of[s])
  }
  if (attr[s, "account"] != "") add("Account_Name", attr[s, "account"])
  add("Submit_arguments", attr[s, "said"])
  if (is_over(s)) add("history_timestamp", sprintf("%.0f", int(ended[s] / 1000)))
  add("project", "_pbs_project_default")
  add("Submit_Host", "pbshost")
}

function elapsed(from, to) { return from == "" ? 0 : int((to == "" ? now : to) / 1000) - int(from / 1000) }
`
