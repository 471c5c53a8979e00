import { countRestarts } from '../count-restarts.ts'

/** Grid Engine says only whether a job was started again, not how often. An element of an array is `<job>.<task>`; its command is told nothing of that. */
export const identity = `  native=\${JOB_ID:-$pid}
  case \${SGE_TASK_ID:-undefined} in undefined) ;; *) native=$native.$SGE_TASK_ID SGE_TASK_ID=undefined ;; esac
  if [ "\${RESTARTED:-0}" != 0 ]; then
  restart=1
${countRestarts}
  fi`
