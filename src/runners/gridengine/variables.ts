/** What Grid Engine tells a job of itself: MPI and programs that use graphics cards go by it. */
export const variables: readonly string[] = (
  'JOB_ID JOB_NAME QUEUE NSLOTS NHOSTS PE PE_HOSTFILE ARC SGE_ROOT SGE_CELL SGE_CLUSTER_NAME SGE_QMASTER_PORT SGE_EXECD_PORT ' +
  'SGE_TASK_ID SGE_O_WORKDIR SGE_JOB_SPOOL_DIR SGE_BINDING RESTARTED CUDA_VISIBLE_DEVICES'
).split(' ')
