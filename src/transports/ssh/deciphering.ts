import type { Client } from 'ssh2'

/**
 * Whether ssh2 deciphers each packet into a buffer of its own. Its optional native code, which npm builds where it finds a compiler, does so where
 * the packet was read instead: there packets share what one reading filled, and keep it. What nobody knows is taken for that.
 */
export function hasOwnPackets(client: Client): boolean {
  return nameOf(client).endsWith('Native')
}

/** Whether ssh2 looks at what was read no longer than while it is told of it: of other ciphers it keeps views until a packet is whole. */
export function forgetsReadings(client: Client): boolean {
  return nameOf(client) === 'AESGCMDecipherNative'
}

/** The class that deciphers: ssh2 tells the cipher, but not who does it. */
function nameOf(client: Client): string {
  const decipher = within(within(client, '_protocol'), '_decipher')
  return typeof decipher === 'object' && decipher !== null ? decipher.constructor.name : ''
}

function within(whole: unknown, part: string): unknown {
  return typeof whole === 'object' && whole !== null ? Reflect.get(whole, part) : undefined
}
