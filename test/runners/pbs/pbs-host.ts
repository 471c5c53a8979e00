import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { queueLines } from '../../../src/runners/pbs/queue-lines.ts'
import { openPrograms, type FakePrograms } from '../fake-programs.ts'

export const versions = {
  openpbs: 'pbs_version = 23.06.06\n',
  torque: 'Version: 6.1.2\nCommit: 661e092552de43a785c15d39a3634a541d86898e\n',
  slurm: 'Unknown option: version\nUsage:\n    qstat [-f] [-a|-i|-r]\n',
}

export interface Asked {
  out?: string
  err?: string
  code?: number
  /** What qselect prints. */
  selected?: string
}

/** A login host where qstat, asked for its version, says this one, and else what it is given. */
export function openPbsHost(): FakePrograms & { ask(version: keyof typeof versions, asked: Asked): void } {
  const host = openPrograms()
  return {
    ...host,
    ask(version, { out = '', err = '', code = 0, selected = '1' }) {
      host.answer('qselect', { out: selected === '' ? '' : `${selected}\n` })
      writeFileSync(join(host.folder, 'version'), versions[version])
      writeFileSync(join(host.folder, 'out'), out)
      writeFileSync(join(host.folder, 'err'), err)
      host.make(
        'qstat',
        `at=\${0%/*}/..
case $1 in
  --version) cat "$at/version"; exit 0 ;;
  -B) [ -z "\${MUTE-}" ] || exit 1; echo "Server: head"; echo "    job_history_enable = \${HISTORY-True}"; exit 0 ;;
esac
echo "$@" >"$at/words"
cat "$at/err" >&2
cat "$at/out"
exit ${code}`,
      )
    },
  }
}

/** What our question makes of an answer: what a reader gets. */
export function asRead(version: keyof typeof versions, answer: string): string {
  const host = openPbsHost()
  try {
    host.ask(version, { out: answer })
    return host.run(queueLines({}).list).out
  } finally {
    host.close()
  }
}
