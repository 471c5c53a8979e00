import { modulePath, runId } from '../core/ids.ts'
import type { CallbackAnswer } from '../workspace/wait-answer.ts'
import { callGate } from './call-gate.ts'
import { answerBody, answerReceipt, callbackBody, callbackFailureBody } from './requests.ts'
import { nothing, route, type Route } from './route.ts'
import type { Surroundings } from './surroundings.ts'

interface Answering extends Surroundings {
  /** Who answers an approval, where that is known better than `by`. */
  approver?(request: Request): Promise<string>
}

/** What people say to approvals, and what is called back by those who were told a token: that alone opens the door to them. */
export function answerRoutes(around: Answering): readonly Route[] {
  return [approvalRoute(around), ...tokenRoutes(around)]
}

function approvalRoute({ view, by, approver }: Answering): Route {
  return route({
    method: 'post',
    path: 'api/runs/:id/answer',
    summary: 'Approves or rejects what a module asks; the first answer is final',
    role: 'changer',
    query: nothing,
    body: answerBody,
    answer: answerReceipt,
    async handle({ param, body: { module, answer, comment }, request }) {
      const said = { kind: answer, ...(comment !== undefined && { comment }) }
      const who = approver ? await approver(request) : by
      return view.answer(runId(param('id')), modulePath(module), said, { by: who })
    },
  })
}

// A value of 256 KiB, written with room for blanks.
const mostBytes = 512 * 1024

function tokenRoutes({ view, clock }: Surroundings): readonly Route[] {
  const enter = callGate(clock)
  const shared = { method: 'post', role: 'nobody', query: nothing, answer: answerReceipt, mostBytes } as const
  const call = async (token: string, answer: CallbackAnswer) => {
    const wait = enter()
    if (wait === undefined) return view.answerToken(token, answer)
    const error = { code: 'quota-used-up', message: 'too many calls at once; try again', retryable: true }
    return Response.json({ error }, { status: 429, headers: { 'retry-after': String(wait) } })
  }
  return [
    route({
      ...shared,
      path: 'api/tokens/:token',
      summary: 'Calls back that it went well, with any JSON as the value; the token is all that is asked for',
      body: callbackBody,
      mustSayBody: true,
      handle: ({ param, body }) => call(param('token'), { kind: 'success', value: body }),
    }),
    route({
      ...shared,
      path: 'api/tokens/:token/failure',
      summary: 'Calls back that it failed, with a message',
      body: callbackFailureBody,
      handle: ({ param, body }) => call(param('token'), { kind: 'failure', message: body.message }),
    }),
  ]
}
