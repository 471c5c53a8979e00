import { AbeyanceError } from '../core/error.ts'
import type { MadeRound } from './make-round.ts'
import type { ModuleNode } from './module-node.ts'
import { visit } from './visit.ts'

// Visits are mostly waits for the disk or for submissions: many at once share one sync; the bound is for memory.
const atOnce = 1024

/** Visits what is queued, many at once, until neither the queue nor a visit is left, or until a visit could not be written down. */
export async function drain(round: MadeRound): Promise<void> {
  const { queue, around } = round
  let next = 0
  let busy = 0
  let fault: Error | undefined
  await new Promise<void>((resolve) => {
    const visitOne = async (node: ModuleNode) => {
      try {
        await visit(round, node)
      } catch (error) {
        fault ??= error instanceof Error ? error : new AbeyanceError('internal', String(error))
      }
      busy--
      turn()
    }
    const turn = () => {
      for (
        let node = queue[next];
        node && busy < atOnce && !fault && !around.signal.aborted;
        node = queue[next]
      ) {
        if (++next > 4096) next -= queue.splice(0, next).length // those were visited
        round.begin(node)
        busy++
        void visitOne(node)
      }
      if (busy === 0) resolve()
    }
    round.pull = turn
    turn()
  })
  round.pull = () => {}
  queue.splice(0, next)
  if (fault) throw fault
}
