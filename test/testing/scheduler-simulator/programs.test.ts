import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openSimulator } from '../../../src/testing/index.ts'

/** Names each program that a shell or an awk cannot read; of a log without jobs some say so, with code 1. */
const complaints = `
has() { command -v "$1" >/dev/null 2>&1; }
for shell in 'sh' 'bash --posix' 'busybox sh'; do
  has \${shell%% *} || continue
  for script in bin/* lib/cluster lib/controller lib/dialect lib/environment lib/launch; do
    $shell -n "$script" 2>&1 || echo "$shell cannot read $script"
  done
done
for awk in 'awk' 'mawk' 'busybox awk'; do
  has \${awk%% *} || continue
  for program in lib/*.awk; do
    said=$($awk -f "$program" /dev/null 2>&1)
    case $?,$said in 0,*) ;; 1,*awk:*) echo "$said" ;; 1,*) ;; *) echo "$awk cannot read $program: $said" ;; esac
  done
done`

describe('the programs of the simulator', () => {
  for (const dialect of ['slurm', 'gridengine', 'pbs'] as const)
    it(`are read by each shell and each awk there is: ${dialect}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'simulator '))
      try {
        await openSimulator({ folder, dialect })
        const { stdout, stderr } = spawnSync('sh', ['-c', complaints], { cwd: folder, encoding: 'utf8' })
        assert.equal(`${stdout}${stderr}`, '')
      } finally {
        await rm(folder, { recursive: true })
      }
    })
})
