import { fold } from './fold.ts'

/** Jobs whose turn it is, in the order of their submission, as many as there is room for. */
const turns = `
END {
  free = slots == 0 ? jobs : slots - busy
  for (s = 1; s <= jobs && free > 0; s++) {
    if (phase[s] != "waiting" || attr[s, "closed"] || at[id_of[s]] != s) continue
    if (submitted[s] + ENVIRON["sim_delay"] > ENVIRON["sim_now"] + 0) continue
    if (given_back[s] != "" && given_back[s] + ENVIRON["sim_requeue_delay"] > ENVIRON["sim_now"] + 0) continue
    print id_of[s], runs[s]
    free--
  }
}`

/** What the controller asks the log, by name; each is an awk program over it. */
export const questions: Readonly<Record<string, string>> = {
  /** The id that a message was accepted under. */
  'id-of': `
BEGIN { FS = "\\t"; first = ENVIRON["sim_first"] + 0; last = ENVIRON["sim_last"] + 0; message = ENVIRON["sim_word"] }
$2 == "submit" && $3 == message { print first + n % (last - first + 1); exit }
$2 == "submit" {
  many = 1
  for (i = 4; i <= NF; i++) if ($i ~ /^array=./) many = split(substr($i, 7), elements, " ")
  n += many
}`,

  /** Of a job: its message, what leads its processes, which run it is, its walltime in seconds, its own number. */
  'run-of': `${fold}
END {
  s = at[ENVIRON["sim_word"]]
  if (s) print message[s] "\\t" (is_busy(s) ? leader[s] : "-") "\\t" runs[s] "\\t" (attr[s, "limit"] + 0) "\\t" raw_of[s]
}`,

  'leader-of': `${fold}
END { s = at[ENVIRON["sim_word"]]; if (s && is_busy(s)) print leader[s] }`,

  /** Jobs whose turn it is. */
  startable: fold + turns,

  /** The same, after a job's run; `again` last, where it was given back and has to wait. */
  next: `${fold}${turns}
END {
  s = at[ENVIRON["sim_word"]]
  if (s && phase[s] == "waiting" && ENVIRON["sim_requeue_delay"] > 0) print "again", runs[s]
}`,

  /** Running jobs whose walltime is over. */
  overdue: `${fold}
END {
  for (s = 1; s <= jobs; s++)
    if (phase[s] == "running" && attr[s, "limit"] > 0 && began[s] + attr[s, "limit"] * 1000 <= ENVIRON["sim_now"] + 0) print id_of[s]
}`,

  /** All that were ever accepted, for the test. */
  jobs: `${fold}
END {
  for (s = 1; s <= jobs; s++) {
    name = attr[s, "name"]
    gsub(/[\\t\\n]/, " ", name)
    print id_of[s] "\\t" name "\\t" submitted[s] "\\t" phase[s] "\\t" (starts[s] + 0) "\\t" runs[s] "\\t" node[s]
  }
}`,
}
