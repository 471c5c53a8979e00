/** `qdel`, as POSIX shell. */
export const qdel = `
users='' words='' forced=no
while [ $# -gt 0 ]; do
  case $1 in
    -u) users=\${2-}; shift ;;
    -f) forced=yes ;;
    -*)
      echo "ERROR! invalid option argument \\"$1\\"" >&2
      exit 1 ;;
    *) words="$words $1" ;;
  esac
  shift
done
if [ -z "$words$users" ]; then
  echo 'ERROR! no option argument' >&2
  exit 1
fi
suffer
now
who
words=$(echo "$words" | tr , ' ')
ask_words=$words ask_users=$users
export ask_words ask_users
# Asked as a whole before anything is done, since a pipe would hide what was not found.
found=$(ask qdel)
code=0
while read -r id phase; do
  [ -n "$id" ] || continue
  case $id in *_*) what="job-array task \${id%_*}.\${id#*_}" ;; *) what="job $id" ;; esac
  case $phase in
    unknown)
      echo "denied: job \\"$id\\" does not exist"
      code=1 ;;
    ending)
      echo "$what is already in deletion"
      if [ "$forced" = yes ]; then code=1; fi ;;
    waiting|held|error)
      order end cancel "$id" "$uid"
      echo "$user has deleted $what" ;;
    *)
      order end cancel "$id" "$uid"
      echo "$user has registered the $what for deletion" ;;
  esac
done <<FOUND
$found
FOUND
exit "$code"
`

export const qdelList = `
END {
  n = split(ENVIRON["ask_words"], wanted, " ")
  for (i = 1; i <= n; i++) {
    hits = 0
    asked = wanted[i]
    sub(/\\./, "_", asked)
    for (s = 1; s <= jobs; s++) if (is_listed(s) && (id_of[s] == asked || base_of[s] == wanted[i] || attr[s, "name"] == wanted[i])) { print id_of[s], phase[s]; hits++ }
    if (!hits) print wanted[i], "unknown"
  }
  if (ENVIRON["ask_users"] != "")
    for (s = 1; s <= jobs; s++) if (is_listed(s) && attr[s, "user"] == ENVIRON["ask_users"]) print id_of[s], phase[s]
}
`
