import { hash } from 'node:crypto'

/** 64 hex digits of SHA-256 over bytes, or the UTF-8 of a text. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content)
}
