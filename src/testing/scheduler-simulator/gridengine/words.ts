/** Our words as Grid Engine's letters, in awk. */
export const words = `
function letters(s, restarted) {
  restarted = runs[s] > 0 && phase[s] != "error" ? "R" : ""
  if (phase[s] == "held") return "hqw"
  if (phase[s] == "waiting") return restarted == "" ? "qw" : "Rq"
  if (phase[s] == "error") return "Eqw"
  if (phase[s] == "suspended") return restarted "s"
  if (phase[s] == "ending") return "d" restarted "r"
  return restarted "r"
}

function queue_of(s) { return is_busy(s) ? attr[s, "queue"] "@" node[s] : "" }

# Seen only while it is in the queue: what ended is gone at once.
function is_listed(s) { return at[id_of[s]] == s && !is_over(s) }

function priority(s) { return phase[s] == "held" ? "0.00000" : "0.50000" }
`
