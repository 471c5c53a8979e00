import { AbeyanceError } from '../core/error.ts'
import { machinePort, textAt } from './machine-port.ts'
import type { AnyModuleType, ExistingJob, ExistingJobEnd, Values } from './module-type.ts'

/**
 * Waits for a job that somebody else submitted, by its id on a machine's scheduler (rule J9). It ends by accounting, or as ended with
 * its result unknown; `accept` says with which end the module is done: `succeeded` (the default), `unknown` (that too) or `any`. It is
 * watched and nothing else: cancelling the run leaves it alone.
 */
export const existingJobType: AnyModuleType = {
  type: 'existing-job',
  version: 1,
  kind: {
    type: 'existing-job',
    version: 1,
    volatile: true,
    ports: () => ({
      inputs: { machine: machinePort, id: { type: 'json' }, accept: { type: 'string', optional: true } },
      outputs: { result: 'string', code: 'json', evidence: 'string' },
    }),
  },
  act: {
    kind: 'wait',
    wait: (inputs, now) => ({
      kind: 'existing-job',
      destination: textAt('existing-job', 'machine', inputs),
      id: idOf(inputs),
      accept: acceptedBy(inputs),
      since: now,
    }),
    async answer(wait) {
      if (wait.kind !== 'existing-job' || wait.end === undefined) throw notEnded()
      const { id, destination, accept, end } = wait
      const { result, evidence, code = null } = end
      if (!accepted[accept].includes(result))
        throw new AbeyanceError('job-failed', `job ${id} on ${destination} ${wordsOf(end)} (${evidence})`)
      return { result, code, evidence }
    },
  },
  checkInputs: async (inputs) => {
    textAt('existing-job', 'machine', inputs)
    idOf(inputs)
    acceptedBy(inputs)
    return inputs
  },
  checkOutputs: (outputs) => Promise.resolve(outputs),
}

const accepted: Readonly<Record<ExistingJob['accept'], readonly ExistingJobEnd['result'][]>> = {
  succeeded: ['succeeded'],
  unknown: ['succeeded', 'unknown'],
  any: ['succeeded', 'unknown', 'failed'],
}

type Accept = ExistingJob['accept']

function wordsOf({ result, reason, code }: ExistingJobEnd): string {
  if (result === 'unknown') return 'ended, result unknown; `accept: unknown` takes that for done'
  return `${result}${reason === undefined ? '' : `: ${reason}`}${code === undefined ? '' : `, exit code ${code}`}`
}

/** In YAML an id is a number. */
function idOf({ id }: Values): string {
  const text = typeof id === 'number' ? String(id) : id
  if (typeof text === 'string' && /^[A-Za-z0-9._@:[\]+-]{1,200}$/.test(text) && !text.startsWith('-'))
    return text
  throw new AbeyanceError(
    'invalid-value',
    `existing-job: \`id\` must be as the scheduler prints it, such as 4711 or 4711_3; got ${JSON.stringify(id ?? null)}`,
  )
}

function acceptedBy({ accept = 'succeeded' }: Values): Accept {
  if (accept === 'succeeded' || accept === 'unknown' || accept === 'any') return accept
  throw new AbeyanceError(
    'invalid-value',
    `existing-job: \`accept\` is \`succeeded\`, \`unknown\` or \`any\`; got ${JSON.stringify(accept)}`,
  )
}

function notEnded(): AbeyanceError {
  return new AbeyanceError('internal', 'a job that was waited for is asked for its end, and has none')
}
