import type { NoticeEvent } from './notifier.ts'
import { noticeSubjects } from './notice-subjects.ts'

/** What a notice reads as: texts in which `{{name}}` stands for what the notice says under that name. */
export interface NoticeTemplate {
  /** Of an e-mail, its subject. */
  readonly title?: string
  readonly text?: string
  /** For an e-mail; what is put in is escaped. */
  readonly html?: string
}

/** By event; `any` is for those that are not named. */
export type NoticeTemplates = Readonly<Partial<Record<NoticeEvent | 'any', NoticeTemplate>>>

const common = ['id', 'event', 'time', 'title', 'text', 'workspace'] as const

/** The names that a template of this event may use. */
export function templateNames(event: NoticeEvent | 'any'): readonly string[] {
  return event === 'any' ? common : [...common, ...noticeSubjects[event]]
}

// Not greedy and of one line: what is no name is a fault that is told, not a text that stays as it is.
const place = /\{\{([^\n]*?)\}\}/g

/** What stands between the braces of a template, in order. */
export function placesIn(template: string): readonly string[] {
  return [...template.matchAll(place)].map(([, name = '']) => name.trim())
}

/** Whether a place was begun and not ended. */
export function hasOpenPlace(template: string): boolean {
  return template.replaceAll(place, '').includes('{{')
}

/** Puts values in, once: braces in a value stay as they are. */
export function fillIn(
  template: string,
  values: Readonly<Record<string, string>>,
  shown: (value: string) => string = (value) => value,
): string {
  return template.replaceAll(place, (_, name: string) => shown(values[name.trim()] ?? ''))
}

/** For a text of HTML or the value of one of its attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)
}
