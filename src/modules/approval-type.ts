import { AbeyanceError } from '../core/error.ts'
import type { JsonObject } from '../core/json.ts'
import { askedMessage, type AskedMessage } from './asked-message.ts'
import { deadlineIn, oneOf, onlyKnown, wrong } from './asked-parameters.ts'
import type { Approval } from './asked-wait.ts'
import type { AnyModuleType, Values } from './module-type.ts'

/**
 * Waits for a person to approve or reject (rule R10). `message` says what is asked, with inputs as `$name`; `approvers` who may answer;
 * `deadline`, such as `3d` from when it is asked, with `atDeadline`, what becomes of it without an answer; `onReject` whether a
 * rejection fails the module (the default) or is a value like any other.
 */
export const approvalType: AnyModuleType = {
  type: 'approval',
  version: 1,
  kind: {
    type: 'approval',
    version: 1,
    volatile: true,
    ports: (parameters) => ({
      inputs: read(parameters).message.inputs,
      outputs: { approved: 'boolean', decision: 'string', by: 'string', comment: 'string', at: 'string' },
    }),
  },
  act: {
    kind: 'wait',
    wait(inputs, now, parameters) {
      const { message, deadline, ...rest } = read(parameters)
      return {
        kind: 'approval',
        message: message.fill(inputs),
        ...rest,
        since: now,
        ...(deadline !== undefined && { deadline: now + deadline }),
      }
    },
    async answer(wait) {
      if (wait.kind !== 'approval' || !wait.end)
        throw new AbeyanceError('internal', 'an approval is asked for its answer, and has none')
      return outputsOf(wait, wait.end)
    },
  },
  checkInputs: (inputs) => Promise.resolve(inputs),
  checkOutputs: (outputs) => Promise.resolve(outputs),
}

interface Asked extends Pick<Approval, 'approvers' | 'atDeadline' | 'onReject'> {
  readonly message: AskedMessage
  /** Milliseconds. */
  readonly deadline: number | undefined
}

function read(parameters: JsonObject): Asked {
  onlyKnown('approval', parameters, ['message', 'approvers', 'deadline', 'atDeadline', 'onReject'])
  const message = askedMessage('approval', parameters)
  if (!message) throw wrong('approval', 'give it a `message`, which says what is to be approved')
  const approvers = approversIn(parameters)
  const deadline = deadlineIn('approval', parameters)
  if (deadline === undefined && parameters['atDeadline'] !== undefined)
    throw wrong('approval', '`atDeadline` says what a `deadline` means; give it one, such as 3d')
  return {
    message,
    ...(approvers && { approvers }),
    deadline,
    atDeadline: oneOf('approval', 'atDeadline', parameters['atDeadline'], ['fail', 'approve', 'reject']),
    onReject: oneOf('approval', 'onReject', parameters['onReject'], ['fail', 'continue']),
  }
}

function approversIn({ approvers }: JsonObject): readonly string[] | undefined {
  if (approvers === undefined) return undefined
  const names = Array.isArray(approvers)
    ? approvers.filter((name) => typeof name === 'string' && name !== '')
    : []
  if (Array.isArray(approvers) && names.length > 0 && names.length === approvers.length) return names
  throw wrong(
    'approval',
    `\`approvers\` is a list of names, such as [ada, grace]; got ${JSON.stringify(approvers)}`,
  )
}

function outputsOf({ onReject }: Approval, end: NonNullable<Approval['end']>): Values {
  const { decision, by, comment = '', at } = end
  if (decision === 'none')
    throw new AbeyanceError('deadline-passed', 'nobody had approved or rejected it by its deadline')
  if (decision === 'rejected' && onReject === 'fail')
    throw new AbeyanceError(
      'rejected',
      by === undefined
        ? 'rejected, as nobody had answered by its deadline'
        : `rejected by ${by}${comment === '' ? '' : `: ${comment}`}`,
    )
  return {
    approved: decision === 'approved',
    decision,
    by: by ?? '',
    comment,
    at: new Date(at).toISOString(),
  }
}
