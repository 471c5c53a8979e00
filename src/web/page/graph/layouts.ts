import type { Direction, Layout } from './lay-out.ts'
import type { VisibleGraph } from './visible-graph.ts'

/** Lays graphs out beside the page. The newest that was asked for is what counts. */
export interface Layouts {
  ask(graph: VisibleGraph, direction: Direction): void
  close(): void
}

export function openLayouts(done: (graph: VisibleGraph, layout: Layout) => void): Layouts {
  const worker = new Worker(new URL('./lay-out-worker.ts', import.meta.url), { type: 'module' })
  let asked: { readonly id: number; readonly graph: VisibleGraph } | undefined
  worker.addEventListener(
    'message',
    ({ data }: MessageEvent<{ readonly id: number; readonly layout: Layout }>) => {
      if (asked?.id === data.id) done(asked.graph, data.layout)
    },
  )
  return {
    ask(graph, direction) {
      asked = { id: (asked?.id ?? 0) + 1, graph }
      worker.postMessage({ ...asked, direction })
    },
    close: () => worker.terminate(),
  }
}
