import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeId } from '../../../src/core/ids.ts'
import { readSacct } from '../../../src/runners/slurm/read-sacct.ts'
import { readSqueue } from '../../../src/runners/slurm/read-squeue.ts'

/** The states that squeue's page lists with their short codes, and the flags that newer versions name. */
const expected = [
  ['PENDING PD', 'waiting', 'open'],
  ['CONFIGURING CF', 'waiting', 'open'],
  ['REQUEUED RQ', 'waiting', 'open'],
  ['REQUEUE_FED RF', 'waiting', 'open'],
  ['REQUEUE_HOLD RH', 'held', 'open'],
  ['RESV_DEL_HOLD RD', 'held', 'open'],
  ['SPECIAL_EXIT SE', 'held', 'open'],
  ['RUNNING R', 'running', 'open'],
  ['RESIZING RS', 'running', 'open'],
  ['SIGNALING SI', 'running', 'open'],
  ['SUSPENDED S', 'suspended', 'open'],
  ['STOPPED ST', 'suspended', 'open'],
  ['COMPLETING CG', 'ending', 'open'],
  ['STAGE_OUT SO', 'ending', 'open'],
  ['REVOKED RV', 'unknown', 'unknown'],
  ['COMPLETED CD', 'ended', 'ended'],
  ['FAILED F', 'ended', 'ended'],
  ['CANCELLED CA', 'ended', 'ended'],
  ['TIMEOUT TO', 'ended', 'ended', 'walltime'],
  ['DEADLINE DL', 'ended', 'ended', 'walltime'],
  ['OUT_OF_MEMORY OOM', 'ended', 'ended', 'out-of-memory'],
  ['NODE_FAIL NF', 'ended', 'ended', 'node-failure'],
  ['BOOT_FAIL BF', 'ended', 'ended', 'node-failure'],
  ['PREEMPTED PR', 'ended', 'ended', 'preempted'],
  ['POWER_UP_NODE POWER_UP_NODE', 'waiting', 'open'],
  ['EXPEDITING EXPEDITING', 'waiting', 'open'],
  ['UPDATE_DB UPDATE_DB', 'unknown', 'unknown'],
  ['LAUNCH_FAILED LAUNCH_FAILED', 'unknown', 'unknown'],
  ['RECONFIG_FAIL RECONFIG_FAIL', 'unknown', 'unknown'],
  ['DREAMING DR', 'unknown', 'unknown'],
] as const

describe("Slurm's states", () => {
  for (const [said, listed, accounted, reason] of expected)
    it(`hold ${said} for ${listed}, and with accounting for ${accounted}`, () => {
      const [word = '', code = ''] = said.split(' ')
      const queue = readSqueue(`12|${word}|12|jtag|None|${code}|12|.\n. end\n`).jobs.get(nativeId('12'))
      assert.deepEqual([queue?.phase, queue?.reason], [listed, reason])
      const row = `12|${word}|12|0:0|2026-11-21T13:40:51|None|2026-11-21T13:41:05|n1|None|${word}|12`
      const account = readSacct(`uid 1\n${row}\n`).get(nativeId('12'))
      assert.deepEqual([account?.phase, account?.reason], [accounted, reason])
    })
})
