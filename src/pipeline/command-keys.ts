/** The parameters of a `command` module, which stand in documents as keys of the module itself. */
export const commandKeys: readonly string[] = [
  'command',
  'script',
  'arguments',
  'shell',
  'outputs',
  'environment',
  'container',
  'load',
]
