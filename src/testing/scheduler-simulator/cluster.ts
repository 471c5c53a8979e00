/**
 * What all programs of a simulated cluster share, as POSIX shell: its clock, its log, its faults, and messages to its
 * controller. A program is a client: what it asks for is done by a process in a session of its own, as a real controller is
 * another process on another machine, so that a client can be killed at any moment and what was accepted goes on.
 */
export const cluster = `
. "$sim/settings"
newline='
'
tab='\t'

# now: sets $sim_now, milliseconds since 1970, and $sim_zone, minutes east of Greenwich.
now() {
  if [ -n "\${simulated_now-}" ]; then
    sim_now=\${simulated_now% *} offset=\${simulated_now#* }
    unset simulated_now
  elif [ -e "$sim/clock" ]; then
    read -r sim_now offset <"$sim/clock"
  else
    sim_now=$(date +%s%3N%z)
    case $sim_now in *[!0-9+-]*) sim_now=$(date +%s000%z) ;; esac
    offset=\${sim_now#?????????????} sim_now=\${sim_now%?????}
  fi
  sim_zone=\${offset#?} minutes=\${sim_zone#??} hours=\${sim_zone%??}
  sim_zone=$((\${hours#0} * 60 + \${minutes#0}))
  case $offset in -*) sim_zone=-$sim_zone ;; esac
}

# log EVENT WORD...: one line, in one write.
log() {
  line=$sim_now
  for word in "$@"; do line=$line$tab$word; done
  printf '%s\\n' "$line" >>"$sim/log"
}

# plain TEXT: sets $plain to the text as it can stand in a line of the log.
plain() {
  plain=$1
  case $1 in
    *[\\\\$tab$newline]*)
      plain=$(printf '%s\\n' "$1" | awk '{ gsub(/\\\\/, "\\\\\\\\"); gsub(/\\t/, "\\\\t"); out = out (NR > 1 ? "\\\\n" : "") $0 } END { print out }') ;;
  esac
}

# quote TEXT: sets $quoted to a word for a shell.
quote() {
  quoted='' rest=$1
  while :; do
    case $rest in
      *"'"*) quoted="$quoted\${rest%%"'"*}'\\\\''" rest=\${rest#*"'"} ;;
      *) break ;;
    esac
  done
  quoted="'$quoted$rest'"
}

# ask PROGRAM WORD: what the log says, by one of the awk programs. Nothing is exported, since a job's environment is its client's.
ask() {
  sim_now=$sim_now sim_zone=$sim_zone sim_first=$first sim_last=$last sim_slots=$slots sim_delay=$delay \\
    sim_requeue_delay=$requeue_delay sim_min_age=$min_age sim_cluster=$cluster sim_word=\${2-} \\
    LC_ALL=C awk -f "$sim/lib/$1.awk" "$sim/log"
}

# fault NAME: whether this command is to suffer it; sets $seconds. One that comes a number of times is taken once for each.
fault() {
  [ -e "$sim/faults/$1" ] || return 1
  read -r seconds <"$sim/faults/$1"
  [ -d "$sim/faults/$1.times" ] || return 0
  for time in "$sim/faults/$1.times"/*; do
    if rm "$time" 2>/dev/null; then return 0; fi
  done
  return 1
}

# detach COMMAND...: becomes the command, in a session of its own.
if command -v setsid >/dev/null 2>&1; then detach() { exec setsid "$@"; }
else detach() { exec perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV; exit 127' "$@"; }; fi

# tell COMMAND...: has the controller do something, and does not wait for what comes of it.
tell() { detach /bin/sh "$sim/lib/controller" "$@" </dev/null >/dev/null 2>&1 & }

# order COMMAND...: the same, and waits until it is written down.
order() { (detach /bin/sh "$sim/lib/controller" "$@" </dev/null >/dev/null 2>&1); }

# suffer: what comes over every command alike.
suffer() {
  if fault slow; then sleep "$seconds"; fi
  if fault garbage; then
    printf '%s\\n' '<html><head><title>503 Service Unavailable</title></head>' '12|RUN' '#0 0x00007f3a abort () at libc.so.6'
    exit 0
  fi
  if fault down; then down; fi
}

# submit FIELD...: hands the message to the controller and sets $id; plays the faults of submissions.
submit() {
  if fault losesRequest; then kill -KILL $$; fi
  if fault refuses; then refuse; fi
  if fault queueFull; then full; fi
  if fault timesOut; then time_out; fi
  if fault acceptsLate; then
    tell accept "$seconds" "$message" "$@"
    time_out
  fi
  id=$(
    export simulated_now="$sim_now $offset"
    detach /bin/sh "$sim/lib/controller" accept 0 "$message" "$@" </dev/null
  )
  if fault answersLate; then sleep "$seconds"; fi
  if fault losesReply; then kill -KILL $$; fi
  if fault acceptsAndTimesOut; then time_out; fi
  if fault omitsId; then exit 0; fi
}

# warn_before, warn_after: what a site prints around an answer.
warn_before() {
  warned=no
  fault warns || return 0
  warned=yes
  echo '*** maintenance from 2026-12-01 08:00: 3 racks will be off ***'
  echo 'warning: 95 % of your 1000 GB are in use' >&2
}
warn_after() {
  [ "$warned" = no ] || echo 'see https://cluster.example/news/42 for more'
}

# new_message: makes the folder of a message, under a name that comes once.
new_message() {
  turn=0
  while message=$sim_now.$$.$turn && ! mkdir "$sim/jobs/$message" 2>/dev/null; do turn=$((turn + 1)); done
  spool=$sim/jobs/$message
}

# read_elements TEXT: sets $elements to the numbers that \`0-9:3,20\` stands for, with blanks between; empty where it is no such list.
read_elements() {
  elements=$(echo "$1" | awk -F, '
    {
      for (i = 1; i <= NF; i++) {
        if ($i !~ /^[0-9]+(-[0-9]+(:[1-9][0-9]*)?)?$/) exit
        n = split($i, ends, /[-:]/)
        if (n == 1) ends[2] = ends[1]
        if (n < 3) ends[3] = 1
        for (at = ends[1] + 0; at <= ends[2] + 0 && at < ends[1] + 10000; at += ends[3]) list = list (list == "" ? "" : " ") at
      }
      print list
    }')
}

# who: sets $user and $uid, of whoever runs this command.
who() {
  # Most often it is whoever set the cluster up, and nobody has to be asked.
  if [ -O "$sim/settings" ]; then
    user=$opener_name uid=$opener_id
    return
  fi
  who=$(id)
  uid=\${who#uid=} uid=\${uid%%"("*} user=\${who#*"("} user=\${user%%")"*}
}
`
