/**
 * The controller's memory, in awk: what became of each job, from the log alone. The log is the only state: one line per event,
 * appended whole, and the order of its lines decides. So any number of commands may write at a time and be killed at any moment; a
 * line that comes too late (a second start, the end of a run that was given up) changes nothing.
 *
 *     TIME submit MESSAGE key=value...    accepted: its id follows from how many came before
 *     TIME start ID RUN NODE PID          a node began it; PID leads all of its processes there
 *     TIME end ID RUN CODE SIGNAL         and ended it; "error" in place of it where it failed to start
 *     TIME cancel ID UID | kill ID CAUSE | lose ID | requeue ID | preempt ID | hold ID | release ID | suspend ID | resume ID
 *
 * An array is one submission of several jobs: `array=2 4 6`, the numbers of its elements, which go by `ID_NUMBER` from then on.
 *
 * Everything is kept by the job's number in the log, `s`, since ids are given again after the last one. A row is one run, as accounting has it.
 * Words are ours, and each dialect has its own for them: waiting, held, running, suspended, ending; completed, failed,
 * cancelled, walltime, out-of-memory, node-failure, preempted, requeued, error.
 */
export const fold = `
BEGIN {
  FS = "\\t"
  first = ENVIRON["sim_first"] + 0
  last = ENVIRON["sim_last"] + 0
  slots = ENVIRON["sim_slots"] + 0
}

$2 == "submit" {
  split("", its)
  for (i = 4; i <= NF; i++) {
    cut = index($i, "=")
    its[substr($i, 1, cut - 1)] = unplain(substr($i, cut + 1))
  }
  base = first + jobs % (last - first + 1)
  delete array_at[base]
  if (its["array"] == "") {
    accept(base, "")
    next
  }
  many = split(its["array"], elements, " ")
  array_at[base] = jobs + 1
  for (i = 1; i <= many; i++) accept(base, elements[i])
  next
}

{ s = at[$3] }

$2 == "start" && s && phase[s] == "waiting" && $4 == runs[s] && !attr[s, "closed"] && (slots == 0 || busy < slots) {
  busy++
  starts[s]++
  phase[s] = "running"
  cause[s] = ""
  node[s] = $5
  leader[s] = $6
  began[s] = row_start[row[s]] = $1
  row_node[row[s]] = $5
}

$2 == "end" && s && is_busy(s) && $4 == runs[s] {
  if (cause[s] == "requeued" || cause[s] == "preempted" && attr[s, "requeue"] == "yes") give_back(s, $1, cause[s], $5)
  else if (cause[s] == "walltime" || cause[s] == "cancelled" || cause[s] == "preempted") finish(s, $1, cause[s], 0, $6)
  else if (cause[s] == "out-of-memory") finish(s, $1, cause[s], 0, 125)
  else if (cause[s] != "") finish(s, $1, cause[s], $5, $6)
  else finish(s, $1, $5 == 0 && $6 == 0 ? "completed" : "failed", $5, $6)
}

# It failed in a way that leaves it in the queue until somebody looks at it.
$2 == "error" && s && is_busy(s) && $4 == runs[s] {
  give_back(s, $1, "error", $5)
  phase[s] = "error"
}

$2 == "cancel" && s {
  if (phase[s] == "waiting" || phase[s] == "held" || phase[s] == "error") { was_held[s] = phase[s] == "held"; by[s] = $4; finish(s, $1, "cancelled", 0, 0) }
  else if (is_busy(s) && phase[s] != "ending") { by[s] = $4; phase[s] = "ending"; cause[s] = "cancelled" }
}

$2 == "kill" && s && is_busy(s) && phase[s] != "ending" { phase[s] = "ending"; cause[s] = $4 }

$2 == "lose" && s && is_busy(s) {
  if (attr[s, "requeue"] == "yes") give_back(s, $1, "node-failure")
  else finish(s, $1, "node-failure", 0, 0)
}

$2 == "requeue" && s {
  if (is_busy(s)) { phase[s] = "ending"; cause[s] = "requeued" }
  else if (phase[s] != "waiting" && phase[s] != "held") give_back(s, $1, "")
}

$2 == "preempt" && s && is_busy(s) && phase[s] != "ending" { phase[s] = "ending"; cause[s] = "preempted" }
$2 == "hold" && s && phase[s] == "waiting" { phase[s] = "held" }
$2 == "release" && s && (phase[s] == "held" || phase[s] == "error") { phase[s] = "waiting" }
$2 == "suspend" && s && phase[s] == "running" { phase[s] = "suspended" }
$2 == "resume" && s && phase[s] == "suspended" { phase[s] = "running" }

function accept(base, element, key) {
  s = ++jobs
  # Each has a number of its own as well.
  raw_of[s] = first + (s - 1) % (last - first + 1)
  base_of[s] = base
  element_of[s] = element
  id_of[s] = element == "" ? base : base "_" element
  at[id_of[s]] = s
  message[s] = $3
  for (key in its) attr[s, key] = its[key]
  submitted[s] = $1
  phase[s] = attr[s, "held"] == "yes" ? "held" : "waiting"
  runs[s] = 0
  began[s] = ended[s] = node[s] = "" # an element that was never set, passed to a function, is too much for some versions of gawk
  new_row(s, $1)
}

# The numbers of elements, as ranges: 1-3,7.
function ranges(numbers, parts, n, i, from, text) {
  n = split(numbers, parts, " ")
  for (i = 1; i <= n; i++) {
    from = parts[i]
    while (i < n && parts[i + 1] == parts[i] + 1) i++
    text = text (text == "" ? "" : ",") from (parts[i] == from ? "" : "-" parts[i])
  }
  return text
}

function is_busy(s) { return phase[s] == "running" || phase[s] == "suspended" || phase[s] == "ending" }

function new_row(s, time) {
  row[s] = ++rows
  row_job[rows] = s
  row_submit[rows] = time
  row_start[rows] = row_end[rows] = ""
}

function end_row(s, time, word, code, sig) {
  row_end[row[s]] = time
  row_word[row[s]] = word
  row_code[row[s]] = code + 0
  row_signal[row[s]] = sig
}

function finish(s, time, word, code, sig) {
  if (is_busy(s)) busy--
  end_row(s, time, word, code + 0, sig + 0)
  phase[s] = word
  ended[s] = time
}

function give_back(s, time, why, code) {
  if (is_busy(s)) busy--
  if (why != "") end_row(s, time, why, code, 0)
  new_row(s, time)
  runs[s]++
  given_back[s] = time
  phase[s] = "waiting"
  ended[s] = began[s] = ""
}

function is_over(s) { return ended[s] != "" }

function unplain(text, out, at) {
  while ((at = index(text, "\\\\")) > 0) {
    out = out substr(text, 1, at - 1)
    out = out (substr(text, at + 1, 1) == "n" ? "\\n" : substr(text, at + 1, 1) == "t" ? "\\t" : "\\\\")
    text = substr(text, at + 2)
  }
  return out text
}
`
