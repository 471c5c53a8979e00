import { quote } from '../../core/quote.ts'

type Verdict = 'doubt' | 'not-tried' | 'refused'

/**
 * What sbatch says when it fails, and what that means for the job. Read from above: where several stand in one answer, doubt
 * wins. Messages without a note are those of Slurm's `slurm_errno.c`, which sbatch prints after `Batch job submission failed:`.
 */
const submitWords: readonly (readonly [Verdict, readonly string[]])[] = [
  [
    'doubt', // the request may have been sent: only the answer is missing
    [
      'Socket timed out on send/recv operation',
      'timed out',
      'Unable to contact slurm controller (send failure)',
      'Unable to contact slurm controller (receive failure)',
      'Unable to contact slurm controller (shutdown failure)',
      'Message send failure',
      'Message receive failure',
      'Communication shutdown failure',
      'Zero Bytes were transmitted or received',
      'Unexpected message received',
      'Transport endpoint is not connected',
      'Connection reset by peer',
      'Broken pipe',
      'Insane message length',
      'Header lengths are longer than data received',
      'Incompatible versions of client and server code',
      'Unexpected missing socket error',
      // Either side may have refused the other's credential, so also the answer's.
      'Protocol authentication error',
      'Invalid authentication credential',
    ],
  ],
  [
    'not-tried', // surely not accepted, and that may pass
    [
      'Unable to contact slurm controller (connect failure)', // recorded with slurmctld down
      'Communication connection failure',
      'Connection refused',
      // Limits of submitted jobs, as the reasons of squeue name them: AssocMaxSubmitJobLimit (recorded), AssocGrpSubmitJobsLimit,
      // QOSGrpSubmitJobsLimit, QOSMaxSubmitJobPerUserLimit, QOSMaxSubmitJobPerAccountLimit
      'SubmitJob',
      // sbatch.c, after its own 15 tries
      'Slurm job queue full, sleeping and retrying',
      'Slurm temporarily unable to accept job',
      'Job creation temporarily disabled',
      'Unable to create job record, try again',
      'Resource temporarily unavailable',
      'Rate limit exceeded',
      'Requested nodes are busy',
      'Slurm backup controller in standby mode',
      'Controller is in standby mode',
      'I/O error writing script/environment to file',
      'Requested operation is presently disabled',
      'System submissions disabled',
      'Required partition not available (inactive or drain)',
      'Partition in DOWN state',
      'Error generating job credential',
      'Slurm internal error',
      // Recorded with an unreadable slurm.conf; the second is of a client without a file, whose controller is down.
      'Unable to process configuration file',
      'Could not establish a configuration source',
    ],
  ],
  [
    'refused', // answered with a no, or stopped before anything was sent
    [
      'Batch job submission failed', // recorded: partition, account, qos, node configuration, array, dependency
      'sbatch: error: ', // recorded: memory, time, script
      'sbatch: fatal: ',
      'sbatch: unrecognized option', // recorded; these are of getopt
      'sbatch: invalid option',
      'sbatch: option ',
    ],
  ],
]

/** Shell: from `$fault`, what sbatch said, and its `$code` sets `verdict`; 255 is for words it cannot read, in any language. What nobody knows is doubt. */
export const readVerdict = `case $fault in
${submitWords
  .map(([verdict, words]) => `  ${words.map((word) => `*${quote(word)}*`).join('|')}) verdict=${verdict} ;;`)
  .join('\n')}
  *) if [ "$code" -eq 255 ]; then verdict=refused; else verdict=doubt; fi ;;
esac`
