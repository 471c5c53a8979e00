/**
 * What the wrapper brings us by itself, where `job/post` has the address for it: its claim, signs of life, the pieces of streams while it runs,
 * and at the end the listing, the outputs, and the exit last. What is not taken stays in `run.N/out` for the server, which brings that once.
 *
 *     run.N/live/.reached          we took something, so it pays to wait for us
 *     run.N/live/.taken.STREAM     up to where we have a stream
 *
 * The address is in no command line, since others on that machine see those. Without `job/post`, none of it does anything.
 */
export const posting = `
poster='' silence=0 quiet_until=0 turn=0

# choose_poster: what there is to post with. A small wget takes no address but in its command line.
choose_poster() {
  [ -s job/post ] || return 0
  if command -v curl; then poster=curl
  elif command -v wget && wget --version | grep -q GNU; then poster=wget
  elif command -v python3; then poster=python3
  fi
} >/dev/null 2>&1

# post_by POSTER FILE: reads the address; prints what was answered, and its code last.
post_by() {
  case $1 in
    curl) sed 's/.*/url = "&"/' | curl -K - -sS --connect-timeout 10 -y 60 -Y 1 -w ' %{http_code}' -T "$2" ;;
    wget) wget -q -O - -i - --tries=1 --timeout=60 --post-file="$2" && echo ' 200' || echo ' 500' ;;
    python3) python3 -c '
import os, sys, urllib.error, urllib.request
with open(sys.argv[1], "rb") as body:
    headers = {"Content-Length": str(os.path.getsize(sys.argv[1])), "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(sys.stdin.read().strip(), data=body, method="PUT", headers=headers)
    try:
        print(urllib.request.urlopen(request, timeout=60).read().decode(), 200)
    except urllib.error.HTTPError as error:
        print("", error.code)
' "$2" ;;
  esac
}

# post FILE: whether it was taken. An answer may be that the job is to stop; one that says no for good sets $refused.
post() {
  refused=''
  [ -n "$poster" ] || return 1
  said=$(sed "s|\\$|\\&path=/$tag/$1\\&file_type=output_metadata|" job/post | post_by "$poster" "$1")
  case $said in stop*) : >stop ;; esac
  case \${said##* } in
    200) [ -e "$run/live/.reached" ] || : >"$run/live/.reached"; return 0 ;;
    40[0134579]|41?) refused=yes ;;
  esac
  return 1
} 2>>wrapper.log

# tell FILE: posts it, unless nobody took anything just now.
tell() {
  if [ -z "$poster" ] || [ "$turn" -lt "$quiet_until" ]; then return 1; fi
  if post "$1"; then silence=0; return 0; fi
  if [ "$silence" -lt 6 ]; then silence=$((silence + 1)); fi
  quiet_until=$((turn + (1 << silence)))
  return 1
}

# insist FILE: posts it, again and again. Who took something before may be away for a while.
insist() {
  tries=0 pause=1
  until post "$1"; do
    # It is told to go: the exit is to be written before it is killed, and its server brings that.
    if [ -n "\${passed:-}" ]; then poster=''; fi
    if [ -z "$poster" ] || [ -n "$refused" ]; then return 1; fi
    tries=$((tries + 1)) most=5
    if [ -e "$run/live/.reached" ]; then most=70; fi
    if [ "$tries" -ge "$most" ]; then poster=''; return 1; fi
    sleep "$pause"
    if [ "$pause" -lt 60 ]; then pause=$((pause * 2)); fi
  done
}

# bring_pieces HOW STREAM: those that were not taken yet, in their order, by tell or insist. Whether we have all of the stream then; not where
# pieces went before they were taken.
bring_pieces() {
  [ -e "$run/$2" ] || return 0
  next=0
  if [ -s "$run/live/.taken.$2" ]; then read -r next <"$run/live/.taken.$2"; fi
  while [ -n "$poster" ]; do
    eval "at=\\$at_$2"
    if [ "$next" -ge "$at" ]; then break; fi
    made=$(wc -c <"$run/live/$2.$next") || break
    "$1" "$run/live/$2.$next" || break
    next=$((next + made))
    put "$run/live/.taken.$2" "$next"
  done
  [ "$next" -ge "$(wc -c <"$run/$2")" ]
}

# bring_all: when the command is over and its outputs are listed and laid out.
bring_all() {
  [ -s job/post ] || return 0
  choose_poster
  keep_beating &
  beating=$!
  insist "claim.$n"
  for stream in stdout stderr; do
    if ! bring_pieces insist "$stream"; then
      make_out
      ln "$run/$stream" "$run/out/$stream" || cp "$run/$stream" "$run/out/$stream"
    fi
  done
  for stream in job_stdout job_stderr; do bring_pieces insist "$stream"; done
  if [ -e "$run/listing" ]; then insist "$run/listing"; fi
  for laid in "$run"/out/*; do
    if [ -f "$laid" ] && insist "$laid"; then rm -f "$laid"; fi
  done
} 2>>wrapper.log

# keep_beating: signs of life while the wrapper is busy with what it brings.
keep_beating() {
  while [ ! -e "$run/exit" ] && is_alive "$pid" "$pid_start"; do
    now
    put "$run/beat" "$now"
    post "$run/beat"
    sleep 5
  done
}

# bring_exit: the last of all.
bring_exit() {
  [ -s job/post ] || return 0
  { kill -KILL "$beating"; wait "$beating"; } 2>/dev/null
  insist "$run/exit"
}
`
