import { crc32 } from 'node:zlib'

/** Closes the text of a JSON object, given without its last brace, with a checksum of itself. */
export function seal(open: string): string {
  return `${open},"crc":"${checksum(open)}"}`
}

/** The part of a line that its checksum covers; undefined when the line is not what was written. */
export function unseal(line: Buffer): Buffer | undefined {
  if (line.length < sealLength) return undefined
  const body = line.subarray(0, line.length - sealLength)
  return line.toString('latin1', body.length) === `,"crc":"${checksum(body)}"}` ? body : undefined
}

const sealLength = ',"crc":"01234567"}'.length

function checksum(data: string | Buffer): string {
  return crc32(data).toString(16).padStart(8, '0')
}
