import type { Dialect } from '../dialect.ts'
import { fold } from '../fold.ts'
import { dialect, environment } from './dialect.ts'
import { qacct, qacctList } from './qacct.ts'
import { qdel, qdelList } from './qdel.ts'
import { qhold, qmod, qrls } from './qmod.ts'
import { qstat, qstatJob, qstatList } from './qstat.ts'
import { qsub } from './qsub.ts'
import { words } from './words.ts'

/** Son of Grid Engine 8.1.9, as its recorded output shows it. */
export const gridengine: Dialect = {
  dialect,
  environment,
  programs: { qsub, qstat, qacct, qdel, qhold, qrls, qmod },
  questions: {
    qstat: qstatList,
    'qstat-job': qstatJob,
    qacct: qacctList,
    qdel: fold + words + qdelList,
    phase: `${fold}\nEND { print phase[at[ENVIRON["sim_word"]]] }\n`,
  },
  element: (array, number) => `${array}.${number}`,
}
