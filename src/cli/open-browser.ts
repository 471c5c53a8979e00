import { runProcess } from '../core/system/run-process.ts'
import { AbeyanceError } from '../core/error.ts'

/** Opens an address in the user's browser. */
export async function openBrowser(url: string): Promise<void> {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open'
  const { code } = await runProcess({ command: [program, url], deadline: 10_000 })
  if (code !== 0) throw new AbeyanceError('unsupported', `${program} ended with ${code}`)
}
