import type { JobKey } from '../core/ids.ts'
import type { ModuleNode } from './module-node.ts'

/** Which modules hang on which jobs and waits. */
export interface Suspensions {
  /** A look at a module begins: what is new from now on, it may not have seen. */
  begin(node: ModuleNode): void
  hang(node: ModuleNode, key: JobKey): void
  wake(key: JobKey): void
  /** Nothing is looked at: news that came for nobody is forgotten. */
  rest(): void
}

/** News may come between asking how a job stands and hanging on it: numbered, and compared with when the look began. */
export function suspensions(enqueue: (node: ModuleNode) => void): Suspensions {
  const hanging = new Map<JobKey, Set<ModuleNode>>()
  const news = new Map<JobKey, number>()
  let latest = 0
  return {
    begin(node) {
      node.seen = latest
    },
    hang(node, key) {
      const others = hanging.get(key)
      if (others) others.add(node)
      else hanging.set(key, new Set([node]))
      if ((news.get(key) ?? 0) > node.seen) enqueue(node)
    },
    wake(key) {
      news.set(key, ++latest)
      for (const node of hanging.get(key) ?? []) if (node.phase === 'suspended') enqueue(node)
    },
    rest: () => news.clear(),
  }
}
