// Kill this program at any moment, with KILL too, and start it again: the key leads back to the same run, jobs that ran
// meanwhile are collected, and none runs twice.
import { command, list, openWorkspace, pipeline } from 'abeyance'
import { z } from 'zod'

const square = command({
  inputs: { side: z.int() },
  script: 'sleep 2; echo $((side * side)) > area.json',
  outputs: { area: { json: 'area.json', schema: z.int() } },
})
const squares = pipeline('squares', { sides: list(z.int()) }, ({ map }, { sides }) =>
  map('square', square, 'side', { side: sides }),
)

const workspace = await openWorkspace(import.meta.dirname)
const run = await workspace.start(squares, { key: 'squares of 3, 4 and 5', inputs: { sides: [3, 4, 5] } })
console.log(`run ${run.id}`)
const watching = workspace.jobs$.subscribe((news) => {
  if (news.kind === 'changed') console.log(`${news.job.name}: ${news.job.state.kind}`)
})

const end = await run.ended()
if (end.kind === 'done') console.log(`areas ${JSON.stringify(end.outputs['area'])}`)
else console.error(end.kind === 'failed' ? end.failures[0].error.message : `cancelled by ${end.by}`)

watching.unsubscribe()
await workspace.close()
