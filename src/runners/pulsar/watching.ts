import { hashingOne } from '../../staging/host-hashing.ts'
import type { Watching } from '../wrapper.ts'
import { posting } from './posting.ts'

/**
 * What the wrapper does beside its work where nobody has a shell on its machine: a server hands out whole files and nothing else.
 *
 *     run.N/live/stdout.OFFSET   the bytes of a stream from there on, up to the next one's offset; never changed once there
 *     run.N/live/stdout          these offsets, one a line
 *     run.N/job_stdout           where the server, or its scheduler, has what is said around the command; there is `job_stderr` too, and both are watched
 *     run.N/beat                 the time, anew every ten seconds or so, as long as somebody watches there
 *     run.N/gone                 the wrapper was killed, and nothing of the command runs
 *     run.N/unresolved           what the server was to load for the job, and no command of that name was found
 *     run.N/listing              of every declared output: kind, size, SHA-256 and path, each with a NUL at its end
 *     run.N/out/SHA-256          the outputs of a job that ended well, where its server is to bring them: under names that are not their user's
 *     stop                       put there from here: what has not begun must not, what runs is ended
 *     over                       put there from here: what has not begun must not
 *
 * A process of a session of its own does it, so that it outlives the wrapper. It may be killed at any time: all of it is found on disk.
 */
export const watching: Watching = {
  functions: `
# shellcheck disable=SC2120
${hashingOne}
pieces=0 streams='stdout stderr job_stdout job_stderr'
${posting}
# resume STREAM: goes on behind what is there; a piece that was named and not written down is.
resume() {
  at=0
  if [ -s "$run/live/$1" ]; then at=$(tail -n 1 "$run/live/$1"); fi
  case $at in ''|*[!0-9]*) at=0 ;; esac
  while [ -e "$run/live/$1.$at" ]; do
    if ! grep -qx "$at" "$run/live/$1" 2>/dev/null; then echo "$at" >>"$run/live/$1"; fi
    size=$(wc -c <"$run/live/$1.$at")
    [ "$((size))" -gt 0 ] || break
    at=$((at + size))
  done
  eval "at_$1=$at from_$1=$at"
}

# publish STREAM: what it has grown by becomes pieces that nobody changes any more. The oldest go where there is much: the stream has them.
publish() {
  [ -e "$run/$1" ] || return 0
  eval "at=\\$at_$1 from=\\$from_$1"
  size=$(wc -c <"$run/$1")
  while [ "$at" -lt "$((size))" ]; do
    tail -c "+$((at + 1))" "$run/$1" | head -c 262144 >"$run/live/.$1.$$"
    made=$(wc -c <"$run/live/.$1.$$")
    [ "$((made))" -gt 0 ] && mv -f "$run/live/.$1.$$" "$run/live/$1.$at" || return 0
    echo "$at" >>"$run/live/$1"
    at=$((at + made)) pieces=$((pieces + 1))
    while [ "$((at - from))" -gt 67108864 ]; do
      made=$(wc -c <"$run/live/$1.$from") || break
      rm -f "$run/live/$1.$from"
      from=$((from + made))
    done
  done
  eval "at_$1=\\$at from_$1=\\$from"
}

# link_around: a server may know the job, and keep its files, under another id.
link_around() {
  for stream in job_stdout job_stderr; do
    [ -h "$run/$stream" ] || ln -s "\${ABEYANCE_METADATA:-\${folder%/*}}/$stream" "$run/$stream"
  done
}

# watch RUN WRAPPER START
watch() {
  run=$1 turn=0 asked=0 every=10
  mkdir -p "$run/live"
  link_around
  for stream in $streams; do resume "$stream"; done
  choose_poster
  if [ -n "$poster" ]; then every=4; tell "claim.\${run#run.}"; fi
  while [ -d "$run" ] && [ ! -e "$run/exit" ]; do
    if [ $((turn % every)) -eq 0 ]; then now; put "$run/beat" "$now"; tell "$run/beat"; fi
    if ! is_alive "$2" "$3"; then bury "$2"
    elif [ -e stop ]; then ask_to_stop "$2"; fi
    for stream in $streams; do publish "$stream"; bring_pieces tell "$stream"; done
    turn=$((turn + 1))
    if [ "$turn" -le 10 ]; then sleep 0.3
    elif [ "$pieces" -le 600 ]; then sleep 1
    else every=2; sleep 5; fi
  done
} 2>>wrapper.log

# its_group_lives: whether anything of the command runs. After a wrapper was killed, its launcher starts nothing any more.
its_group_lives() {
  [ -s "$run/group" ] || return 1
  IFS=, read -r its_group its_start <"$run/group"
  group_lives "$its_group" "$its_start"
}

# bury: the wrapper is gone. What it left goes on, unless it is to be stopped; once nothing runs, that is written down.
bury() {
  [ ! -e "$run/exit" ] || return 0
  if its_group_lives; then
    if [ -e stop ]; then kill -KILL "-$its_group" 2>/dev/null; fi
    return 0
  fi
  if [ -s job/container ]; then ( . ./job/container ) </dev/null; fi
  for stream in $streams; do publish "$stream"; bring_pieces insist "$stream"; done
  now
  put "$run/gone" "$now" && { insist "$run/gone"; exit 0; }
}

# ask_to_stop WRAPPER: as it hands a TERM on; what does not hear is ended, the wrapper last, since it writes how the command ended.
ask_to_stop() {
  asked=$((asked + 1))
  case $asked in
    1) kill -TERM "$1" ;;
    5|8) if its_group_lives; then kill -KILL "-$its_group"; fi ;;
    12) kill -KILL "$1" ;;
  esac
} 2>/dev/null

# seek_loaded: a server passes over in silence what it cannot load.
seek_loaded() {
  while read -r name what; do
    command -v "$name" >/dev/null 2>&1 || echo "$what"
  done <job/dependencies >"$run/unresolved"
} 2>>wrapper.log

# entry PATH: one line of the listing, of something in the work folder.
entry() {
  kind=other size=0 digest=-
  if [ -h "$1" ]; then kind='link'; elif [ -d "$1" ]; then kind='folder'; elif [ -f "$1" ]; then kind='file'; fi
  if [ -f "$1" ]; then size=$(wc -c <"$1"); digest=$(digest_of "$1") || digest=-; fi
  if [ "\${#digest}" -eq 64 ] && [ -d ../out ]; then lay_out "$digest" "$1"; fi
  printf '%s %s %s %s\\000' "$kind" "$((size))" "$digest" "$1"
}

# lay_out DIGEST PATH
lay_out() {
  [ ! -e "../out/$1" ] || return 0
  if [ -h "$2" ]; then ln -L "$2" "../out/$1"; else ln "$2" "../out/$1"; fi || cp "$2" "../out/$1"
} 2>/dev/null

# one PATH, below PATH [DEPTH]: for job/listing.
one() { if [ -e "$1" ] || [ -h "$1" ]; then entry "$1"; fi; }
below() {
  [ -d "$1" ] || return 0
  find "$1" \${2:+-maxdepth "$2"} -exec "$shell" "$folder/job/wrapper" "$folder" entries "$PWD" {} +
}
# make_out: what a server brings is in the folder of the job as it knows it, which may be another one.
make_out() {
  [ ! -e "$run/out" ] || return 0
  known=\${ABEYANCE_METADATA:-\${folder%/*}}/$tag/$run/out
  mkdir -p "$known"
  [ -d "$run/out" ] || ln -s "$known" "$run/out"
}
list_outputs() {
  [ -s job/listing ] || return 0
  if [ -e job/out ] && [ "$1" -eq 0 ]; then make_out; fi
  # shellcheck disable=SC1091
  # What may not be read is left out, which is no fault of the list.
  ( cd "$run/work" && { . "$folder/job/listing"; :; } ) >"$run/.listing" && mv -f "$run/.listing" "$run/listing"
} 2>>"$folder/wrapper.log"
`,
  begins: `  if [ -e stop ]; then finish 143 cancelled-by-us; fi
  if [ -e over ]; then finish 143 submission-refused; fi
  if [ -s job/dependencies ]; then seek_loaded; fi
  detach "$shell" job/wrapper "$folder" watch "$run" "$pid" "$pid_start" </dev/null >/dev/null 2>&1 &
  watcher=$!
`,
  ends: `  if [ -n "\${watcher:-}" ]; then
    # Before it is the head of its group and after: one of the two reaches it.
    { kill -KILL "$watcher"; kill -KILL "-$watcher"; wait "$watcher"; } 2>/dev/null
  fi
  mkdir -p "$run/live"
  link_around
  for stream in $streams; do resume "$stream"; publish "$stream"; done
  list_outputs "$1"
  bring_all
`,
  told: `  bring_exit
`,
  roles: `  watch) watch "$3" "$4" "$5" ;;
  entries)
    cd "$3" || exit 1
    shift 3
    for path; do entry "$path"; done
    ;;
`,
}
