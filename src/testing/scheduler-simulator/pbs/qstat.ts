import { calendar } from '../calendar.ts'
import { fold } from '../fold.ts'
import { arrays } from './arrays.ts'
import { attributes } from './attributes.ts'

/** `qstat`, as POSIX shell. */
export const qstat = `
form=table history=no server=no words='' wide=no each=no
while [ $# -gt 0 ]; do
  case $1 in
    --version)
      echo 'pbs_version = 23.06.06'
      exit 0 ;;
    -F)
      [ "\${2-}" != json ] || form=json
      shift ;;
    -[!-]*)
      letters=\${1#-}
      while [ -n "$letters" ]; do
        case $letters in
          f*) [ "$form" = json ] || form=text ;;
          x*) history=yes ;;
          B*) server=yes ;;
          w*) wide=yes ;;
          t*) each=yes ;;
          *)
            echo "qstat: invalid option -- '\${letters%"\${letters#?}"}'" >&2
            exit 2 ;;
        esac
        letters=\${letters#?}
      done ;;
    *) words="$words $1" ;;
  esac
  shift
done
if [ -e "$sim/faults/down" ] && [ "$form" = json ]; then
  # It prints a document all the same.
  (suffer) || {
    code=$?
    now
    ask_ids=none ask_form=json ask_history=no ask_wide=no ask_each=no
    export ask_ids ask_form ask_history ask_wide ask_each
    ask qstat
    exit "$code"
  }
else suffer; fi
now
if [ "$server" = yes ]; then
  echo "Server: $host"
  echo '    server_state = Active'
  if keeps_history; then echo '    job_history_enable = True'; fi
  exit 0
fi
if keeps_history; then keeps=yes
else
  keeps=no
  if [ "$history" = yes ]; then
    echo 'qstat: PBS is not configured to maintain job history' >&2
    exit 1
  fi
fi
ids=all code=0
if [ -n "$words" ]; then
  # shellcheck disable=SC2086
  read_ids $words
  ids=\${ids:-none}
fi
if [ "$ids" = none ] && [ "$form" != json ]; then exit "$code"; fi
ask_ids=$ids ask_form=$form ask_history=$history ask_wide=$wide ask_heads=$code ask_each=$each
export ask_each ask_ids ask_form ask_history ask_wide ask_heads
ask qstat
exit "$code"
`

export const qstatList = `${fold}${calendar}${arrays}${attributes}
END {
  n = split(ENVIRON["ask_ids"], parts, " ")
  for (i = 1; i <= n; i++) wanted[parts[i]] = 1
  form = ENVIRON["ask_form"]
  for (s = 1; s <= jobs; s++) {
    if (at[id_of[s]] != s || is_gone(s) && ENVIRON["ask_history"] != "yes") continue
    if (id_of[s] in wanted) shown[++shows] = s
    else if (parts[1] == "all" || base_of[s] "_" in wanted) tell(s, ENVIRON["ask_each"] == "yes")
  }
  if (form == "json") json()
  else for (i = 1; i <= shows; i++) if (form == "text") whole(shown[i], i); else line(shown[i], i)
}

function line(s, i) {
  if (i == 1 && ENVIRON["ask_heads"] == 0) {
    print "Job id            Name             User              Time Use S Queue"
    print "----------------  ---------------- ----------------  -------- - -----"
  }
  printf "%-17s %-16.16s %-16.16s  %8s %s %-16s\\n", called(s), attr[own(s), "name"], attr[own(s), "user"], (s < 0 || began[s] == "" ? "0" : "00:00:00"), letter(s), attr[own(s), "queue"]
}

function whole(s, i, j, list) {
  if (i > 1) print ""
  print "Job Id: " called(s)
  describe(s)
  list = ""
  for (j = 1; j <= count; j++) {
    if (names[j] ~ /^Variable_List/) {
      list = list (list == "" ? "" : ",") substr(names[j], 15) "=" values[names[j]]
      if (names[j + 1] !~ /^Variable_List/) put("Variable_List", list)
    } else put(names[j], values[names[j]])
  }
  if (i == shows) print ""
}

# A long value goes on in lines that begin with a tab.
function put(name, value, text, cut) {
  text = "    " name " = " value
  while (ENVIRON["ask_wide"] != "yes" && length(text) > 79) {
    cut = last_comma(substr(text, 1, 79))
    print substr(text, 1, cut)
    text = "\\t" substr(text, cut + 1)
  }
  print text
}

function last_comma(text, i) {
  for (i = length(text); i > 8; i--) if (substr(text, i, 1) == ",") return i
  return length(text)
}

function json(i) {
  print "{\\n\\t\\"timestamp\\":\\t" sprintf("%.0f", int(now / 1000)) ","
  print "\\t\\"pbs_version\\":\\t\\"23.06.06\\","
  print "\\t\\"pbs_server\\":\\t\\"pbshost\\"" (shows ? "," : "")
  if (shows) {
    print "\\t\\"Jobs\\":\\t{"
    for (i = 1; i <= shows; i++) one(shown[i], i == shows)
    print "\\t}"
  }
  print "}"
}

function one(s, final, j, group, next_group, name) {
  describe(s)
  print "\\t\\t\\"" called(s) "\\":\\t{"
  for (j = 1; j <= count; j++) {
    name = names[j]
    group = name ~ /\\./ ? substr(name, 1, index(name, ".") - 1) : ""
    next_group = j < count && names[j + 1] ~ /\\./ ? substr(names[j + 1], 1, index(names[j + 1], ".") - 1) : ""
    if (group != "" && group != open) { print "\\t\\t\\t\\"" group "\\":\\t{"; open = group }
    printf "%s\\"%s\\":\\t%s", group == "" ? "\\t\\t\\t" : "\\t\\t\\t\\t", substr(name, group == "" ? 1 : length(group) + 2), json_value(name, values[name])
    if (group != "" && next_group != group) {
      open = ""
      printf "\\n\\t\\t\\t}"
    }
    print j < count ? "," : ""
    }
  print "\\t\\t}" (final ? "" : ",")
}

# Numbers are what the server holds for such.
function json_value(name, value) {
  if (name ~ /(cpupercent|ncpus|nodect|Priority|session_id|substate|run_count|Stageout_status|Exit_status|history_timestamp)$/) return value
  gsub(/\\\\/, "\\\\\\\\", value)
  gsub(/"/, "\\\\\\"", value)
  gsub(/\\n/, "\\\\n", value)
  gsub(/\\t/, "\\\\t", value)
  return "\\"" value "\\""
}
`
