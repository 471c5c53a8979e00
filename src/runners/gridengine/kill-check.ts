import type { HostCheck } from '../runner.ts'
import { withPrelude } from '../with-prelude.ts'
import type { GridEngineOptions } from './options.ts'

/**
 * Whether Grid Engine ends all of a job's processes: without its mark on them it ends a process group, and a command has one of its own.
 * It is told and stops nothing, since most jobs end by themselves or by their wrapper.
 */
export function killCheck({ prelude }: Pick<GridEngineOptions, 'prelude'>): HostCheck {
  const script = `settings=$(qconf -sconf 2>/dev/null) || { echo 'not known: qconf -sconf gives no answer here'; exit 0; }
case $(printf '%s\\n' "$settings" | sed -n '/^execd_params/,/[^\\\\]$/p' | tr 'a-z' 'A-Z') in
  *ENABLE_ADDGRP_KILL=TRUE*|*ENABLE_ADDGRP_KILL=1*) echo 'all processes of a job' ;;
  *) echo 'not surely the command: without ENABLE_ADDGRP_KILL=true in execd_params (an administrator adds it by qconf -mconf), what a job runs may live on after Grid Engine has killed it' ;;
esac`
  return { what: 'what a kill ends', script: withPrelude(prelude, script) }
}
