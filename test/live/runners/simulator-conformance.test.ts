import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openSimulator } from '../../../src/testing/index.ts'
import { run, withoutPlaceAndTime } from '../../testing/scheduler-simulator/replay.ts'
import type { Dialect } from '../../testing/scheduler-simulator/simulated-host.ts'
import { gridenginePrelude, liveUser } from '../servers/servers.ts'
import { ssh } from './live-table.ts'

/** What is said to both, each in one shell; ids are left out of what is compared. */
const sessions: Readonly<Record<Exclude<Dialect, 'pbs'>, Readonly<Record<string, string>>>> = {
  slurm: {
    'a job that is held': `
id=$(sbatch --parsable -J held --hold --comment 'a "b" c|d' --wrap true)
{
  squeue -h -j "$id" -o '%i|%A|%T|%t|%r|%j|%k|%S|%e|%M|%C|%N|%D|%K|%E'
  squeue -o '%.18i %.9P %.8j %.2t %.10M %.6D %R' -j "$id"
  scancel "$id"; echo "code $?"
  squeue -h -t all -j "$id" -o '%T|%t|%r|%M|%S'
  scancel "$id"; echo "code $?"
} 2>&1 | sed "s/ *\\b$id\\b/ID/g"`,
    'a job that ends': `
id=$(sbatch --parsable -J ended -o /dev/null --comment x --wrap 'exit 3')
until squeue -h -t all -j "$id" -o %T | grep -q FAILED; do sleep 0.2; done
until sacct -n -P -X -j "$id" -o JobName,End | grep -q 'ended|2'; do sleep 0.2; done
{
  squeue -h -t all -j "$id" -o '%i|%T|%t|%r|%j|%k|%C'
  squeue -h -j "$id"; echo "code $?"
  sacct -P -X -j "$id" -o JobID,JobIDRaw,JobName,State,ExitCode,DerivedExitCode,Submit,Start,End,NodeList,Partition
  sacct -n -P -j "$id" -o JobID,JobName,State,ExitCode
  scontrol show job "$id" | grep -o -e 'JobState=.*' -e 'Requeue=.*'
} 2>&1 | sed "s/\\b$id\\b/ID/g"`,
    'a job that is killed by a signal': `
id=$(sbatch --parsable -J signal -o /dev/null --wrap 'kill -9 $$')
until squeue -h -t all -j "$id" -o %T | grep -q FAILED; do sleep 0.2; done
until sacct -n -P -X -j "$id" -o JobName,End | grep -q 'signal|2'; do sleep 0.2; done
{
  squeue -h -t all -j "$id" -o '%T|%t|%r'
  sacct -n -P -j "$id" -o JobID,State,ExitCode
} 2>&1 | sed "s/\\b$id\\b/ID/g"`,
    'what is refused': `
try() { "$@" 2>&1; echo "code $?"; }
try sbatch -p nosuch --wrap true
try sbatch --time=abc --wrap true
try sbatch /no/such/script
try sbatch --no-such-option --wrap true
try squeue -h -j 99999999
try squeue -h -j abc
try squeue --bogus
try squeue -Z
try sacct -n -j abc
try sacct --bogus
try sacct -o Bogus
try sacct -n -P -X -j 99999999 -o JobID
try scontrol show job 99999999
try scontrol requeue 99999999
try scontrol bogus
try scancel abc
try scancel -v 99999999
try scancel -Q 99999999
try squeue -h --name nosuchname -o %i`,
  },
  gridengine: {
    'a job that is held': `
id=$(echo true | qsub -terse -N held -h -ac a=b)
{
  qstat | grep held | cut -c 8-
  qstat -xml | grep -A 6 -B 3 held | grep -v JB_owner
  qstat -j "$id" | grep -e '^job_number' -e '^job_name' -e '^context' -e '^script_file'
  qdel "$id"; echo "code $?"
  qdel "$id"; echo "code $?"
  qacct -j "$id"; echo "code $?"
} 2>&1 | sed "s/\\b$id\\b/ID/g"`,
    'a job that ends': `
id=$(echo 'exit 3' | qsub -terse -N ended -o /dev/null -j y)
until qacct -j "$id" >/dev/null 2>&1; do sleep 0.2; done
{
  qstat -j "$id"; echo "code $?"
  qacct -j "$id" | grep -v -e ^ru_ -e ^cpu -e ^mem -e ^io -e ^maxvmem
} 2>&1 | sed -e "s/\\b$id\\b/ID/g" -e 's/^\\(jobnumber.*ID\\).*/\\1/'`,
    'what is refused': `
try() { "$@" 2>&1 </dev/null; echo "code $?"; }
try qsub -terse -b y -q nosuch.q true
try qsub -terse -b y -l nosuch=1 true
try qsub -terse -b y -l h_rt=abc true
try qsub -terse -b y -pe nosuch 2 true
try qsub -terse -b y -N 1abc true
try qsub -terse -b y -N a/b true
try qsub -nosuch
try qsub /no/such/script
try qsub -terse
try qstat -j 99999999
try qstat -xml -j 99999999
try qacct -j 99999999
try qacct -j nosuchname
try qdel 99999999`,
  },
}

describe('the simulator, beside the real thing', function () {
  this.timeout(120_000)
  for (const dialect of ['slurm', 'gridengine'] as const)
    for (const [what, session] of Object.entries(sessions[dialect]))
      it(`says of ${what} the same as ${dialect}`, async () => {
        const prelude = dialect === 'gridengine' ? `${gridenginePrelude}\n` : ''
        const { out, err } = ssh(`cd "$HOME"\n${prelude}exec 2>&1\n${session}`)
        assert.equal(await simulated(dialect, session), withoutPlaceAndTime(asRecorded(`${out}${err}`)))
      })
})

/** With the names of hosts and users that the recorded sessions have; one of Grid Engine's lists cuts them short. */
function asRecorded(text: string): string {
  return text
    .replaceAll(/\babeyance[1-4]\b/g, 'n1')
    .replaceAll(new RegExp(`\\b(${liveUser}|${liveUser.slice(0, 12)})\\b`, 'g'), 'wftest')
}

async function simulated(dialect: Dialect, session: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'simulator '))
  const simulator = await openSimulator({
    folder: join(folder, 'cluster'),
    dialect,
    ids: { first: 7_000, last: 8_000 },
  })
  try {
    return withoutPlaceAndTime((await run(session, folder, simulator)).replace(/\[exit \d+\]$/, ''))
  } finally {
    await simulator.close()
    await rm(folder, { recursive: true, maxRetries: 5, retryDelay: 50 })
  }
}
