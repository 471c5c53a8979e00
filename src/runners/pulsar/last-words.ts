import type { NativeId, Tag } from '../../core/ids.ts'
import type { Hold } from './hold.ts'
import { homeOf } from './home.ts'
import type { Call } from './server.ts'

/** What comes of a long text: its end, and not more than this of it is read at all. */
const most = { read: 2 ** 20, told: 400 }

/**
 * What was said of a job outside its own streams: by our script before the command, and by the server's and its scheduler's, which load what the
 * job needs and tell why it was ended. Each with the words before it that evidence goes on with; empty where nothing was said.
 */
export async function lastWords(
  hold: Hold,
  tag: Tag,
  { native, incarnation }: { readonly native: NativeId; readonly incarnation: number },
  call: Call,
): Promise<string> {
  const home = homeOf(tag)
  const theirs = async () =>
    (await endOf(hold, native, 'job_stderr', call)) || endOf(hold, native, 'job_stdout', call)
  const [ours, its, unresolved] = await Promise.all([
    endOf(hold, tag, home.said, call),
    theirs(),
    hold.dependencies === 'server' && incarnation > 0
      ? endOf(hold, tag, home.unresolved(incarnation), call)
      : '',
  ])
  return [
    ours === '' ? '' : `; its script said: ${ours}`,
    its === '' ? '' : `; around it was said: ${its}`,
    unresolved === ''
      ? ''
      : `; its server was asked to load this, and there was no command of that name: ${unresolved.replaceAll('\n', ', ')}`,
  ].join('')
}

/** Words are extra: what cannot be had of them holds up nothing. */
async function endOf({ server }: Hold, id: Tag | NativeId, name: string, call: Call): Promise<string> {
  const pieces: Uint8Array[] = []
  let [size, read] = [0, 0]
  const sink = async (piece: Uint8Array) => {
    pieces.push(new Uint8Array(piece))
    size += piece.length
    read += piece.length
    for (let head = pieces[0]; head && size - head.length >= 4 * most.told; head = pieces[0]) {
      pieces.shift()
      size -= head.length
    }
    return read < most.read
  }
  try {
    if (!(await server.stream(id, name, sink, call))) return ''
  } catch (error) {
    if (call.signal?.aborted) throw error
    return ''
  }
  return new TextDecoder().decode(Buffer.concat(pieces)).trim().slice(-most.told)
}
