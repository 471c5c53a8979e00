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
        const held = await view.waits()
        const waits = held.map(({ run, name, on }): WaitRow => ({
          run,
          runName: name,
          module: on.module,
          key: on.key,
          on: { ...on },
        }))
        return { waits, now: clock.now() }
      },
    }),
  ]
}
