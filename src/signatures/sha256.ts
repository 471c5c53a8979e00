import { hash } from 'node:crypto'

/** 64 hex digits of SHA-256 over the UTF-8 of a text. */
export function sha256(text: string): string {
  return hash('sha256', text)
}
