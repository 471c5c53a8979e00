import type { Suspension } from '../records/outcome.ts'
import type { HeldWait } from '../workspace/held-waits.ts'
import { shortKey } from './find-job.ts'
import { showTime } from './show-time.ts'

/** What a module waits for, on one line. */
export function waitWords(on: Suspension): string {
  switch (on.kind) {
    case 'job':
      return `job ${shortKey(on.job)}`
    case 'until':
      return `until ${showTime(on.time)}`
    case 'file':
      return `the file ${on.path}`
    case 'existing-job':
      return `job ${on.id} on ${on.destination}, which was not submitted from here`
    case 'approval':
      return `approval: ${oneLine(on.message)}${inBrackets([
        ...(on.approvers ? [`asked: ${on.approvers.join(', ')}`] : []),
        ...deadlineWords(on.deadline, on.atDeadline),
      ])}`
    case 'token':
      return `a call back${on.message === undefined ? '' : `: ${oneLine(on.message)}`}${inBrackets(deadlineWords(on.deadline))}`
  }
}

/** How somebody ends the wait, as a command; undefined where nobody can. */
export function answerHint(on: Suspension): string | undefined {
  if (on.kind !== 'approval' && on.kind !== 'token') return undefined
  const run = on.key.slice(0, on.key.indexOf('/'))
  return on.kind === 'approval'
    ? `abeyance answer ${run} ${quoted(on.module)} --approve (or --reject)`
    : `abeyance token ${run} ${quoted(on.module)} tells the address`
}

/** A wait of any run, for lists: what it is for, and below it how to answer. */
export function waitLines({ run, name, on }: HeldWait): readonly string[] {
  const hint = answerHint(on)
  return [
    `${on.module} of ${name} (run ${run}): ${waitWords(on)}`,
    ...(hint === undefined ? [] : [`    ${hint}`]),
  ]
}

/** A shell takes the brackets of an element for a pattern. */
function quoted(module: string): string {
  return module.includes('[') ? `'${module}'` : module
}

function deadlineWords(
  deadline: number | undefined,
  then: 'approve' | 'reject' | 'fail' = 'fail',
): readonly string[] {
  const end = { approve: 'then approved', reject: 'then rejected', fail: 'then failed' }[then]
  return deadline === undefined ? [] : [`until ${showTime(deadline)}, ${end}`]
}

function inBrackets(words: readonly string[]): string {
  return words.length === 0 ? '' : ` (${words.join('; ')})`
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
