import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { modulePath } from '../../../src/core/ids.ts'
import type { Run, Workspace } from '../../../src/workspace/workspace.ts'
import { places } from './orders.ts'

/** Approves, tells the token, and calls back with it; each process notes what it was told, and how the run ended. */
export async function answerAll(workspace: Workspace, run: Run, folder: string): Promise<void> {
  const told = (line: string) => appendFile(join(folder, places.told), `${line}\n`)
  for (let rest = await run.resting(); rest.kind === 'suspended'; rest = await run.resting())
    for (const { kind } of rest.on)
      if (kind === 'approval')
        await workspace.answer(
          run.id,
          modulePath('release'),
          { kind: 'approve' },
          { by: String(process.pid) },
        )
      else {
        const token = await workspace.callbackToken(run.id, modulePath('measured'))
        await told(`token ${token}`)
        await workspace.answerToken(token, { kind: 'success', value: { score: process.pid } })
        await told(`taken ${process.pid}`)
      }
  const end = await run.ended()
  if (end.kind === 'done') await told(`score ${JSON.stringify(end.outputs['score'])}`)
}
