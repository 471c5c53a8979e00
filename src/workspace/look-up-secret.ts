import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { messageOf } from '../core/error.ts'
import { readText } from '../core/system/files.ts'
import type { DocumentPath, Report } from '../pipeline/problem.ts'
import type { SecretReference } from './configuration-shape.ts'

export interface SecretContext {
  /** Of the configuration: paths start here. */
  readonly folder: string
  readonly report: Report
  environment(name: string): string | undefined
}

/** The value of a secret, or undefined where it is not found: its place is reported, never its value (rule C2). */
export async function lookUpSecret(
  reference: SecretReference,
  at: DocumentPath,
  { folder, environment, report }: SecretContext,
): Promise<string | undefined> {
  try {
    const value =
      'environment' in reference
        ? environment(reference.environment)
        : (await readText(fromFolder(folder, reference.file))).trim()
    if (value !== undefined && value !== '') return value
    const what =
      'environment' in reference
        ? `the variable \`${reference.environment}\``
        : `the file \`${reference.file}\``
    report({
      code: 'missing-file',
      message: `${what} is not set or empty`,
      path: at,
      hint: 'set it, then start again',
    })
  } catch (error) {
    report({ code: 'missing-file', message: `the secret cannot be read: ${messageOf(error)}`, path: at })
  }
  return undefined
}

/** A path of the configuration: `~` is this user's home, what is relative starts at the configuration's folder. */
export function fromFolder(folder: string, path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(folder, path)
}
