import { createHash } from 'node:crypto'
import type { NoticeId } from '../core/ids.ts'
import type { Notice } from './notifier.ts'

export interface MailAddresses {
  /** Such as `abeyance@example.org` or `Abeyance <abeyance@example.org>`. */
  readonly from: string
  readonly to: string | readonly string[]
}

/** A notice as nodemailer takes a message; it goes to `recipients`, and says all whom it is for. */
export function mailFor(
  { id, event, at, title, text, html }: Notice,
  { from, to }: MailAddresses,
  recipients: readonly string[],
) {
  return {
    from,
    to: typeof to === 'string' ? to : [...to],
    envelope: { from, to: [...recipients] },
    messageId: messageId(id, from),
    date: new Date(at),
    subject: title.replaceAll(/\p{Cc}+/gu, ' ').trim(),
    text,
    ...(html !== undefined && { html }),
    headers: {
      'Auto-Submitted': 'auto-generated', // RFC 3834: no out-of-office notes come back
      'X-Abeyance-Event': event,
      'X-Abeyance-Notice': String(id).replaceAll(/\p{Cc}+/gu, ' '),
    },
  }
}

/** The same at each delivery of a notice: a mailbox that has it already can drop the repeat (rule N2). */
function messageId(id: NoticeId, from: string): string {
  // What else may stand in an id, such as one of an application's own, has no place before the `@`.
  const name = /^[\w-]+(\.[\w-]+)*$/.test(id) ? id : createHash('sha256').update(id).digest('hex')
  return `<${name}@${domainOf(from)}>`
}

function domainOf(address: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(address)?.[1] ?? 'abeyance.invalid'
}
