# Read by bash before a script: counts the script's commands, also in its subshells, and kills before a chosen one.
#
#   KILL_FOLDER  where `commands` lists what was counted, and `killed` says that it has happened (once for all processes)
#   KILL_SCRIPT  the kind that is counted: what a request said in $kill_kind, or the role of a wrapper
#   KILL_JOB     of wrappers: only one whose command has this word
#   KILL_AT      which command, counted from 1; 0 for none
#   KILL_KEY     or else: the first command with these words
#   KILL_VICTIM  shell, group, engine (its pid is KILL_ENGINE), or all
unset BASH_ENV

kill_tag=j kill_nonce=
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do kill_tag+='[a-z2-7]'; done
for _ in 1 2 3 4 5 6 7 8; do kill_nonce+='[0-9a-f][0-9a-f][0-9a-f][0-9a-f]'; done

kill_is_ours() {
  local text
  [ -n "${role-}" ] || return 0
  IFS= read -r -d '' text <"$folder/job/command"
  [[ $text == *"$KILL_JOB"* ]]
}

kill_here() {
  local key seen
  [ "${kill_kind:-${role-}}" = "$KILL_SCRIPT" ] || return 0
  if [ -z "${kill_match-}" ]; then kill_is_ours && kill_match=yes || kill_match=no; fi
  [ "$kill_match" = yes ] || return 0
  key="${FUNCNAME[*]:1} ${1//$'\n'/ }"
  key=${key//$kill_nonce/NONCE}
  key=${key//$kill_tag/TAG}
  case $key in *root=*) key=root ;; esac
  key=${key:0:160}
  printf '%s\n' "$key" >>"$KILL_FOLDER/commands"
  printf . >>"$KILL_FOLDER/count"
  if [ "$KILL_AT" -gt 0 ]; then
    IFS= read -r -d '' seen <"$KILL_FOLDER/count"
    [ "${#seen}" -ge "$KILL_AT" ] || return 0
  else
    [ -n "$KILL_KEY" ] && [ "$key" = "$KILL_KEY" ] || return 0
  fi
  set -C
  if ! printf '%s\n' "$key" 2>/dev/null >"$KILL_FOLDER/killed"; then
    set +C
    return 0
  fi 2>/dev/null
  set +C
  case $KILL_VICTIM in engine | all) kill -KILL "$KILL_ENGINE" ;; esac
  case $KILL_VICTIM in
    shell) kill -KILL "$BASHPID" ;;
    group | all) kill -KILL 0 ;;
  esac
}

if [ -n "${KILL_FOLDER-}" ]; then
  set -o functrace
  trap 'kill_here "$BASH_COMMAND"' DEBUG
fi
