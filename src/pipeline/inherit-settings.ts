import type { Settings } from './settings.ts'

/** What a module's settings are inside a group: its own, else the group's; tags, resources and log settings are joined; a label is the group's own. */
export function inheritSettings(group: Settings, own: Settings): Settings {
  const { label: _, ...defaults } = group
  if (Object.keys(defaults).length === 0) return own
  const tags = [...new Set([...(defaults.tags ?? []), ...(own.tags ?? [])])]
  const resources = { ...defaults.resources, ...own.resources }
  const logs = { ...defaults.logs, ...own.logs }
  return {
    ...defaults,
    ...own,
    ...(tags.length > 0 && { tags }),
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(Object.keys(logs).length > 0 && { logs }),
  }
}
