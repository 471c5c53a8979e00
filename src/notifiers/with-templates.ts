import { AbeyanceError } from '../core/error.ts'
import type { Notice, NoticeEvent, Notifier } from './notifier.ts'
import { noticeSubjects } from './notice-subjects.ts'
import { escapeHtml, fillIn, placesIn, templateNames, type NoticeTemplates } from './template.ts'

export interface TemplateOptions {
  readonly templates: NoticeTemplates
  /** What `{{workspace}}` stands for. */
  readonly workspace?: string
}

/**
 * A notifier whose notices read as templates say; what a template leaves out stays as it was.
 * @throws `invalid-configuration` for a name that no notice of its event has
 */
export function withTemplates(notifier: Notifier, { templates, workspace = '' }: TemplateOptions): Notifier {
  refuseUnknown(templates)
  return {
    notify: (notice, context) => notifier.notify(filled(notice, templates, workspace), context),
  }
}

function filled(notice: Notice, templates: NoticeTemplates, workspace: string): Notice {
  const template = templates[notice.event] ?? templates.any
  if (template === undefined) return notice
  const { id, event, at, title, text, about } = notice
  const values = { ...about, id, event, time: new Date(at).toISOString(), title, text, workspace }
  return {
    ...notice,
    ...(template.title !== undefined && { title: fillIn(template.title, values) }),
    ...(template.text !== undefined && { text: fillIn(template.text, values) }),
    ...(template.html !== undefined && { html: fillIn(template.html, values, escapeHtml) }),
  }
}

function refuseUnknown(templates: NoticeTemplates): void {
  for (const event of Object.keys(templates).filter(isKnown)) {
    const names = templateNames(event)
    const unknown = Object.values(templates[event] ?? {})
      .flatMap(placesIn)
      .find((name) => !names.includes(name))
    if (unknown !== undefined)
      throw new AbeyanceError(
        'invalid-configuration',
        `the template of \`${event}\` has \`{{${unknown}}}\`, which no notice of it has; there are ${names.join(', ')}`,
      )
  }
}

function isKnown(event: string): event is NoticeEvent | 'any' {
  return event === 'any' || event in noticeSubjects
}
