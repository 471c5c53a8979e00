import { AbeyanceError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import { shellPath } from '../core/shell-path.ts'
import type { ContainerRuntime } from './container-settings.ts'
import type { JobSpec } from './job-spec.ts'

/** A job's command in its image, as shell text. */
export interface ContainerText {
  /** Words before the command and the variables that it gets; what they run marks that the container began. */
  readonly words: readonly string[]
  /** What the launching shell hands on to the runtime. */
  readonly inherited: readonly string[]
  /** Run on the same machine when the command is over, whatever became of it: nothing is left behind. */
  readonly after: string
  /** Of a runtime whose containers are no children of ours: prints something while the container runs on the same machine. */
  readonly lives?: string
}

/**
 * The job's own folder is at the same path inside, and what else its workspace has on the machine can be read there. Needs a
 * POSIX shell and `env` in the image.
 */
export function containerText({ container: image, runtime }: JobSpec): ContainerText | undefined {
  if (image === undefined) return undefined
  if (runtime === undefined)
    throw new AbeyanceError(
      'invalid-value',
      `the image ${image} needs a container runtime, and its destination has none: add \`container: { runtime: … }\` to it`,
    )
  if (image.startsWith('-') || image === '')
    throw new AbeyanceError('invalid-value', `${JSON.stringify(image)} is no name of an image`)
  const { name, flags = [], program } = runtime
  const { words, ...others } = launchers[name](image, {
    program: shellPath(program ?? programs[name]),
    flags: flags.map(quote),
  })
  return { inherited, ...others, words: [...words, ...inside] }
}

/**
 * The first process in the image: says that the container began, so that a runtime that failed is told from a command that
 * ended with the same code; and hands a TERM or a warning on, which the first process of a container would else ignore.
 */
const inside = [
  '/bin/sh',
  '-c',
  quote(`: >"$1" || exit 125
folder=$2
shift 2
. "$folder/job/variables" || exit 125
env "$@" <&0 &
child=$!
trap 'kill -TERM "$child"' TERM INT HUP
trap 'kill -USR1 "$child"' USR1
trap 'kill -USR2 "$child"' USR2
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2>/dev/null || exit "$code"
done`),
  'sh',
  '"${PWD%/work}/inside"',
  '"$folder"',
]

/** Where runtimes find their images, sockets and settings. */
const inherited = (
  'XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME CONTAINERS_CONF CONTAINERS_STORAGE_CONF DOCKER_HOST ' +
  'DOCKER_CONFIG REGISTRY_AUTH_FILE APPTAINER_CACHEDIR APPTAINER_TMPDIR SINGULARITY_CACHEDIR SINGULARITY_TMPDIR CH_IMAGE_STORAGE'
).split(' ')

type Launcher = (
  image: string,
  how: { readonly program: string; readonly flags: readonly string[] },
) => Omit<ContainerText, 'inherited'>

const programs: Readonly<Record<ContainerRuntime, string>> = {
  podman: 'podman',
  docker: 'docker',
  apptainer: 'apptainer',
  singularity: 'singularity',
  charliecloud: 'ch-run',
}

const launchers: Readonly<Record<ContainerRuntime, Launcher>> = {
  podman: byEngine([
    '--security-opt=label=disable',
    // Root inside is this user outside; without it, the image's own user could not write here.
    '--user=0:0',
  ]),
  docker: byEngine(['--user="$(id -u):$(id -g)"']),
  apptainer: byStarter,
  singularity: byStarter,
  charliecloud: (image, { program, flags }) => ({
    words: [
      'env',
      'USER="${USER:-$(id -un)}"',
      program,
      '--unset-env="*"',
      '--bind="${folder%/*}:${folder%/*}"',
      '--cd="$PWD"',
      ...flags,
      '--',
      shellPath(image),
    ],
    after: ':',
  }),
}

/**
 * One whose containers are no children of ours: they have a name, after attempt and incarnation, by which they are seen and ended.
 * `$folder` and `$run` are set where these lines are read.
 */
function byEngine(options: readonly string[]): Launcher {
  const name = 'abeyance-${folder##*/}-${run#run.}'
  return (image, { program, flags }) => ({
    words: [
      program,
      'run',
      '--rm',
      `--name="${name}"`,
      '--network=host',
      '--volume="${folder%/*}:${folder%/*}:ro"',
      '--volume="$folder:$folder"',
      '--workdir="$PWD"',
      ...options,
      ...flags,
      quote(image.replace(/^docker:\/\//, '')),
    ],
    after: `${program} rm -f "${name}" >/dev/null 2>&1`,
    lives: `${program} ps --quiet --filter "name=^${name}$" 2>/dev/null`,
  })
}

/** One whose container is a child of ours, in our group. */
function byStarter(image: string, { program, flags }: Parameters<Launcher>[1]): ReturnType<Launcher> {
  return {
    words: [
      program,
      'exec',
      '--cleanenv',
      '--no-home',
      '--bind="${folder%/*}:${folder%/*}:ro"',
      '--bind="$folder:$folder"',
      '--pwd="$PWD"',
      ...flags,
      place(image),
    ],
    after: ':',
  }
}

/** A file or folder, or something with a scheme, stands as it is; a plain name is one of a registry. */
function place(image: string): string {
  return /^(\.|\/|~\/)|:\/\/|\.sif$/.test(image) ? shellPath(image) : quote(`docker://${image}`)
}
