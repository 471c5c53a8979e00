import { z } from 'zod'
import { isJsonObject, type Json } from '../core/json.ts'
import { noticeEvents, type NoticeEvent } from '../notifiers/notifier.ts'
import {
  hasOpenPlace,
  placesIn,
  templateNames,
  type NoticeTemplate,
  type NoticeTemplates,
} from '../notifiers/template.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import type { DocumentPath, Report } from '../pipeline/problem.ts'
import { readShape } from './configuration-shape.ts'

const text = z.string().exactOptional()
const plain = z.strictObject({ title: text, text })
const withHtml = z.strictObject({ title: text, text, html: text })

const templated = ['any', ...noticeEvents] as const

/** The templates of a notifier by event; a name that no notice of the event has is reported with those that there are. */
export function readTemplates(
  json: Json | undefined,
  path: DocumentPath,
  report: Report,
  showsHtml: boolean,
): NoticeTemplates {
  if (json === undefined) return {}
  if (!isJsonObject(json)) {
    report({ code: 'wrong-shape', message: '`templates` must be a mapping from events, or `any`', path })
    return {}
  }
  const read: Partial<Record<NoticeEvent | 'any', NoticeTemplate>> = {}
  for (const [key, value] of Object.entries(json)) {
    const event = templated.find((each) => each === key)
    if (event === undefined) {
      const message = `there is no event \`${key}\` for a template${didYouMean(key, templated)}; there are ${templated.join(', ')}`
      report({ code: 'unknown-key', message, path: [...path, key] })
      continue
    }
    const at = [...path, event]
    const what = `the template of \`${event}\``
    const template = readShape(showsHtml ? withHtml : plain, value, { path: at, what, report })
    if (template === undefined) continue
    if (isSound(event, template, at, report)) read[event] = template
  }
  return read
}

function isSound(
  event: NoticeEvent | 'any',
  template: NoticeTemplate,
  path: DocumentPath,
  report: Report,
): boolean {
  const names = templateNames(event)
  let faults = 0
  const fault: Report = (problem) => {
    faults += 1
    report(problem)
  }
  for (const [key, value] of Object.entries(template)) {
    const at = [...path, key]
    for (const name of placesIn(value)) {
      if (names.includes(name)) continue
      const message = `\`{{${name}}}\` stands for nothing in the template of \`${event}\`${didYouMean(name, names)}; there are ${names.join(', ')}`
      fault({ code: 'unknown-reference', message, path: at })
    }
    if (hasOpenPlace(value))
      fault({ code: 'wrong-shape', message: 'a `{{` has no `}}` on its line; close it', path: at })
  }
  return faults === 0
}
