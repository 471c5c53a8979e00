/** Whether a name fits one of OpenSSH's patterns: `*` for any run of characters, `?` for one; all else stands for itself. */
export function globMatches(pattern: string, name: string): boolean {
  // Two pointers and one way back, so that no pattern costs more than its length times the name's.
  let at = 0
  let read = 0
  let star = -1
  let resume = 0
  while (at < name.length) {
    const sign = pattern[read]
    if (sign === '*') {
      star = read++
      resume = at
    } else if (sign === '?' || sign === name[at]) {
      read += 1
      at += 1
    } else if (star >= 0) {
      read = star + 1
      at = ++resume
    } else return false
  }
  while (pattern[read] === '*') read += 1
  return read === pattern.length
}
