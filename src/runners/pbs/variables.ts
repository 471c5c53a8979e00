/** What PBS tells a job of itself: MPI and programs that use graphics cards go by it. */
export const variables: readonly string[] = (
  'PBS_JOBID PBS_JOBNAME PBS_QUEUE PBS_NODEFILE PBS_NP PBS_NUM_NODES PBS_NUM_PPN PBS_NODENUM PBS_TASKNUM PBS_MOMPORT ' +
  'PBS_O_WORKDIR PBS_JOBDIR PBS_GPUFILE NCPUS CUDA_VISIBLE_DEVICES'
).split(' ')
