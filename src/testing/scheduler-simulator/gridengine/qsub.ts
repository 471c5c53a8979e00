/** `qsub`, as POSIX shell. */
export const qsub = `
name='' folder=$HOME out='' err='' joined=no shell=/bin/bash binary=no prefix='#$' context='' requeue=no held=no terse=no queue=''
environment='' slots_asked=1 resources='' project=NONE limit=0 exported='' all=no account=sge array=''

# options WORD...: sets what they say; $left counts the words that are no options.
options() {
  while [ $# -gt 0 ]; do
    case $1 in
      -terse) terse=yes ;;
      -cwd) folder=$PWD ;;
      -h) held=yes ;;
      -V) all=yes ;;
      -notify) ;;
      -N|-ac|-S|-C|-b|-sync|-j|-r|-l|-q|-P|-o|-e|-wd|-A|-p|-v|-m|-M|-w|-now|-shell|-t)
        if [ $# -lt 2 ] || [ -z "$2" ] && [ "$1" != -C ]; then
          echo "qsub: $1 option must have argument" >&2
          exit 2
        fi
        option "$1" "$2"
        shift ;;
      -pe)
        environment=\${2-} slots_asked=\${3-1}
        shift 2 ;;
      -*)
        echo "qsub: invalid option argument \\"$1\\"" >&2
        exit 2 ;;
      *) break ;;
    esac
    shift
  done
  left=$#
}

option() {
  case $1 in
    -N) name=$2 ;;
    -ac) context=$2 ;;
    -S) shell=$2 ;;
    -C) prefix=$2 ;;
    -b) binary=$2 ;;
    -j) case $2 in y*) joined=yes ;; *) joined=no ;; esac ;;
    -r) case $2 in y*) requeue=yes ;; *) requeue=no ;; esac ;;
    -l) resources=\${resources:+$resources,}$2 ;;
    -q) queue=$2 ;;
    -P) project=$2 ;;
    -o) out=$2 ;;
    -e) err=$2 ;;
    -wd) folder=$2 ;;
    -A) account=$2 ;;
    -v) exported=$2 ;;
    -t) array=$2 ;;
  esac
}

check_name() {
  case $1 in
    [0-9]*) reject "denied: \\"$1\\" is not a valid object name (cannot start with a digit)" ;;
    */*)
      echo 'qsub: argument to -N option must not contain / ' >&2
      exit 2 ;;
    *:*) reject "Colon (':') not allowed in objectname" ;;
    *@*) reject "At ('@') not allowed in objectname" ;;
    *' '*) reject 'Error reading answer list from qmaster' ;;
  esac
}

check_resources() {
  old=$IFS
  IFS=,
  # shellcheck disable=SC2086
  set -- $resources
  IFS=$old
  for pair in "$@"; do
    case $complexes in
      *" \${pair%%=*} "*) ;;
      *) reject "unknown resource \\"\${pair%%=*}\\"" ;;
    esac
    case $pair in h_rt=*) read_time "\${pair#*=}" ;; esac
  done
}

# read_time SECONDS or HOURS:MINUTES:SECONDS: sets $limit.
read_time() {
  case $1 in
    *[!0-9:]*|'') reject 'attribute "h_rt" is not a time value' ;;
    *:*) limit=$(echo "$1" | awk -F: '{ print ($1 * 60 + $2) * 60 + $3 }') ;;
    *) limit=$1 ;;
  esac
}

suffer
now
who
again=''
for word in "$@"; do quote "$word"; again="$again $quoted"; done
options "$@"
shift $(($# - left))
new_message
if [ "$binary" = y ]; then
  if [ $# -eq 0 ]; then
    echo 'qsub: command required for a binary job' >&2
    exit 2
  fi
  default=\${1##*/} shell=/bin/sh
  words=''
  for word in "$@"; do quote "$word"; words="$words $quoted"; done
  echo "#!/bin/sh\${newline}exec$words" >"$spool/script"
  set --
elif [ $# -gt 0 ]; then
  script=$1 default=\${1##*/}
  shift
  if ! cat "$script" >"$spool/script" 2>/dev/null; then
    rm -rf "$spool"
    echo "Unable to read script file because of error: error opening $script: No such file or directory" >&2
    exit 14
  fi
else
  default=STDIN
  cat >"$spool/script"
  if [ ! -s "$spool/script" ]; then
    rm -rf "$spool"
    echo 'Unable to read script file because of error: no input read from stdin' >&2
    exit 4
  fi
fi
if [ "$binary" != y ] && [ -n "$prefix" ]; then
  words=$(sim_prefix=$prefix awk 'index($0, ENVIRON["sim_prefix"]) == 1 { print substr($0, length(ENVIRON["sim_prefix"]) + 1) }' "$spool/script")
  if [ -n "$words" ]; then
    set -f
    # shellcheck disable=SC2086
    options $words
    set +f
    eval "options $again"
  fi
fi
name=\${name:-$default}
check_name "$name"
check_resources
case $queues in
  *" \${queue:-main.q} "*) ;;
  *) reject "Job was rejected because job requests unknown queue \\"$queue\\"" ;;
esac
case $environments in
  *" \${environment:-smp} "*) ;;
  *) reject "job rejected: the requested parallel environment \\"$environment\\" does not exist" ;;
esac
elements='' range=''
if [ -n "$array" ]; then
  case $array in
    *,*|0*) reject "numerical value invalid: the initial portion of string \\"$array\\" contains no decimal number" ;;
  esac
  read_elements "$array"
  if fault refusesArrays; then reject 'job rejected: only 2 tasks are allowed per job (requested 9 tasks)'; fi
  [ -n "$elements" ] || reject 'range elements have to be numbers'
  case $array in *:*) step=\${array#*:} ;; *) step=1 ;; esac
  range=\${elements%% *}-\${elements##* }:$step
fi

{
  if [ "$all" = yes ]; then export -p; fi
  for pair in "HOME=$HOME" "USER=$user" "LOGNAME=$user" "SHELL=\${shell:-/bin/sh}" "PATH=/usr/local/bin:/usr/bin:/bin" "JOB_NAME=$name" \\
    "QUEUE=\${queue:-main.q}" "NSLOTS=$slots_asked" "SGE_O_HOME=$HOME" "SGE_O_WORKDIR=$PWD" "SGE_O_HOST=localhost" "SGE_O_LOGNAME=$user" \\
    "SGE_O_PATH=$PATH" "SGE_ACCOUNT=$account"; do
    quote "\${pair#*=}"
    echo "export \${pair%%=*}=$quoted"
  done
  for pair in "simulated_range=$range" "simulated_folder=$folder" "simulated_out=$out" "simulated_err=$err" "simulated_joined=$joined" "simulated_interpreter=$shell"; do
    quote "\${pair#*=}"
    echo "\${pair%%=*}=$quoted"
  done
  (
    IFS=,
    set -f
    for pair in $exported; do
      case $pair in *=*) ;; *) eval "pair=$pair=\\\${$pair-}" ;; esac
      quote "\${pair#*=}"
      echo "export \${pair%%=*}=$quoted"
    done
  )
  words=''
  for word in "$@"; do quote "$word"; words="$words $quoted"; done
  echo "set --$words"
} >"$spool/env"
closed=''
case $queue in closed.q) closed=yes ;; esac
plain "$folder"; folder=$plain
plain "$context"; context=$plain
warn_before
submit "name=$name" "user=$user" "uid=$uid" "queue=\${queue:-main.q}" "context=$context" "folder=$folder" "limit=$limit" "slots=$slots_asked" \\
  "environment=$environment" "resources=$resources" "project=$project" "requeue=$requeue" "held=$held" "closed=$closed" "array=$elements"
if [ "$terse" = yes ]; then echo "$id\${range:+.$range}"
elif [ -n "$range" ]; then echo "Your job-array $id.$range (\\"$name\\") has been submitted"
else echo "Your job $id (\\"$name\\") has been submitted"; fi
warn_after
`
