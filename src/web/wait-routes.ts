import { waitList, type WaitRow } from './contract.ts'
import { nothing, route, type Route } from './route.ts'
import type { Surroundings } from './surroundings.ts'

export function waitRoutes({ view, clock }: Surroundings): readonly Route[] {
  return [
    route({
      method: 'get',
      path: 'api/waits',
      summary: 'What open runs wait for that is no job of theirs',
      role: 'reader',
      query: nothing,
      body: nothing,
      answer: waitList,
      async handle() {
        const waits: WaitRow[] = []
        for (const { id, name, state } of await view.runs()) {
          if (state !== 'open') continue
          for (const [module, outcome] of Object.entries(await view.outcomes(id))) {
            if (outcome.kind !== 'suspended' || outcome.on.kind === 'job') continue
            waits.push({ run: id, runName: name, module, key: outcome.on.key, on: { ...outcome.on } })
          }
        }
        return { waits, now: clock.now() }
      },
    }),
  ]
}
