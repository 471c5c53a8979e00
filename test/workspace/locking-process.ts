import { lockWorkspace } from '../../src/workspace/lock.ts'

// Waits for a line, takes the lock, says whether it has it, and holds it until its standard input ends.
const [folder = ''] = process.argv.slice(2)
process.stdout.write('ready\n')
let asked = false
process.stdin.on('data', () => {
  if (asked) return
  asked = true
  lockWorkspace(folder).then(
    ({ epoch }) => process.stdout.write(`held ${epoch}\n`),
    (error: { code?: string }) => process.stdout.write(`${error.code}\n`),
  )
})
