/** `qhold`, `qrls` and `qmod -cj`, as POSIX shell: what a user may do with a job that waits. */
export const qhold = note('hold', 'modified hold of job $id')
export const qrls = note('release', 'modified hold of job $id')

export const qmod = `
if [ "\${1-}" != -cj ]; then
  echo "invalid option argument \\"\${1-}\\"" >&2
  exit 1
fi
shift
${note('release', '$user@localhost cleared error state of job $id')}
# So it does.
exit 1
`

function note(word: string, sentence: string): string {
  return `
suffer
now
who
for id in "$@"; do
  case $id in [0-9]*.*) id=\${id%%.*}_\${id#*.} ;; esac
  if [ -z "$(ask phase "$id")" ]; then
    echo "denied: job \\"$id\\" does not exist"
    exit 1
  fi
  order note ${word} "$id"
  echo "${sentence}"
done
`
}
