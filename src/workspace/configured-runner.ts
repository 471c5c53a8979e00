import { z } from 'zod'
import { duration } from '../core/duration.ts'
import type { Json } from '../core/json.ts'
import type { DocumentPath, Report } from '../pipeline/problem.ts'
import type { RunnerKind } from '../runners/runner.ts'
import type { Transport } from '../transports/transport.ts'
import { readShape, span, type SecretsOf } from './configuration-shape.ts'
import { pulsarOptions, pulsarShape } from './pulsar-options.ts'

/** A runner as a destination names it. `make` is there for those of this package; undefined where a secret was not found, which is reported. */
export interface ConfiguredRunner {
  readonly kind: string
  make?(secrets: SecretsOf): Promise<MadeRunner | undefined>
}

/** A runner, with the way and the place of one that brings its own: a server that is no machine to log in to. */
export interface MadeRunner {
  readonly runner: RunnerKind
  readonly transport?: Transport
  readonly workFolder?: string
}

/** Those that are reached by their own address: neither `host` nor `workFolder` means anything for them. */
export const serverKinds: ReadonlySet<string> = new Set(['pulsar'])

/** Reads `runner` with its `options`; whatever is wrong is reported. Nothing is loaded. */
export function readRunner(
  { runner: kind, options }: { readonly runner: string; readonly options?: Json },
  path: DocumentPath,
  report: Report,
): ConfiguredRunner {
  const at = [...path, 'options']
  const known = ours.get(kind)
  if (known) return { kind, ...known(options ?? {}, at, report) }
  if (options !== undefined)
    report({
      code: 'unknown-key',
      message: `the runner \`${kind}\` takes no \`options\` from this file`,
      path: at,
      hint: 'set them in the module under `use:` that exports it',
    })
  return { kind }
}

export const runnerKinds = ['local', 'slurm', 'gridengine', 'pbs', 'pulsar']

const text = z.string()
const yes = z.boolean()

const ours: ReadonlyMap<string, ReturnType<typeof reader>> = new Map([
  [
    'local',
    reader('local', z.strictObject({}), async () => ({
      runner: (await import('../runners/local.ts')).local(),
    })),
  ],
  [
    'slurm',
    reader(
      'slurm',
      z.strictObject({
        requeue: yes.exactOptional(),
        gpus: z.enum(['gpus', 'gres']).exactOptional(),
        cluster: text.exactOptional(),
        prelude: text.exactOptional(),
        messageTimeout: span.exactOptional(),
      }),
      async ({ messageTimeout, ...options }) => {
        const { slurm } = await import('../runners/slurm.ts')
        const runner = slurm({
          ...options,
          ...(messageTimeout !== undefined && { messageTimeout: duration(messageTimeout) }),
        })
        return { runner }
      },
    ),
  ],
  [
    'gridengine',
    reader(
      'gridengine',
      z.strictObject({
        prelude: text.exactOptional(),
        parallelEnvironment: text.exactOptional(),
        memory: text.exactOptional(),
        memoryPer: z.enum(['slot', 'job']).exactOptional(),
        gpus: text.exactOptional(),
        requeue: yes.exactOptional(),
      }),
      async (options) => ({ runner: (await import('../runners/gridengine.ts')).gridengine(options) }),
    ),
  ],
  [
    'pbs',
    reader(
      'pbs',
      z.strictObject({
        prelude: text.exactOptional(),
        dialect: z.enum(['openpbs', 'torque', 'slurm']).exactOptional(),
        requeue: yes.exactOptional(),
      }),
      async (options) => ({ runner: (await import('../runners/pbs.ts')).pbs(options) }),
    ),
  ],
  [
    'pulsar',
    reader('pulsar', pulsarShape, async (options, secrets) => {
      const { pulsarDestination } = await import('../runners/pulsar.ts')
      const whole = await pulsarOptions(options, secrets)
      return whole && pulsarDestination(whole)
    }),
  ],
])

function reader<S extends z.ZodObject>(
  kind: string,
  shape: S,
  make: (options: z.output<S>, secrets: SecretsOf) => Promise<MadeRunner | undefined>,
) {
  return (json: Json, path: DocumentPath, report: Report): Pick<ConfiguredRunner, 'make'> => {
    const options = readShape(shape, json, { path, what: `\`options\` of the runner \`${kind}\``, report })
    return options === undefined ? {} : { make: (secrets) => make(options, secrets) }
  }
}
