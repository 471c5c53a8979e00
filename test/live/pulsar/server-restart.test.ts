import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { describe, it } from 'mocha'
import { ended, running, submitted, trial, waitFor } from '../../../src/testing/trial-job.ts'
import { openPulsarSubject } from '../../testing/pulsar-subject.ts'
import { control } from '../servers/control.ts'
import { serverOf } from './managers.ts'

const patience = 60_000

describe('a job on a real Pulsar server that is killed', () => {
  // The first is forgotten by its server for good, the last found again.
  for (const manager of ['_default_', 'direct', 'uuids', 'hpc'])
    it(`ends with its own code all the same, manager ${manager}`, async () => {
      const on = await openPulsarSubject(serverOf(manager).options)
      try {
        const during = await submitted(on.runner, trial(`${waitFor(`${on.shared}/go`)}; echo end; exit 7`))
        const meanwhile = await submitted(on.runner, trial(`${waitFor(`${on.shared}/gone`)}; exit 3`))
        for (const tag of [during, meanwhile]) await running(on.runner, tag, patience)
        await control('pulsar', 'kill')
        await writeFile(`${on.shared}/gone`, '') // ends while nobody is there
        await control('pulsar', 'start')
        await writeFile(`${on.shared}/go`, '')
        assert.deepEqual((await ended(on.runner, during, patience)).exit, { kind: 'code', code: 7 })
        assert.deepEqual((await ended(on.runner, meanwhile, patience)).exit, { kind: 'code', code: 3 })
      } finally {
        await on.close()
      }
    })
})
