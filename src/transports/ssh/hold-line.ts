import { openLine, type Line } from './line.ts'
import type { SshSettings } from './ssh-settings.ts'
import type { SshSurroundings } from './surroundings.ts'
import type { SshTarget } from './target.ts'

export interface Hold {
  readonly line: Line
  /** Lets go of the line; the last one closes it, then those that it went through. Twice is fine. */
  release(): Promise<void>
}

interface Shared {
  readonly line: Line
  readonly way: Hold | undefined
  holders: number
}

// Of the whole process, alone of all that this package keeps: sshd counts connections, and each login may cost a person a code.
const lines = new Map<string, Shared>()

/** The line to a host, with the lines to the hosts on its way: those that are held already, else new ones. */
export function holdLine(target: SshTarget, settings: SshSettings, surroundings: SshSurroundings): Hold {
  const key = JSON.stringify(target)
  const shared = lines.get(key) ?? open(target, settings, surroundings)
  lines.set(key, shared)
  shared.holders += 1
  let released: Promise<void> | undefined

  async function letGo(): Promise<void> {
    shared.holders -= 1
    if (shared.holders > 0) return
    lines.delete(key)
    await shared.line.close()
    await shared.way?.release()
  }

  return { line: shared.line, release: () => (released ??= letGo()) }
}

function open(target: SshTarget, settings: SshSettings, surroundings: SshSurroundings): Shared {
  const way = target.jump && holdLine(target.jump, settings, surroundings)
  return { line: openLine(target, settings, surroundings, way?.line), way, holders: 0 }
}
