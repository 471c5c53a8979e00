import { duration } from '../core/duration.ts'
import { isAbeyanceError, messageOf } from '../core/error.ts'
import { readText } from '../core/system/files.ts'
import type { Notifier } from '../notifiers/notifier.ts'
import type { DocumentPath } from '../pipeline/problem.ts'
import type { NamedNotifier } from './configuration-notifiers.ts'
import { fromFolder, lookUpSecret, type SecretContext } from './look-up-secret.ts'

export interface NotifierContext extends SecretContext {
  print(line: string): void
}

/** Notifiers as the configuration names them, with their secrets looked up; one that cannot be made is reported at its place. */
export async function makeNotifiers(
  named: Readonly<Record<string, NamedNotifier>>,
  context: NotifierContext,
): Promise<Readonly<Record<string, Notifier>>> {
  const made: [string, Notifier][] = []
  for (const [name, notifier] of Object.entries(named)) {
    const at = ['notifiers', name]
    const bare = await guarded(() => make(notifier, at, context), at, context)
    if (bare !== undefined) made.push([name, await inItsWords(bare, notifier, context)])
  }
  return Object.fromEntries(made)
}

async function make(
  named: NamedNotifier,
  at: DocumentPath,
  context: NotifierContext,
): Promise<Notifier | undefined> {
  switch (named.kind) {
    case 'console':
      return (await import('../notifiers/console.ts')).console({ print: context.print })
    case 'command': {
      const { command } = await import('../notifiers/command.ts')
      return command({ command: named.command, environment: usual(context) })
    }
    case 'desktop':
      return (await import('../notifiers/desktop.ts')).desktop({ environment: usual(context) })
    case 'webhook':
      return webhookOf(named, at, context)
    case 'email':
      return emailOf(named, at, context)
  }
}

async function webhookOf(
  named: Extract<NamedNotifier, { kind: 'webhook' }>,
  at: DocumentPath,
  context: NotifierContext,
): Promise<Notifier | undefined> {
  const url =
    typeof named.url === 'string' ? named.url : await lookUpSecret(named.url, [...at, 'url'], context)
  const secret = named.secret && (await lookUpSecret(named.secret, [...at, 'secret'], context))
  if (url === undefined || (named.secret && secret === undefined)) return undefined
  const { webhook } = await import('../notifiers/webhook.ts')
  return webhook({ url, ...(secret !== undefined && { secret }) })
}

async function emailOf(
  named: Extract<NamedNotifier, { kind: 'email' }>,
  at: DocumentPath,
  context: NotifierContext,
): Promise<Notifier | undefined> {
  const { kind: _, templates: _templates, password: reference, ca: path, timeout, ...plain } = named
  const password = reference && (await lookUpSecret(reference, [...at, 'password'], context))
  if (reference && password === undefined) return undefined
  const ca = path === undefined ? undefined : await certificates(path, [...at, 'ca'], context)
  if (path !== undefined && ca === undefined) return undefined
  const { email } = await import('../notifiers/email.ts')
  return email({
    ...plain,
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(timeout !== undefined && { timeout: duration(timeout) }),
  })
}

async function certificates(
  path: string,
  at: DocumentPath,
  { folder, report }: NotifierContext,
): Promise<string | undefined> {
  try {
    return await readText(fromFolder(folder, path))
  } catch (error) {
    report({
      code: 'missing-file',
      message: `the certificates cannot be read: ${messageOf(error)}`,
      path: at,
    })
    return undefined
  }
}

async function guarded(
  act: () => Promise<Notifier | undefined>,
  path: DocumentPath,
  { report }: NotifierContext,
): Promise<Notifier | undefined> {
  try {
    return await act()
  } catch (error) {
    if (!isAbeyanceError(error)) throw error
    const message = `the notifier \`${String(path.at(-1))}\` cannot be made: ${error.message}`
    report({ code: 'wrong-shape', message, path })
    return undefined
  }
}

async function inItsWords(
  notifier: Notifier,
  { templates }: NamedNotifier,
  { folder }: NotifierContext,
): Promise<Notifier> {
  if (Object.keys(templates).length === 0) return notifier
  const { withTemplates } = await import('../notifiers/with-templates.ts')
  return withTemplates(notifier, { templates, workspace: folder })
}

// A notifying program finds its own programs, the user's home and screen; our secrets are not there.
const passedOn = ['PATH', 'HOME', 'USER', 'LANG', 'DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR']

function usual({ environment }: NotifierContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = environment(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
