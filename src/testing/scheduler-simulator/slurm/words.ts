/** Our words as Slurm's, in awk. */
export const words = `
BEGIN {
  n = split("waiting=PENDING:PD held=PENDING:PD running=RUNNING:R suspended=SUSPENDED:S ending=COMPLETING:CG completed=COMPLETED:CD " \\
    "failed=FAILED:F cancelled=CANCELLED:CA walltime=TIMEOUT:TO out-of-memory=OUT_OF_MEMORY:OOM node-failure=NODE_FAIL:NF " \\
    "preempted=PREEMPTED:PR requeued=REQUEUED:RQ", pairs, " ")
  for (i = 1; i <= n; i++) {
    split(pairs[i], pair, /[=:]/)
    word_of[pair[1]] = pair[2]
    code_of[pair[1]] = pair[3]
  }
}

# Why a job waits, or how it ended.
function reason_of(s, word) {
  word = phase[s] == "ending" ? cause[s] : phase[s]
  if (phase[s] == "held" || was_held[s]) return "JobHeldUser"
  if (phase[s] == "waiting") return waits_for(s)
  if (word == "cancelled" && began[s] == "") return waits_for(s)
  if (word == "walltime") return "TimeLimit"
  if (word == "out-of-memory") return "OutOfMemory"
  if (word == "node-failure") return "NodeDown"
  if (word == "failed") return row_signal[row[s]] ? "JobLaunchFailure" : "NonZeroExitCode"
  return "None"
}

function waits_for(s) {
  if (attr[s, "closed"]) return "PartitionDown"
  if (given_back[s] != "") return "BeginTime"
  return slots && busy >= slots ? "Resources" : "None"
}

# The first job that an id stands for: of an array its own id stands for all of its elements.
function found(id) { return at[id] ? at[id] : array_at[id] }

# What the controller has forgotten some time after its end.
function is_forgotten(s) {
  return at[id_of[s]] != s || is_over(s) && ENVIRON["sim_now"] - ended[s] >= ENVIRON["sim_min_age"]
}

function limit_of(s) { return attr[s, "limit"] > 0 ? attr[s, "limit"] + 0 : "" }

function elapsed(from, to) { return from == "" ? 0 : int((to == "" ? ENVIRON["sim_now"] : to) / 1000) - int(from / 1000) }

# A time as the user wants it: by SLURM_TIME_FORMAT.
function shown(time) { return ENVIRON["SLURM_TIME_FORMAT"] == "%s" ? sprintf("%.0f", int(time / 1000)) : iso(time) }
`
