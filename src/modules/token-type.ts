import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import { plainTypes, type PlainType, type PortType } from '../pipeline/port-type.ts'
import { faultOfPortName } from '../pipeline/names.ts'
import { after, askedMessage } from './asked-message.ts'
import { deadlineIn, onlyKnown, wrong } from './asked-parameters.ts'
import type { AnyModuleType } from './module-type.ts'

/**
 * Waits for somebody to call back who knows its token (rule R10; the task token of Step Functions). The payload becomes the outputs
 * that `outputs` declares, by name and type; without them it is one output, `value`. A failure that is called back, and a `deadline`
 * that passes, fail the module.
 */
export const tokenType: AnyModuleType = {
  type: 'token',
  version: 1,
  kind: {
    type: 'token',
    version: 1,
    volatile: true,
    ports(parameters) {
      const { message, outputs } = read(parameters)
      return { inputs: message?.inputs ?? after, outputs: outputs ?? { value: 'json' } }
    },
  },
  act: {
    kind: 'wait',
    wait(inputs, now, parameters) {
      const { message, outputs, deadline } = read(parameters)
      return {
        kind: 'token',
        ...(message && { message: message.fill(inputs) }),
        ...(outputs && { outputs }),
        since: now,
        ...(deadline !== undefined && { deadline: now + deadline }),
      }
    },
    async answer(wait) {
      if (wait.kind !== 'token' || !wait.end)
        throw new AbeyanceError(
          'internal',
          'a token is asked for what was called back, and nobody has called',
        )
      const { end, outputs } = wait
      if (end.result === 'none')
        throw new AbeyanceError('deadline-passed', 'nobody had called back by its deadline')
      if (end.result === 'failure')
        throw new AbeyanceError('callback-failed', `a failure was called back: ${end.message}`)
      return outputs && isJsonObject(end.value) ? end.value : { value: end.value }
    },
  },
  checkInputs: (inputs) => Promise.resolve(inputs),
  checkOutputs: (outputs) => Promise.resolve(outputs),
}

function read(parameters: JsonObject) {
  onlyKnown('token', parameters, ['message', 'outputs', 'deadline'])
  return {
    message: askedMessage('token', parameters),
    outputs: outputsIn(parameters),
    deadline: deadlineIn('token', parameters),
  }
}

// What is called back is JSON: it brings no file, and names none.
const types = plainTypes.filter((type) => type !== 'file' && type !== 'folder')

function outputsIn({ outputs }: JsonObject): Readonly<Record<string, PortType>> | undefined {
  if (outputs === undefined) return undefined
  if (!isJsonObject(outputs) || Object.keys(outputs).length === 0)
    throw wrong(
      'token',
      '`outputs` maps names to types, such as { score: number }; leave it out for any payload',
    )
  return Object.fromEntries(
    Object.entries(outputs).map(([name, type]) => {
      const fault = faultOfPortName(name)
      if (fault !== undefined) throw wrong('token', `the output \`${name}\` ${fault}`)
      return [name, typeOf(name, type)]
    }),
  )
}

function typeOf(name: string, json: Json): PortType {
  if (Array.isArray(json) && json.length === 1) return [typeOf(name, json[0] ?? null)]
  const found = types.find((type: PlainType) => type === json)
  if (found !== undefined) return found
  const near = typeof json === 'string' ? didYouMean(json, types) : ''
  throw wrong(
    'token',
    `the type of the output \`${name}\` is one of ${types.join(', ')}, or a list such as [number], not ${JSON.stringify(json)}${near}`,
  )
}
