/** The parameters of a `command` or `batch` module, which stand in documents as keys of the module itself. */
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

/** Types whose parameters stand so: `batch` is a script that speaks to its scheduler itself. */
export function isCommand(type: string): boolean {
  return type === 'command' || type === 'batch'
}
