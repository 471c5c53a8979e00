import type { FileStat } from '../core/system/files.ts'

/** Whether a path still holds what it held, as far as the system can tell without reading it. */
export function isSameFile(a: FileStat, b: FileStat): boolean {
  return identityOf(a) === identityOf(b)
}

/** Tells one content of one file from another: times are in ns. */
export function identityOf(file: FileStat): string {
  return `${file.dev} ${file.ino} ${file.size} ${file.mtimeNs} ${file.ctimeNs}`
}
