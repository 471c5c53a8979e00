/** What PBS's programs have in common, as POSIX shell. */
export const dialect = `
program=\${0##*/}
gentle=yes
host=pbshost
outcome() { :; }

# fail WHY CODE: the message is dropped, as nobody will ask for it.
fail() {
  rm -rf "\${spool-/nonexistent}"
  say_no "$@"
}

say_no() {
  echo "$program: $1" >&2
  exit "$2"
}

down() {
  echo 'Connection refused' >&2
  case $program in
    qstat)
      echo "qstat: cannot connect to server $host (errno=15010)" >&2
      exit 255 ;;
    qdel) echo "Couldn't connect to cluster: $host" >&2 ;;
    *) echo "$program: cannot connect to server $host (errno=15010)" >&2 ;;
  esac
  exit 162
}

refuse() { fail 'Job violates queue and/or server resource limits' 188; }
full() { fail "would exceed complex's per-user limit" 38; }
time_out() { say_no 'End of File' 162; }

# read_ids WORD...: sets $ids to their numbers, 12, 12_3 of an element, 12_ of a whole array; one that is none of ours is told.
read_ids() {
  ids='' code=0
  for word in "$@"; do
    case $word in
      [0-9]*)
        name=\${word%%.*}
        number=$name
        case $name in *']') number=\${name%%'['*}_\${name#*'['} number=\${number%']'} ;; esac
        case $(ask known "$number") in
          yes) ids="$ids $number" ;;
          over)
            if [ "$keeps" = no ]; then
              echo "$program: Unknown Job Id $name.$host" >&2
              code=153
            elif [ "$history" = yes ]; then ids="$ids $number"
            elif [ "$program" = qstat ]; then
              echo "qstat: $name.$host Job has finished, use -x or -H to obtain historical job information" >&2
              code=35
            else
              echo "$program: Job has finished $name.$host" >&2
              code=35
            fi ;;
          *)
            echo "$program: Unknown Job Id $name.$host" >&2
            code=153 ;;
        esac ;;
      *)
        if [ "$program" = qstat ]; then
          echo "qstat: Unknown queue destination $word" >&2
          code=170
        else
          echo "$program: illegally formed job identifier: $word" >&2
          code=1
        fi ;;
    esac
  done
}

# keeps_history: whether the server knows of jobs that ended.
keeps_history() {
  if fault accountingOff || fault accountingDown; then return 1; fi
}
`

/** For a job's own shell. What it prints appears as it is printed; the real one brings it when the job has ended. */
export const environment = `
cd "$HOME" 2>/dev/null || cd /
unset PBS_ARRAY_INDEX PBS_ARRAY_ID
simulated_name=$simulated_id
case $simulated_id in
  *_*)
    export PBS_ARRAY_INDEX="\${simulated_id#*_}" PBS_ARRAY_ID="\${simulated_id%_*}[].pbshost"
    simulated_name="\${simulated_id%_*}[\${simulated_id#*_}]" simulated_id=\${simulated_id%_*}.\${simulated_id#*_} ;;
esac
simulated_at() {
  case $1 in
    */) simulated_path=$1$2 ;;
    /*) simulated_path=$1 ;;
    '') simulated_path=$PBS_O_WORKDIR/$2 ;;
    *) simulated_path=$PBS_O_WORKDIR/$1 ;;
  esac
  (: >>"$simulated_path") 2>/dev/null || simulated_path=/dev/null
}
simulated_at "$simulated_out" "$PBS_JOBNAME.o$simulated_id"
simulated_out=$simulated_path
simulated_at "$simulated_err" "$PBS_JOBNAME.e$simulated_id"
case $simulated_joined in
  oe) simulated_path=$simulated_out ;;
  eo) simulated_out=$simulated_path ;;
esac
exec </dev/null >>"$simulated_out" 2>>"$simulated_path"
export PBS_JOBID="$simulated_name.pbshost" PBS_JOBDIR="$PWD" PBS_ENVIRONMENT=PBS_BATCH ENVIRONMENT=BATCH PBS_NODENUM=0 PBS_TASKNUM=1
unset simulated_out simulated_err simulated_joined simulated_path simulated_name
`
