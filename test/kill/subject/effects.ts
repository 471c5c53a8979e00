import { AsyncLocalStorage } from 'node:async_hooks'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { intercept, type Effect } from '../../../src/core/system/effect.ts'
import { places, type EffectPoint, type Orders } from './orders.ts'

/** What a process is run for, which an effect does not say. */
export const purpose = new AsyncLocalStorage<string>()

/** From here every effect is listed, as its point, and the chosen one is the last: the process kills itself before or after it. */
export function enumerateEffects({ folder, list, killAt }: Orders): void {
  const begun = new Map<string, number>()
  const over = new Map<string, number>()
  const reach = (effect: Effect, seen: Map<string, number>, when: EffectPoint['when']) => {
    const label = labelOf(effect, folder)
    const occurrence = (seen.get(label) ?? 0) + 1
    seen.set(label, occurrence)
    if (list !== undefined) appendFileSync(list, `${JSON.stringify({ label, occurrence, when })}\n`)
    if (killAt?.label !== label || killAt.occurrence !== occurrence || killAt.when !== when) return
    writeFileSync(join(folder, places.killed), `${when} ${label}\n`)
    process.kill(process.pid, 'SIGKILL')
  }
  intercept({
    before: (effect) => reach(effect, begun, 'before'),
    after: (effect) => reach(effect, over, 'after'),
  })
}

/** The same in every workspace and process: names that are drawn by lot and numbers are left out. */
function labelOf({ operation, on }: Effect, folder: string): string {
  const place = on
    .replace(folder, '')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/\bj[a-z2-7]{12}\b/g, 'TAG')
    .replaceAll(/\b[0-9a-f]{2}(\/[0-9a-f]{62})?$/g, 'DIGEST')
    .replaceAll(/\d+/g, 'N')
  const why = purpose.getStore()
  return `${operation} ${place}${why === undefined ? '' : ` (${why})`}`
}
