/** What one looks at; it stands behind the `#` of the address, so that it can be kept, sent and gone back to. */
export type Place =
  | { readonly kind: 'runs' }
  | { readonly kind: 'run'; readonly id: string; readonly view: RunView }
  | { readonly kind: 'jobs' }
  | { readonly kind: 'job'; readonly key: string }
  | { readonly kind: 'waits' }
  | { readonly kind: 'hosts' }

export type RunView = 'graph' | 'jobs' | 'timeline'
export const runViews: readonly RunView[] = ['graph', 'jobs', 'timeline']

/** A hash that says nothing we know is the list of runs. */
export function placeOf(hash: string): Place {
  const [first, second, third] = hash.replace(/^#\/?/, '').split('/').map(decode)
  if (first === 'jobs') return second ? { kind: 'job', key: second } : { kind: 'jobs' }
  if (first === 'waits' || first === 'hosts') return { kind: first }
  if (first !== 'runs' || !second) return { kind: 'runs' }
  return { kind: 'run', id: second, view: runViews.find((view) => view === third) ?? 'graph' }
}

export function hrefOf(place: Place): string {
  switch (place.kind) {
    case 'run':
      return `#/runs/${encodeURIComponent(place.id)}${place.view === 'graph' ? '' : `/${place.view}`}`
    case 'job':
      return `#/jobs/${encodeURIComponent(place.key)}`
    case 'runs':
    case 'jobs':
    case 'waits':
    case 'hosts':
      return `#/${place.kind}`
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
