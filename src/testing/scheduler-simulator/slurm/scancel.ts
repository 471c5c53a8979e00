/** `scancel`, as POSIX shell. It looks at the queue first, since it tells what it did not find. */
export const scancel = `
loud=no names='' users='' sig='' ids=''
flags='--quiet -Q --verbose -v --batch -b --full -f --me'
values='--name -n --user -u --signal -s --clusters -M --state -t --partition -p'
while [ $# -gt 0 ]; do
  case $1 in
    -?*)
      split "$@" || unknown_option "$1" 1
      shift "$used" ;;
    *)
      ids="$ids $1"
      shift
      continue ;;
  esac
  case $option in
    --quiet|-Q) loud=no ;;
    --verbose|-v) loud=yes ;;
    --me) who; users=$user ;;
    --name|-n) names=$value ;;
    --user|-u) users=$value ;;
    --signal|-s) sig=\${value#SIG} ;;
  esac
done
for id in $ids; do
  case $id in
    *[!0-9_]*)
      echo "scancel: error: Invalid job id $id" >&2
      exit 1 ;;
  esac
  asked=\${asked:-$id}
done
suffer
now
who
if fault forgets; then min_age=0; fi
ask_names=$names ask_users=$users ask_ids=$ids
export ask_names ask_users ask_ids
ask scancel | while read -r id phase; do
  if [ "$loud" = yes ]; then echo "scancel: Terminating job $id" >&2; fi
  case $phase in
    over) [ "$loud" = no ] || echo "scancel: error: Kill job error on job id $id: Job/step already completing or completed" >&2 ;;
    unknown) [ "$loud" = no ] || echo "scancel: error: Kill job error on job id $id: Invalid job id specified" >&2 ;;
    *)
      case $sig in
        ''|KILL|9) order end cancel "$id" "$uid" ;;
        *) tell signal "$id" "$sig" ;;
      esac ;;
  esac
done
`

export const scancelList = `END {
  n = split(ENVIRON["ask_ids"], ids, " ")
  for (i = 1; i <= n; i++) {
    if (ids[i] in array_at) {
      for (s = array_at[ids[i]]; s && base_of[s] == ids[i]; s++) if (!is_over(s)) print id_of[s], phase[s]
      continue
    }
    s = at[ids[i]]
    print ids[i], (!s || is_forgotten(s) ? "unknown" : is_over(s) || phase[s] == "ending" ? "over" : phase[s])
  }
  if (n) exit
  for (s = 1; s <= jobs; s++) {
    if (is_over(s) || ENVIRON["ask_names"] == "" && ENVIRON["ask_users"] == "") continue
    if (ENVIRON["ask_names"] != "" && attr[s, "name"] != ENVIRON["ask_names"]) continue
    if (ENVIRON["ask_users"] != "" && attr[s, "user"] != ENVIRON["ask_users"]) continue
    print id_of[s], phase[s]
  }
}
`
