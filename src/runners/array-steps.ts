import type { Arrays } from './scheduler.ts'

/**
 * Shell function `submit_array NAME TAG...` of a submission: it takes the turns of all jobs, each in its own folder, and submits them
 * as one. Their notes name the array before it is asked for, so each can be found by itself, whatever happens after. Where one of the
 * jobs is known, or the scheduler will have no such array, they go alone: turns that were taken are given back first.
 */
export function arraySteps({ index }: Pick<Arrays, 'index'>): string {
  return `
# What each element runs: it becomes the wrapper of the job that stands in its line of \`list\`.
start_text() {
  at=$(printf '%s' "$PWD" | sed "s/'/'\\\\\\\\''/g")
  cat <<START
#!/bin/sh
at='$at'
START
  cat <<'START'
index=${index} line=0
while IFS= read -r tag; do
  line=$((line + 1))
  if [ "$line" = "$index" ]; then
    folder=\${at%/*/*}/$tag
    exec "\${ABEYANCE_SHELL:-/bin/sh}" "$folder/job/wrapper" "$folder" </dev/null
  fi
done <"$at/list"
echo "there is no element $index in $at/list" >&2
exit 1
START
}
${steps}`
}

const steps = `
submit_array() {
  array=$1 index=0 whole=yes joined='' notes='' left=''
  shift
  for tag in "$@"; do
    index=$((index + 1)) in_array=,$array.$index
    "prepare_$tag"
    if [ "$whole" = no ]; then left="$left $tag"
    elif join; then joined="$joined $tag" notes="$notes $tag/submitting.$turn"
    else whole=no; fi
  done
  in_array=''
  if [ "$whole" = yes ] && ask_for_array "$@"; then return; fi
  # shellcheck disable=SC2086
  if [ -n "$notes" ]; then ( cd "$root" && rm -f $notes ); fi
  for tag in $joined $left; do
    "prepare_$tag"
    submit_once "$tag"
  done
}

# ask_for_array TAG...: answers for all of them, or fails where surely none was submitted, and says why under the array's name.
ask_for_array() {
  tag=$array verdict=not-tried fault="cannot write to $root/arrays/$array"
  "prepare_$array"
  if make_array "$@" && submit; then
    keep "$native"
    all=$native index=0
    for tag in "$@"; do
      index=$((index + 1))
      element "$all" "$index"
      answer accepted "$native"
    done
  elif [ "$verdict" = doubt ]; then
    stopped=yes
    for tag in "$@"; do answer doubt "$fault"; done
  else
    answer "$verdict" "$fault"
    return 1
  fi
}

# make_array TAG...: its files, which are never changed: what was submitted under its name reads them.
make_array() {
  mkdir -p "$root/arrays/$array" && cd "$root/arrays/$array" || return 1
  [ -s start ] && return
  put list "$(printf '%s\\n' "$@")" && put start "$(start_text)"
}
`
