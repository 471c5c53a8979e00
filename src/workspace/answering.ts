import { heldWaits, tokenOf, waitOfToken } from './held-waits.ts'
import type { Interior } from './interior.ts'
import { measured } from './payload.ts'
import { refuseForged } from './refuse-forged.ts'
import type { Workspace } from './workspace.ts'

/** Waits and their answers, in the process that drives. */
export function answering(
  interior: Interior,
): Pick<Workspace, 'waits' | 'answer' | 'answerToken' | 'callbackToken'> {
  const { store, state, waits } = interior
  const answer: Workspace['answer'] = async (run, module, given, { by, tokenHash } = {}) => {
    const said = measured(given)
    // What is called back comes from anywhere: no JSON names a file here.
    if (said.kind === 'success') await refuseForged(interior, 'value', said.value)
    return waits.answer({
      run,
      module,
      answer: said,
      by: by ?? (tokenHash === undefined ? 'user' : undefined),
      tokenHash,
    })
  }
  return {
    waits: () => heldWaits(store),
    answer,
    async answerToken(token, said) {
      const { run, module, tokenHash } = await waitOfToken(store, token)
      return answer(run, module, said, { tokenHash })
    },
    callbackToken: (run, module) => tokenOf(store, state.tokenKey, { run, module }),
  }
}
