import { readDocumentOrThrow } from '../../src/pipeline/read-document.ts'
import { catalogOf } from '../../src/workspace/known-types.ts'
import { openWorkspace } from '../../src/workspace/open-workspace.ts'
import { readWorkspace } from '../../src/workspace/read-workspace.ts'

// A process that does everything once and then has nothing left to do.
const workspace = await openWorkspace(process.argv[2] ?? '')
const text = `abeyance: 1\nname: p\nmodules:\n  one: { command: ['true'] }\n  two: { type: until, inputs: { after: 1h } }\n`
const run = await workspace.start(await readDocumentOrThrow(text, { catalog: catalogOf({}) }))
const view = await readWorkspace(workspace.folder)
await run.resting()
const [job] = await view.jobs()
if (job) await new Promise<void>((resolve) => view.log$(job.key, 'stdout').subscribe({ complete: resolve }))
await view.close()
await workspace.close()
console.log('done')
