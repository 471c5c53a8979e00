/** What Grid Engine's programs have in common, as POSIX shell. */
export const dialect = `
program=\${0##*/}
gentle=no
queues=' main.q brief.q closed.q '
environments=' smp mpi make '
complexes=' h_rt s_rt h_cpu h_vmem s_vmem mem_free virtual_free h_rss h_data h_stack gpu gpus hostname arch slots '

# outcome: 99 asks to be started again, 100 says that the job is in error; so is one that could not be started.
outcome() {
  case $code in
    99) echo again ;;
    100) echo error ;;
    *) [ ! -e "$spool/failed.$run" ] || echo error ;;
  esac
}

# reject WHY CODE: the message is dropped, as nobody will ask for it.
reject() {
  rm -rf "\${spool-/nonexistent}"
  say_no "$@"
}

say_no() {
  echo "Unable to run job: $1" >&2
  echo 'Exiting.' >&2
  exit "\${2-1}"
}

down() {
  lost="unable to send message to qmaster using port 6444 on host \\"localhost\\": got send error"
  case $program in
    qacct) return 0 ;;
    qsub)
      echo 'error: commlib error: got select error (Connection refused)' >&2
      reject "$lost" ;;
    qdel)
      echo "$lost" >&2
      echo 'error: commlib error: got select error (Connection refused)' >&2 ;;
    *)
      echo 'error: commlib error: got select error (Connection refused)' >&2
      echo "error: $lost" >&2 ;;
  esac
  exit 1
}

refuse() { reject 'job rejected: the requested project "nosuch" does not exist'; }
full() { reject 'job rejected: only 2 jobs are allowed per user (current job count: 2)' 25; }
time_out() { say_no 'failed receiving gdi request response for mid=1 (got syncron message receive timeout error).'; }
`

/** For a job's own shell. */
export const environment = `
fail() {
  echo "$1 0" >"$simulated_spool/failed.$simulated_run"
  exit 1
}

cd "$simulated_folder" 2>/dev/null || fail 28
simulated_task=undefined simulated_last=\${simulated_range#*-} simulated_name=$simulated_id
case $simulated_id in
  *_*) simulated_task=\${simulated_id#*_} simulated_id=\${simulated_id%_*}
    simulated_name=$simulated_id.$simulated_task ;;
esac
simulated_out=\${simulated_out:-$JOB_NAME.o$simulated_name}
simulated_err=\${simulated_err:-$JOB_NAME.e$simulated_name}
if [ "$simulated_joined" = yes ]; then simulated_err=$simulated_out; fi
(: >>"$simulated_out" && : >>"$simulated_err") 2>/dev/null || fail 26
exec </dev/null >>"$simulated_out" 2>>"$simulated_err"
export JOB_ID="$simulated_id" REQUEST="$JOB_NAME" REQNAME="$JOB_NAME" RESTARTED=0 SGE_TASK_ID="$simulated_task" \\
  SGE_TASK_FIRST=undefined SGE_TASK_LAST=undefined SGE_TASK_STEPSIZE=undefined NHOSTS=1 NQUEUES=1 ENVIRONMENT=BATCH HOSTNAME="$simulated_node" \\
  SGE_STDOUT_PATH="$simulated_out" SGE_STDERR_PATH="$simulated_err" SGE_STDIN_PATH=/dev/null TMPDIR=/tmp
if [ "$simulated_run" -gt 0 ]; then RESTARTED=1; fi
if [ "$simulated_task" != undefined ]; then
  SGE_TASK_FIRST=\${simulated_range%%-*} SGE_TASK_LAST=\${simulated_last%%:*} SGE_TASK_STEPSIZE=\${simulated_last#*:}
fi
unset simulated_range simulated_task simulated_last simulated_name simulated_folder simulated_out simulated_err simulated_joined
`
