import { z } from 'zod'
import { isJsonObject, type Json } from '../core/json.ts'
import type { NoticeTemplates } from '../notifiers/template.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import type { DocumentPath, Report } from '../pipeline/problem.ts'
import { readShape, secret, span } from './configuration-shape.ts'
import { readTemplates } from './configuration-templates.ts'

const name = z.string().min(1)
const address = z
  .string()
  .regex(
    /^([^<>@\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    'write it as `me@example.org` or `Me <me@example.org>`',
  )
const templates = z.json().exactOptional()

const shapes = {
  console: z.strictObject({ kind: z.literal('console'), templates }),
  webhook: z.strictObject({
    kind: z.literal('webhook'),
    url: z.union([z.url({ protocol: /^https?$/ }), secret], {
      error: 'must be a URL, or `{ environment: NAME }` or `{ file: PATH }` where it is found',
    }),
    secret: secret.exactOptional(),
    templates,
  }),
  command: z.strictObject({ kind: z.literal('command'), command: z.tuple([name], z.string()), templates }),
  desktop: z.strictObject({ kind: z.literal('desktop'), templates }),
  email: z.strictObject({
    kind: z.literal('email'),
    host: name,
    port: z.int().min(1).max(65_535).exactOptional(),
    tls: z.enum(['starttls', 'implicit', 'none']).exactOptional(),
    ca: name.exactOptional(),
    user: name.exactOptional(),
    password: secret.exactOptional(),
    from: address,
    to: z.union([address, z.tuple([address], address)], {
      error: 'is an address such as `me@example.org` or `Me <me@example.org>`, or a list of them',
    }),
    timeout: span.exactOptional(),
    templates,
  }),
} as const

type Shaped = { [Kind in keyof typeof shapes]: z.output<(typeof shapes)[Kind]> }[keyof typeof shapes]
type WithTemplates<S> = S extends Shaped
  ? Omit<S, 'templates'> & { readonly templates: NoticeTemplates }
  : never

/** A notifier as abeyance.yaml says it; what is secret in it is not looked up yet. */
export type NamedNotifier = WithTemplates<Shaped>

/** Reads one under `notifiers`; whatever is wrong with it is reported at its place. */
export function readNotifier(json: Json, path: DocumentPath, report: Report): NamedNotifier | undefined {
  const what = `the notifier \`${path.at(-1)}\``
  const kind = isJsonObject(json) ? json.kind : undefined
  switch (kind) {
    case 'console':
    case 'webhook':
    case 'command':
    case 'desktop':
    case 'email': {
      const read: Shaped | undefined = readShape(shapes[kind], json, { path, what, report })
      if (read === undefined) return undefined
      if (read.kind === 'email') checkLogin(read, what, path, report)
      const at = [...path, 'templates']
      return { ...read, templates: readTemplates(read.templates, at, report, read.kind === 'email') }
    }
    default: {
      const kinds = Object.keys(shapes)
      const near = typeof kind === 'string' ? didYouMean(kind, kinds) : ''
      const shown = kind === undefined ? 'missing' : `not ${JSON.stringify(kind)}`
      const message = `the kind of ${what} is one of ${kinds.join(', ')}; it is ${shown}${near}`
      report({ code: 'wrong-shape', message, path: kind === undefined ? path : [...path, 'kind'] })
      return undefined
    }
  }
}

function checkLogin(
  { user, password }: z.output<typeof shapes.email>,
  what: string,
  path: DocumentPath,
  report: Report,
): void {
  if ((user === undefined) === (password === undefined)) return
  const [there, missing] = user === undefined ? ['password', 'user'] : ['user', 'password']
  const message = `${what} has a \`${there}\` and no \`${missing}\`: give both, or neither for a server that asks for no login`
  report({ code: 'wrong-shape', message, path: [...path, there] })
}
