import type { Dialect } from '../dialect.ts'
import { fold } from '../fold.ts'
import { dialect, environment } from './dialect.ts'
import { qdel, qhold, qrls } from './qdel.ts'
import { qselect, qselectList } from './qselect.ts'
import { qstat, qstatList } from './qstat.ts'
import { qsub } from './qsub.ts'

/** OpenPBS 23.06.06, as its recorded output shows it. */
export const pbs: Dialect = {
  dialect,
  environment,
  programs: { qsub, qstat, qselect, qdel, qhold, qrls },
  questions: {
    qstat: qstatList,
    qselect: qselectList,
    known: `${fold}
END {
  s = at[ENVIRON["sim_word"]]
  print (!s ? "no" : is_over(s) ? "over" : "yes")
}
`,
  },
  suffix: '.pbshost',
}
