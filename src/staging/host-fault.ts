import { AbeyanceError } from '../core/error.ts'

/** What the complaints of a script there mean; `what` is what could not be done, such as `inputs could not be sent to`. */
export function hostFault(what: string, host: string, stderr: Uint8Array): AbeyanceError {
  const said = new TextDecoder().decode(stderr).trim()
  const [, code, advice] =
    causes.find(([words]) => words.test(said)) ?? ([undefined, 'transport-failed', ''] as const)
  const line = said.split('\n').find((one) => !/^\\?[0-9a-f]{64} /.test(one)) ?? ''
  return new AbeyanceError(
    code,
    `${what} ${host}: ${[line, advice].filter((part) => part !== '').join('; ')}`,
  )
}

const causes = [
  [/No space left/i, 'disk-full', 'its disk is full: free some space there; nothing was lost'],
  [/quota/i, 'disk-full', 'your quota there is used up: free some space; nothing was lost'],
  [/Permission denied|Read-only file system/i, 'not-writable', 'choose a work folder that you may write to'],
] as const
