import { calendar } from '../calendar.ts'
import { fold } from '../fold.ts'
import { arrays } from './arrays.ts'
import { attributes } from './attributes.ts'

/** `qselect`, as POSIX shell. */
export const qselect = `
users='' name='' states='' history=no
while [ $# -gt 0 ]; do
  case $1 in
    -u) users=\${2-}; shift ;;
    -N) name=\${2-}; shift ;;
    -s) states=\${2-}; shift ;;
    -x) history=yes ;;
    *)
      echo "qselect: invalid option -- '\${1#-}'" >&2
      exit 2 ;;
  esac
  shift
done
suffer
now
if [ "$history" = yes ] && ! keeps_history; then
  echo 'qselect: PBS is not configured to maintain job history' >&2
  exit 1
fi
ask_users=$users ask_name=$name ask_states=$states ask_history=$history
export ask_users ask_name ask_states ask_history
ask qselect
`

export const qselectList = `${fold}${calendar}${arrays}${attributes}
END {
  n = split(ENVIRON["ask_users"], users, ",")
  for (i = 1; i <= n; i++) want[users[i]] = 1
  for (s = 1; s <= jobs; s++) {
    if (at[id_of[s]] != s || is_gone(s) && ENVIRON["ask_history"] != "yes") continue
    if (n && !(attr[s, "user"] in want)) continue
    if (ENVIRON["ask_name"] != "" && attr[s, "name"] != ENVIRON["ask_name"]) continue
    if (ENVIRON["ask_states"] != "" && !index(ENVIRON["ask_states"], letter(element_of[s] == "" ? s : -s))) continue
    tell(s, 0)
  }
  for (i = 1; i <= shows; i++) print called(shown[i])
}
`
