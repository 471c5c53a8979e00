import type { Act, AnyModuleType, Values } from '../../src/modules/module-type.ts'
import { succeededType } from '../../src/modules/succeeded-type.ts'
import { fileType, untilType } from '../../src/modules/wait-types.ts'
import type { World } from './fakes.ts'

/** The module types of the small world: what they do is counted there. */
export function typesOf(self: World): readonly AnyModuleType[] {
  return [
    // Gives what it is given, joined: whatever differs upstream shows.
    typeOf('join', {
      kind: 'compute',
      compute: (inputs) => note(self, 'join', inputs, { out: show(inputs) }),
    }),
    typeOf('give', {
      kind: 'compute',
      compute: (inputs) => note(self, 'give', inputs, { out: inputs['of'] ?? null }),
    }),
    typeOf('bad', {
      kind: 'compute',
      compute: (inputs) => {
        self.done.push(`bad ${show(inputs)}`)
        return Promise.reject(new Error('bad on purpose'))
      },
    }),
    // Fails for the values that its port `no` names.
    typeOf('picky', {
      kind: 'compute',
      compute: ({ of, no }) => {
        self.done.push(`picky ${JSON.stringify(of)}`)
        return of === no
          ? Promise.reject(new Error(`does not like ${JSON.stringify(of)}`))
          : Promise.resolve({ out: of ?? null })
      },
    }),
    typeOf('ask', { kind: 'compute', compute: () => note(self, 'ask', {}, { out: self.said }) }, true),
    // Computes until the test opens its gate.
    typeOf('slow', {
      kind: 'compute',
      compute: (inputs) =>
        new Promise((resolve) => self.gates.set(show(inputs), () => resolve({ out: show(inputs) }))),
    }),
    typeOf('nan', { kind: 'compute', compute: () => Promise.resolve({ out: Number.NaN }) }),
    typeOf('job', {
      kind: 'job',
      job: (inputs, { settings }) => ({
        settings,
        spec: { ...emptySpec, run: { ...script, script: show(inputs) } },
      }),
      collect: ({ record }) => {
        self.done.push(`collect ${record.name}`)
        return self.broken ? Promise.reject(new Error('broken collect')) : Promise.resolve({})
      },
    }),
    untilType,
    fileType,
    succeededType,
  ]
}

const script = { kind: 'script', script: '', shell: 'bash', arguments: [] } as const
const emptySpec = {
  run: script,
  staged: [],
  variables: {},
  environment: {},
  outputs: {},
  resources: {},
  load: [],
}

function note(self: World, what: string, inputs: Values, outputs: Values): Promise<Values> {
  self.done.push(`${what} ${show(inputs)}`)
  return Promise.resolve(outputs)
}

function show(inputs: Values): string {
  return Object.entries(inputs)
    .map(([port, value]) => `${port}=${JSON.stringify(value)}`)
    .join(' ')
}

function typeOf(type: string, act: Act, volatile = false): AnyModuleType {
  return {
    type,
    version: 1,
    kind: { type, version: 1, volatile, ports: () => ({ inputs: 'any', outputs: { out: 'json' } }) },
    act,
    checkInputs: (inputs) => Promise.resolve(inputs),
    checkOutputs: (outputs) => Promise.resolve(outputs),
  }
}
