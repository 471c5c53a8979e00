import { z } from 'zod'
import type { PulsarOptions } from '../runners/pulsar.ts'
import { secret, span, type SecretsOf } from './configuration-shape.ts'

const text = z.string()
const yes = z.boolean()

/** `options` of a destination on a Pulsar server: by `url`, or through a `broker`. */
export const pulsarShape = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'write it as https://pulsar.example.org:8913/' })
      .exactOptional(),
    token: secret.exactOptional(),
    broker: z
      .url({ protocol: /^amqps?$/, error: 'write it as amqps://user@broker.example.org/virtual-host' })
      .exactOptional(),
    password: secret.exactOptional(),
    prefix: text.exactOptional(),
    durable: yes.exactOptional(),
    manager: text.exactOptional(),
    staging: z.enum(['push', 'pull', 'copy', 'link', 'none']).exactOptional(),
    endpoint: z
      .strictObject({ url: text, listen: text.exactOptional(), expires: span.exactOptional() })
      .exactOptional(),
    dependencies: z.enum(['modules', 'server']).exactOptional(),
    insecure: yes.exactOptional(),
  })
  .refine(({ url, broker }) => (url === undefined) !== (broker === undefined), {
    error: 'say where the Pulsar server is: by `url`, or behind a `broker`, and not both',
  })
  .refine(({ token, broker }) => token === undefined || broker === undefined, {
    error: '`token` belongs to `url`; of a `broker` there is a `password`',
  })
  .refine(
    ({ broker, ...options }) =>
      broker !== undefined || !(['password', 'prefix', 'durable'] as const).some((key) => key in options),
    { error: '`password`, `prefix` and `durable` belong to a `broker`' },
  )

/** Undefined where a secret was not found, which is reported. */
export async function pulsarOptions(
  { url, token, broker, password, prefix, durable, ...common }: z.output<typeof pulsarShape>,
  secrets: SecretsOf,
): Promise<PulsarOptions | undefined> {
  if (broker === undefined) {
    const found = token && (await secrets(token, 'token'))
    if (token && found === undefined) return undefined
    return { url: url ?? '', ...(found !== undefined && { token: found }), ...common }
  }
  const found = password && (await secrets(password, 'password'))
  if (password && found === undefined) return undefined
  return {
    broker,
    ...(found !== undefined && { password: found }),
    ...(prefix !== undefined && { prefix }),
    ...(durable !== undefined && { durable }),
    ...common,
  }
}
