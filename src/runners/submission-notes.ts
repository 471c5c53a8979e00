/**
 * Shell functions that read what is noted of the submissions of a job: `submitting.N` holds who was at it, when, and, of one that
 * went in an array, `<array>.<its number there>`. What an array was accepted as is noted once, in the folder of the array, and an element
 * goes by that and its number, so that one file answers for all of them. With `$root`; `element` is the scheduler's.
 */
export const submissionNotes = `
# read_notes FOLDER: sets $its_host, $its_pid, $its_start and $its_boot to who submitted last; $turn to the number of the next note;
# when the first and the last began, in milliseconds since 1970, 0 where a note says none; and $names to what it was submitted as.
read_notes() {
  turn=1 first_at=0 last_at=0 names=''
  while [ -e "$1/submitting.$turn" ]; do
    # One that cannot be read is nobody's known: not that of the job before.
    its_host='' its_pid='' its_start='' its_boot='' last_at='' called=''
    IFS=, read -r its_host its_pid its_start its_boot last_at called <"$1/submitting.$turn"
    case $last_at in ''|*[!0-9]*) last_at=0 ;; esac
    if [ "$turn" -eq 1 ]; then first_at=$last_at; fi
    called=\${called:-\${1##*/}}
    case "$names " in *" $called "*) ;; *) names="$names $called" ;; esac
    turn=$((turn + 1))
  done
}

# read_native FOLDER: sets $native to what it was accepted as, by a whole line alone; empty where nothing is noted. After read_notes.
read_native() {
  native=''
  if [ -s "$1/native" ]; then IFS= read -r native <"$1/native" || native=''; fi
  for called in $names; do
    [ -z "$native" ] || return 0
    case $called in
      *.*) if [ -s "$root/arrays/\${called%.*}/native" ]; then
        IFS= read -r native <"$root/arrays/\${called%.*}/native" || native=''
        [ -z "$native" ] || element "$native" "\${called#*.}"
      fi ;;
    esac
  done
}
`

/** Shell function that asks the scheduler under which id a job was submitted, with `find_by_name` and `element`. */
export const findSubmitted = `
# find_submitted: looks for the job under each of $names and notes what is found. Sets $native, empty where it surely was never
# accepted; where nobody knows, fails with the words in $complaint. What is so of one element of an array is asked once for all of its lane.
searched=''
find_submitted() {
  native=''
  for called in $names; do
    if [ "\${called%.*}" != "$searched" ]; then
      found=$(find_by_name "\${called%.*}" "$((first_at / 1000))" 2>&1)
      its_code=$? searched=\${called%.*}
    fi
    case $its_code,$found in
      0,|3,*) continue ;;
      0,*[!]A-Za-z0-9._@:+[-]*)
        complaint="said: $(printf '%s' "$found" | head -c 2000 | tr '\\n\\r' '  ')"
        return 1 ;;
      0,*) ;;
      *)
        complaint="failed: $(printf '%s' "$found" | head -c 2000 | tr '\\n\\r' '  ')"
        return 1 ;;
    esac
    native=$found
    case $called in
      *.*)
        put "$root/arrays/$searched/native" "$found"
        element "$found" "\${called#*.}" ;;
      *) put "$root/$called/native" "$found" ;;
    esac
    return 0
  done
}
`
