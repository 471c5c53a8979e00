import type { Tag } from '../../core/ids.ts'
import type { Hold } from './hold.ts'
import { homeOf } from './home.ts'
import { textBody } from './send.ts'
import type { Call } from './server.ts'

/** From now on nothing of an attempt begins, whatever its server or its scheduler makes of it yet; what runs goes on. Whether the server took that. */
export async function forbid({ server }: Hold, tag: Tag, call: Call): Promise<boolean> {
  return (await server.upload(tag, homeOf(tag).over, textBody('over\n'), call)) !== undefined
}
