/** What is wrong with a port's name, if anything: it is also the name of a variable in a script's environment. */
export function faultOfPortName(name: string): string | undefined {
  if (!/^[a-z][A-Za-z0-9_]*$/.test(name))
    return 'must begin with a lower-case letter, then letters, digits and `_`'
  if (/^(https?|ftp|all|no)_proxy$/.test(name)) return 'is a variable that programs take for their own'
  if (name in {}) return 'is a name that every object of the language has'
  return undefined
}

/** What is wrong with a module's id, if anything: `/`, `[` and `.` have a meaning in paths and references. */
export function faultOfModuleId(id: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(id))
    return 'must begin with a letter, then letters, digits, `_` and `-`'
  if (id in {}) return 'is a name that every object of the language has'
  return undefined
}
