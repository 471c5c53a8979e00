import { quote } from './quote.ts'

/** A path for a shell, which alone knows what `~` is there. */
export function shellPath(path: string): string {
  return path.startsWith('~/') ? `"$HOME"/${quote(path.slice(2))}` : quote(path)
}
