import type { Dialect } from '../dialect.ts'
import { calendar } from '../calendar.ts'
import { fold } from '../fold.ts'
import { dialect, environment } from './dialect.ts'
import { sacct, sacctList } from './sacct.ts'
import { sbatch } from './sbatch.ts'
import { scancel, scancelList } from './scancel.ts'
import { scontrol, scontrolHas, scontrolList, scontrolPhase } from './scontrol.ts'
import { squeue, squeueList } from './squeue.ts'
import { words } from './words.ts'

/** Slurm 22.05, as its recorded output shows it. */
export const slurm: Dialect = {
  dialect,
  environment,
  programs: { sbatch, squeue, sacct, scancel, scontrol },
  questions: {
    squeue: squeueList,
    sacct: sacctList,
    scancel: fold + calendar + words + scancelList,
    scontrol: scontrolList,
    has: scontrolHas,
    phase: scontrolPhase,
  },
}
