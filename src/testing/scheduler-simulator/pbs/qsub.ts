/** `qsub`, as POSIX shell. */
export const qsub = `
name='' out='' err='' joined=n shell=/bin/sh resources='' requeue=yes held=no queue=workq account='' exported='' all=no quiet=no umask='' array=''

usage() {
  echo "qsub: illegal $1 value" >&2
  cat <<USAGE >&2
usage: qsub [-a date_time] [-A account_string] [-c interval]
	[-C directive_prefix] [-e path] [-f ] [-h ] [-I [-X]] [-j oe|eo] [-J X-Y[:Z]]
	[-k keep] [-l resource_list] [-m mail_options] [-M user_list]
	[-N jobname] [-o path] [-p priority] [-P project] [-q queue] [-r y|n]
	[-R o|e|oe] [-S path] [-u user_list] [-W otherattributes=value...]
	[-v variable_list] [-V ] [-z] [script | -- command [arg1 ...]]
       qsub --version
USAGE
  exit 2
}

options() {
  command=no
  while [ $# -gt 0 ]; do
    case $1 in
      --version)
        echo 'pbs_version = 23.06.06'
        exit 0 ;;
      --)
        command=yes
        shift
        break ;;
      -h) held=yes ;;
      -V) all=yes ;;
      -z) quiet=yes ;;
      -f) ;;
      -[AceCjJklmMNopPqrSuWv])
        [ $# -ge 2 ] || usage "$1"
        option "$1" "$2"
        shift ;;
      -[AceCjJklmMNopPqrSuWv]*) option "\${1%"\${1#-?}"}" "\${1#-?}" ;;
      -*)
        echo "qsub: invalid option -- '\${1#-}'" >&2
        usage "$1" ;;
      *) break ;;
    esac
    shift
  done
  left=$#
}

option() {
  case $1 in
    -N)
      case $2 in *[!A-Za-z0-9_.+-]*|'') usage -N ;; esac
      [ "\${#2}" -le 230 ] || fail 'Job name is too long ' 2
      name=$2 ;;
    -o) out=\${2#"$host":} ;;
    -e) err=\${2#"$host":} ;;
    -j) joined=$2 ;;
    -S) shell=$2 ;;
    -l) resources=\${resources:+$resources,}$2 ;;
    -r) case $2 in y*) requeue=yes ;; *) requeue=no ;; esac ;;
    -q) queue=\${2%@*} ;;
    -A) account=$2 ;;
    -J) array=$2 ;;
    -v) exported=$2 ;;
    -W) case $2 in umask=*) umask=\${2#umask=} ;; esac ;;
  esac
}

# check_resources: sets $limit, $cores and $select.
check_resources() {
  limit=0 cores=1 select='' mem=''
  old=$IFS
  IFS=,
  # shellcheck disable=SC2086
  set -- $resources
  IFS=$old
  for pair in "$@"; do
    value=\${pair#*=}
    case $pair in
      walltime=*)
        case $value in *[!0-9:]*|'') fail 'Illegal attribute or resource value Resource_List.walltime' 166 ;; esac
        limit=$(echo "$value" | awk -F: '{ for (i = 1; i <= NF; i++) sum = sum * 60 + $i; print sum }') ;;
      select=*)
        select=$value
        case $value in *ncpus=*) cores=\${value#*ncpus=} cores=\${cores%%:*} ;; esac
        case $value in *mem=*) mem=\${value#*mem=} mem=\${mem%%:*} ;; esac ;;
      ncpus=*) cores=$value ;;
      mem=*) mem=$value ;;
      nodes=*|place=*|cput=*|pmem=*|vmem=*|pvmem=*|file=*|ngpus=*|mpiprocs=*|nice=*) ;;
      *) fail "Unknown resource Resource_List.\${pair%%=*}" 187 ;;
    esac
  done
  select=\${select:-1:ncpus=$cores\${mem:+:mem=$mem}}
}

suffer
now
who
said="$*"
again=''
for word in "$@"; do quote "$word"; again="$again $quoted"; done
options "$@"
shift $(($# - left))
new_message
default=STDIN
if [ "$command" = yes ]; then
  words=''
  for word in "$@"; do quote "$word"; words="$words $quoted"; done
  echo "exec$words" >"$spool/script"
elif [ $# -gt 0 ]; then
  default=\${1##*/}
  cat "$1" >"$spool/script" 2>/dev/null || fail 'script file:: No such file or directory' 1
else
  cat >"$spool/script"
fi
words=$(sed -n 's/^#PBS[[:space:]][[:space:]]*//p' "$spool/script")
if [ -n "$words" ] && [ "$command" = no ]; then
  set -f
  # shellcheck disable=SC2086
  options $words
  set +f
  eval "options $again"
fi
name=\${name:-$default}
case $queue in
  workq|closed|brief) ;;
  *) fail 'Unknown queue' 170 ;;
esac
check_resources
elements=''
if [ -n "$array" ]; then
  case $array in *,*) usage -J ;; esac
  read_elements "$array"
  case $elements in *' '*) ;; *) usage -J ;; esac
  if fault refusesArrays; then fail 'Array job exceeds server or queue size limit' 164; fi
  [ "$requeue" = yes ] || fail 'cannot submit non-rerunable Array Job' 163
fi
{
  if [ "$all" = yes ]; then export -p; fi
  for pair in "HOME=$HOME" "USER=$user" "LOGNAME=$user" "SHELL=\${SHELL-/bin/sh}" "PATH=/usr/local/bin:/usr/bin:/bin:$sim/bin" "PBS_JOBNAME=$name" \\
    "PBS_QUEUE=$queue" "NCPUS=$cores" "OMP_NUM_THREADS=$cores" "PBS_O_HOME=$HOME" "PBS_O_WORKDIR=$PWD" "PBS_O_HOST=$host" "PBS_O_LOGNAME=$user" \\
    "PBS_O_PATH=$PATH" "PBS_O_QUEUE=$queue" "PBS_O_SYSTEM=Linux"; do
    quote "\${pair#*=}"
    echo "export \${pair%%=*}=$quoted"
  done
  for pair in "simulated_out=$out" "simulated_err=$err" "simulated_joined=$joined" "simulated_interpreter=$shell"; do
    quote "\${pair#*=}"
    echo "\${pair%%=*}=$quoted"
  done
  [ -z "$umask" ] || echo "umask $umask"
  (
    IFS=,
    set -f
    for pair in $exported; do
      case $pair in *=*) ;; *) eval "pair=$pair=\\\${$pair-}" ;; esac
      quote "\${pair#*=}"
      echo "export \${pair%%=*}=$quoted"
    done
  )
  echo 'set --'
} >"$spool/env"
closed=''
case $queue in closed) closed=yes ;; esac
plain "$PWD"; folder=$plain
plain "$said"; said=$plain
plain "$out"; out=$plain
plain "$err"; err=$plain
plain "$PATH"; path=$plain
warn_before
submit "name=$name" "user=$user" "uid=$uid" "queue=$queue" "folder=$folder" "limit=$limit" "cores=$cores" "mem=$mem" "select=$select" \\
  "account=$account" "requeue=$requeue" "held=$held" "closed=$closed" "joined=$joined" "out=$out" "err=$err" "said=$said" "home=$HOME" "path=$path" \\
  "array=$elements" "range=$array"
[ "$quiet" = yes ] || echo "$id\${elements:+[]}.$host"
warn_after
`
