import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Mocha ends with 0 after an unhandled rejection; thrown here, it fails the run.
process.on('unhandledRejection', (reason) => {
  throw reason
})

// What tests open by what files share: several copies of a module may be loaded, so it is kept here.
globalThis.closers = { ofTest: [], ofFile: [] }
export const mochaHooks = {
  afterEach: () => closeAll(globalThis.closers.ofTest),
  afterAll: () => closeAll(globalThis.closers.ofFile),
}

async function closeAll(closers) {
  const faults = []
  for (const close of closers.splice(0).toReversed())
    try {
      await close()
    } catch (fault) {
      faults.push(fault)
    }
  if (faults.length > 0) throw faults[0]
}

// What is counted for a host is counted for its user: not for the one who runs the tests. Workers of a run share a folder.
const state = join(tmpdir(), 'abeyance-state-')
if (!process.env.XDG_STATE_HOME?.startsWith(state)) {
  const folder = mkdtempSync(state)
  process.env.XDG_STATE_HOME = folder
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
}
