/** `qdel`, as POSIX shell. */
export const qdel = `
history=no
while [ $# -gt 0 ]; do
  case $1 in
    -W) shift ;;
    -x) ;;
    -*)
      echo "qdel: invalid option -- '\${1#-}'" >&2
      exit 2 ;;
    *) break ;;
  esac
  shift
done
if [ $# -eq 0 ]; then
  echo 'usage:' >&2
  echo '	qdel [-W force|suppress_email=X] [-x] job_identifier...' >&2
  exit 2
fi
suffer
now
who
if ! keeps_history; then keeps=no; else keeps=yes; fi
read_ids "$@"
for id in $ids; do
  case $id in
    *_) for element in $(ask elements "\${id%_}"); do order end cancel "$element" "$uid"; done ;;
    *) order end cancel "$id" "$uid" ;;
  esac
done
exit "$code"
`

/** `qhold` and `qrls`. */
export const qhold = note('hold')
export const qrls = note('release')

function note(word: string): string {
  return `
history=no
suffer
now
if ! keeps_history; then keeps=no; else keeps=yes; fi
read_ids "$@"
for id in $ids; do order note ${word} "$id"; done
exit "$code"
`
}
