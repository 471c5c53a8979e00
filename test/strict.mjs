import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Mocha ends with 0 after an unhandled rejection; thrown here, it fails the run.
process.on('unhandledRejection', (reason) => {
  throw reason
})

// What is counted for a host is counted for its user: not for the one who runs the tests. Workers of a run share a folder.
const state = join(tmpdir(), 'abeyance-state-')
if (!process.env.XDG_STATE_HOME?.startsWith(state)) {
  const folder = mkdtempSync(state)
  process.env.XDG_STATE_HOME = folder
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
}
