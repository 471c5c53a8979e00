/** `sbatch`, as POSIX shell. */
export const sbatch = `
name='' folder=$PWD out=slurm-%j.out err='' comment='' partition=main account=test limit=0 cpus=1 mem=64M
requeue=yes held=no parsable=no wrapped=no wrap='' mode=truncate export=ALL cluster_asked='' array=''

flags='--parsable --hold -H --requeue --no-requeue --exclusive --quiet -Q --wait-all-nodes --spread-job'
values="--job-name -J --chdir -D --output -o --error -e --comment --partition -p --account -A --time -t --cpus-per-task -c \\
--mem --wrap --open-mode --export --clusters -M --nodes -N --ntasks -n --nodelist -w --constraint -C --qos -q --gpus -G --gres \\
--mem-per-cpu --ntasks-per-node --mail-type --mail-user --nice --reservation --wckey --signal --tmp --licenses -L --array -a"

# options WORD...: sets what they say; $left counts the words that are no options.
options() {
  left=0
  while [ $# -gt 0 ]; do
    case $1 in
      --) shift; break ;;
      -?*) ;;
      *) break ;;
    esac
    split "$@" || unknown_option "$1" 255
    shift
    if [ "$used" = 2 ]; then
      if [ $# -eq 0 ]; then
        echo "sbatch: option '$option' requires an argument" >&2
        echo 'Try "sbatch --help" for more information' >&2
        exit 255
      fi
      shift
    fi
    option "$option" "$value"
  done
  left=$#
}

option() {
  case $1 in
    --job-name|-J) name=$2 ;;
    --chdir|-D) folder=$2 ;;
    --output|-o) out=$2 ;;
    --error|-e) err=$2 ;;
    --comment) comment=$2 ;;
    --partition|-p) partition=$2 ;;
    --account|-A) account=$2 ;;
    --time|-t) read_time "$2" ;;
    --cpus-per-task|-c) cpus=$2 ;;
    --mem) mem=$2 ;;
    --wrap) wrapped=yes wrap=$2 ;;
    --open-mode) case $2 in a*) mode=append ;; *) mode=truncate ;; esac ;;
    --export) export=$2 ;;
    --clusters|-M) cluster_asked=$2 ;;
    --array|-a) array=$2 ;;
    --hold|-H) held=yes ;;
    --requeue) requeue=yes ;;
    --no-requeue) requeue=no ;;
    --parsable) parsable=yes ;;
  esac
}

# read_time TIME: sets $limit to seconds: minutes, minutes:seconds, hours:minutes:seconds, days-hours[:minutes[:seconds]].
read_time() {
  limit=$(echo "$1" | awk '
    !/^[0-9]+(:[0-9]+)?(:[0-9]+)?$/ && !/^[0-9]+-[0-9]+(:[0-9]+)?(:[0-9]+)?$/ { print "wrong"; exit }
    {
      days = 0
      if (split($0, dash, "-") == 2) { days = dash[1]; $0 = dash[2]; n = split($0, part, ":"); print days * 86400 + part[1] * 3600 + part[2] * 60 + part[3]; exit }
      n = split($0, part, ":")
      print n == 1 ? part[1] * 60 : n == 2 ? part[1] * 60 + part[2] : part[1] * 3600 + part[2] * 60 + part[3]
    }')
  if [ "$limit" = wrong ]; then
    echo 'sbatch: error: Invalid --time specification' >&2
    exit 255
  fi
}

# check_script: as sbatch does before it sends anything.
check_script() {
  read -r head <"$spool/script" || [ -n "$head" ] || error 'Batch script is empty!'
  case $head in
    '#!'*"$return") error 'Batch script contains DOS line breaks (\\r\\n)' 'instead of expected UNIX line breaks (\\n).' ;;
    '#!'*) ;;
    *) error 'This does not look like a batch script.  The first' \\
      'line must start with #! followed by the path to an interpreter.' 'For instance: #!/bin/sh' ;;
  esac
}
return='\r'

error() {
  rm -rf "$spool"
  printf 'sbatch: error: %s\\n' "$@" >&2
  exit 1
}

# directives: the options in the script's own comments, before its first command.
directives() {
  words=$(sed -n -e '/^#SBATCH[[:space:]]/{s/^#SBATCH[[:space:]]*//;s/[[:space:]]#.*//;p;d;}' -e '/^#/d' -e '/^[[:space:]]*$/d' -e q "$spool/script")
  [ -n "$words" ] || return 0
  set -f
  # shellcheck disable=SC2086
  options $words
  set +f
  # What the command line says counts more, so it is said again.
  eval "options $again"
}

suffer
now
who
again=''
for word in "$@"; do quote "$word"; again="$again $quoted"; done
options "$@"
shift $(($# - left))
warn_before
new_message
if [ "$wrapped" = yes ]; then
  printf '#!/bin/sh\\n# This script was created by sbatch --wrap.\\n\\n%s\\n' "$wrap" >"$spool/script"
  default=wrap
elif [ $# -gt 0 ]; then
  script=$1
  shift
  default=\${script##*/}
  if ! cat "$script" >"$spool/script" 2>/dev/null; then error "Unable to open file $script"; fi
  check_script
else
  cat >"$spool/script"
  default=sbatch
  check_script
fi
if [ "$wrapped" = no ]; then directives; fi
name=\${name:-$default}
err=\${err:-$out}

case " $partitions " in
  *" $partition "*) ;;
  *) error "invalid partition specified: $partition" "$failed Invalid partition name specified" ;;
esac
case $mem in
  *[0-9]) megabytes=$mem ;;
  *[Mm]) megabytes=\${mem%?} ;;
  *[Gg]) megabytes=$((\${mem%?} * 1024)) ;;
  *[Tt]) megabytes=$((\${mem%?} * 1048576)) ;;
  *[Kk]) megabytes=$((\${mem%?} / 1024)) ;;
esac
elements=''
if [ -n "$array" ]; then
  read_elements "\${array%%%*}"
  # Numbers go up to 1000, as they do where nobody said otherwise.
  if fault refusesArrays || [ -z "$elements" ] || [ "\${elements##* }" -gt 1000 ]; then error "$failed Invalid job array specification"; fi
fi
if [ "$megabytes" -gt 4096 ]; then
  error 'Memory specification can not be satisfied' "$failed Requested node configuration is not available"
fi

{
  case $export in
    ALL*) export -p ;;
    *) for word in PATH HOME USER LOGNAME SHELL; do eval "quote \\"\\\${$word-}\\""; echo "export $word=$quoted"; done ;;
  esac
  for pair in "simulated_folder=$folder" "simulated_out=$out" "simulated_err=$err" "simulated_mode=$mode"; do
    quote "\${pair#*=}"
    echo "\${pair%%=*}=$quoted"
  done
  for pair in "SLURM_JOB_NAME=$name" "SLURM_SUBMIT_DIR=$PWD" "SLURM_SUBMIT_HOST=localhost" "SLURM_JOB_PARTITION=$partition" \\
    "SLURM_JOB_ACCOUNT=$account" "SLURM_JOB_USER=$user" "SLURM_JOB_UID=$uid" "SLURM_CPUS_ON_NODE=$cpus" "SLURM_CLUSTER_NAME=$cluster"; do
    quote "\${pair#*=}"
    echo "export \${pair%%=*}=$quoted"
  done
  words=''
  for word in "$@"; do quote "$word"; words="$words $quoted"; done
  echo "set --$words"
} >"$spool/env"

plain "$name"; name=$plain
plain "$comment"; comment=$plain
plain "$folder"; folder=$plain
plain "$out"; out=$plain
plain "$err"; err=$plain
closed=''
case $partition in closed) closed=yes ;; esac
submit "name=$name" "user=$user" "uid=$uid" "partition=$partition" "account=$account" "comment=$comment" \\
  "folder=$folder" "out=$out" "err=$err" "limit=$limit" "cpus=$cpus" "mem=$mem" "requeue=$requeue" "held=$held" "closed=$closed" "array=$elements"
if [ "$parsable" = yes ]; then echo "$id\${cluster_asked:+;$cluster_asked}"
else echo "Submitted batch job $id\${cluster_asked:+ on cluster $cluster_asked}"; fi
warn_after
`
