import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../../src/testing/eventually.ts'
import { ranges, reportOf, submitted, trial } from '../../src/testing/trial-job.ts'
import type { PulsarSubject } from './pulsar-subject.ts'

const streams = ['stdout', 'stderr'] as const

/** Reads 2 MiB of text and bytes while they are printed, from the fourth turn on as another process would, and finds them whole in the staging folder. */
export async function followStreams(on: PulsarSubject, staging: string, patience: number): Promise<void> {
  const program = `i=0; while [ $i -lt 64 ]; do head -c 16384 /dev/urandom; printf 'ü😀%s\\n' "$i"; i=$((i+1)); sleep 0.02; done`
  const tag = await submitted(on.runner, trial(`( ${program} ) >&2 & ${program}; wait`))
  const got = { stdout: new Array<Uint8Array>(), stderr: new Array<Uint8Array>() }
  const at = { stdout: 0, stderr: 0 }
  let runner = on.runner
  let turn = 0
  let isLive = false
  await eventually('both streams to be whole', patience, async () => {
    turn += 1
    if (turn === 4) runner = await on.again() // knows nothing of what was read
    const end = await reportOf(runner, tag)
    for (const stream of streams) {
      const [answer] = await ranges(runner, [
        { tag, incarnation: 1, stream, offset: at[stream], limit: 200_000 },
      ])
      if (answer?.kind !== 'chunk') continue
      assert.equal(answer.offset, at[stream])
      got[stream].push(answer.bytes)
      at[stream] += answer.bytes.length
    }
    if (end.kind === 'running' && at.stdout > 0) isLive = true
    const sizes = / (\d+) bytes of stdout, (\d+) of stderr$/.exec(end.kind === 'ended' ? end.evidence : '')
    return Number(sizes?.[1]) === at.stdout && Number(sizes?.[2]) === at.stderr ? true : undefined
  })
  assert.ok(isLive, 'nothing was read while the job ran')
  for (const stream of streams) {
    const whole = await readFile(join(staging, tag, 'metadata', tag, 'run.1', stream))
    assert.ok(whole.length > 1_000_000)
    assert.ok(Buffer.concat(got[stream]).equals(whole), `${stream} is not what was printed`)
  }
}
