/** What Slurm's programs have in common, as POSIX shell: the words of their faults. */
export const dialect = `
program=\${0##*/}
gentle=yes
outcome() { :; }
failed='Batch job submission failed:'

down() {
  case $program in
    sacct) return 0 ;;
    sbatch) echo "sbatch: error: $failed Unable to contact slurm controller (connect failure)" >&2 ;;
    scancel)
      echo "scancel: error: Kill job error on job id \${asked:-0}: Unable to contact slurm controller (connect failure)" >&2
      exit 8 ;;
    scontrol)
      case \${asked:-} in
        ping) echo 'Slurmctld(primary) at localhost is DOWN'; exit 1 ;;
      esac
      echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2 ;;
    *) echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2 ;;
  esac
  exit 1
}

refuse() {
  echo "sbatch: error: $failed Invalid account or account/partition combination specified" >&2
  exit 1
}

full() {
  echo 'sbatch: error: AssocMaxSubmitJobLimit' >&2
  echo "sbatch: error: $failed Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)" >&2
  exit 1
}

time_out() {
  echo "sbatch: error: $failed Socket timed out on send/recv operation" >&2
  exit 1
}

# unknown_option WORD CODE: what getopt says of a word that the program does not know; shells of other programs end with 1.
unknown_option() {
  case $1 in
    --*) echo "$program: unrecognized option '\${1%%=*}'" >&2 ;;
    *)
      letter=\${1#-}
      echo "$program: invalid option -- '\${letter%"\${letter#?}"}'" >&2 ;;
  esac
  [ "$program" = sacct ] || echo "Try \\"$program --help\\" for more information" >&2
  exit "$2"
}

# split WORD...: sets $option, $value and $used (1 or 2) from the first words; $flags and $values list the options known.
# Long options may have their value after "=" or in the next word; short ones glued to them.
split() {
  used=1 value=''
  case $1 in
    --*=*) option=\${1%%=*} value=\${1#*=} ;;
    --*)
      option=$1
      case " $values " in *" $option "*) value=\${2-} used=2 ;; esac ;;
    -?*)
      letter=\${1#-} letter=\${letter%"\${letter#-?}"}
      option=\${1%"\${1#-?}"}
      case " $values " in
        *" $option "*)
          value=\${1#-?}
          if [ -z "$value" ]; then value=\${2-} used=2; fi ;;
      esac ;;
  esac
  case " $flags $values " in *" $option "*) ;; *) return 1 ;; esac
}
`

/** For a job's own shell: where it runs, where its streams go, and what Slurm puts into its environment. */
export const environment = `
fail() {
  echo "$1 $2" >"$simulated_spool/failed.$simulated_run"
  exit 1
}

# fill PATTERN: sets $filled to the path, with %j, %A, %a, %x, %u, %N and %% replaced.
fill() {
  filled='' rest=$1
  while :; do
    case $rest in
      *%*) ;;
      *) break ;;
    esac
    filled=$filled\${rest%%%*} rest=\${rest#*%}
    case $rest in
      j*) filled=$filled$simulated_raw ;;
      A*) filled=$filled\${simulated_id%_*} ;;
      a*) filled=$filled\${simulated_id#*_} ;;
      x*) filled=$filled$SLURM_JOB_NAME ;;
      u*) filled=$filled$SLURM_JOB_USER ;;
      N*) filled=$filled$simulated_node ;;
      %*) filled=$filled% ;;
      *) filled=$filled%\${rest%"\${rest#?}"} ;;
    esac
    rest=\${rest#?}
  done
  filled=$filled$rest
}

cd "$simulated_folder" 2>/dev/null || fail 0 53
fill "$simulated_out"
simulated_out=$filled
fill "$simulated_err"
simulated_err=$filled
if [ "$simulated_mode" = truncate ] && [ "$simulated_copy" = run ]; then
  (: >"$simulated_out" && : >"$simulated_err") 2>/dev/null || fail 0 53
fi
(: >>"$simulated_out" && : >>"$simulated_err") 2>/dev/null || fail 0 53
exec </dev/null >>"$simulated_out" 2>>"$simulated_err"
export SLURM_JOB_ID="$simulated_raw" SLURM_JOBID="$simulated_raw" SLURMD_NODENAME="$simulated_node" \\
  SLURM_JOB_NODELIST="$simulated_node" SLURM_NODELIST="$simulated_node" SLURM_NODEID=0 SLURM_PROCID=0 SLURM_LOCALID=0 \\
  SLURM_JOB_NUM_NODES=1 SLURM_NNODES=1 ENVIRONMENT=BATCH HOSTNAME="$simulated_node"
unset SLURM_RESTART_COUNT SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_ID
case $simulated_id in *_*) export SLURM_ARRAY_JOB_ID="\${simulated_id%_*}" SLURM_ARRAY_TASK_ID="\${simulated_id#*_}" ;; esac
if [ "$simulated_run" -gt 0 ]; then export SLURM_RESTART_COUNT="$simulated_run"; fi
read -r simulated_interpreter <"$simulated_spool/script"
simulated_interpreter=\${simulated_interpreter#"#!"}
unset simulated_folder simulated_out simulated_err simulated_mode simulated_raw filled rest
`
