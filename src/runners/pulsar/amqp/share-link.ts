import type { Logger } from '../../../core/logger.ts'
import type { BrokerAddress } from './broker-address.ts'
import { openLink, type Link } from './link.ts'

interface Shared {
  readonly link: Link
  holders: number
}

const links = new Map<string, Shared>()

/** The one connection of this process to a broker as that user: brokers count them. It is closed when its last holder closes it. */
export function shareLink(address: BrokerAddress, logger: Logger): Link {
  const key = JSON.stringify(address)
  const shared = links.get(key) ?? { link: openLink(address, logger), holders: 0 }
  links.set(key, shared)
  shared.holders += 1
  let isClosed = false
  return {
    ...shared.link,
    async close() {
      if (isClosed) return
      isClosed = true
      shared.holders -= 1
      if (shared.holders > 0) return
      links.delete(key)
      await shared.link.close()
    },
  }
}
