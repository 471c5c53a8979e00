import { isElementFailure, type Value } from '../pipeline/value.ts'
import type { AnyModuleType } from './module-type.ts'

/** Only the good ones: the results of a tolerant map without its failed places, where the reader of a pipeline can see it. */
export const succeededType: AnyModuleType = {
  type: 'succeeded',
  version: 1,
  kind: {
    type: 'succeeded',
    version: 1,
    ports: () => ({ inputs: { of: { type: ['json'] } }, outputs: { values: ['json'], failed: 'integer' } }),
  },
  act: {
    kind: 'compute',
    compute({ of }) {
      const all: readonly Value[] = Array.isArray(of) ? of : []
      const values = all.filter((value) => !isElementFailure(value))
      return Promise.resolve({ values, failed: all.length - values.length })
    },
  },
  checkInputs: (inputs) => Promise.resolve(inputs),
  checkOutputs: (outputs) => Promise.resolve(outputs),
}
