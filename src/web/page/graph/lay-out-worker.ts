import { layOut, type Direction } from './lay-out.ts'
import type { VisibleGraph } from './visible-graph.ts'

// A thousand modules take a second: the page stays alive meanwhile.
addEventListener(
  'message',
  ({
    data,
  }: MessageEvent<{ readonly id: number; readonly graph: VisibleGraph; readonly direction: Direction }>) =>
    postMessage({ id: data.id, layout: layOut(data.graph, data.direction) }),
)
