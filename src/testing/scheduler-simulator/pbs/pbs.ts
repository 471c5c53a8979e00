import type { Dialect } from '../dialect.ts'
import { fold } from '../fold.ts'
import { arrays } from './arrays.ts'
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
    known: `${fold}${arrays}
END {
  id = ENVIRON["sim_word"]
  s = id ~ /_$/ ? array_at[id + 0] : at[id]
  print (!s ? "no" : is_gone(s) ? "over" : "yes")
}
`,
    elements: `${fold}
END { for (s = array_at[ENVIRON["sim_word"] + 0]; s && base_of[s] == ENVIRON["sim_word"] + 0; s++) if (!is_over(s)) print id_of[s] }
`,
  },
  element: (array, number) => `${array}[${number}]`,
  suffix: '.pbshost',
}
