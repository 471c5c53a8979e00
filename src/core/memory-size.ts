import { byteSize } from './byte-size.ts'

/** Whole MiB, rounded up, of a text such as `24 GiB` or `512MB`. */
export function memorySize(text: string): number {
  return Math.ceil(byteSize(text) / 2 ** 20)
}
