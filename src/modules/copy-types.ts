import { posix } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import type { JsonObject } from '../core/json.ts'
import { isFile, isFolder } from '../pipeline/value.ts'
import { literalJob } from './literal-job.ts'
import { atMachine, machinePort, textAt } from './machine-port.ts'
import type { AnyModuleType, Values } from './module-type.ts'

/** Whatever has to be over before: its value is not looked at. */
const after = { type: 'json', optional: true } as const

/**
 * Brings a file, or with the parameter `what: folder` a folder, from a machine: `path` is absolute there, or begins with `~/`. What is
 * there may change, so each run asks anew, and what lies below is signed by what came (rule S4).
 */
export const copyFromType: AnyModuleType = {
  type: 'copy-from',
  version: 1,
  kind: {
    type: 'copy-from',
    version: 1,
    volatile: true,
    ports: (parameters) => ({
      inputs: { machine: machinePort, path: { type: 'string' }, after },
      outputs: { copy: whatOf(parameters) },
    }),
  },
  act: {
    kind: 'job',
    job(inputs, { parameters, settings }) {
      const what = whatOf(parameters)
      const path = pathOf('copy-from', inputs)
      const copy = `copy/${nameIn(path)}`
      const outputs = { copy: what === 'file' ? copy : { folder: copy } }
      const run = { script: fromThere, shell: 'sh', arguments: [what, path, copy] } as const
      const placed = atMachine('copy-from', inputs, settings)
      return { spec: literalJob({ ...run, outputs }, settings.resources ?? {}), settings: placed }
    },
  },
  checkInputs: async (inputs) => {
    nameIn(pathOf('copy-from', inputs))
    return inputs
  },
  checkOutputs: (outputs) => Promise.resolve(outputs),
}

/**
 * Puts a file or a folder on a machine, at `path`, absolute there or beginning with `~/`; behind a slash under its own name. A file
 * appears whole, by rename; a folder is copied into the one there, in which all else stays. Gives the absolute `path`.
 */
export const copyToType: AnyModuleType = {
  type: 'copy-to',
  version: 1,
  kind: {
    type: 'copy-to',
    version: 1,
    ports: () => ({
      inputs: { machine: machinePort, copy: { type: 'json' }, path: { type: 'string' }, after },
      outputs: { path: 'string' },
    }),
  },
  act: {
    kind: 'job',
    job(inputs, { settings }) {
      const copy = copyIn(inputs)
      const path = pathOf('copy-to', inputs)
      const to = path.endsWith('/') ? path + copy.name : path
      const outputs = { path: { stream: 'stdout', as: 'text' } } as const
      const run = { script: toThere, shell: 'sh', arguments: [copy, to] } as const
      const placed = atMachine('copy-to', inputs, settings)
      return { spec: literalJob({ ...run, outputs }, settings.resources ?? {}), settings: placed }
    },
  },
  checkInputs: async (inputs) => {
    copyIn(inputs)
    pathOf('copy-to', inputs)
    return inputs
  },
  checkOutputs: (outputs) => Promise.resolve(outputs),
}

const home = `case $2 in '~/'*) there=$HOME/\${2#'~/'} ;; *) there=$2 ;; esac`

const fromThere = `${home}
fail() { echo "$1" >&2; exit 1; }
case $1 in
  file) [ -f "$there" ] || fail "there is no file $there" ;;
  folder) [ -d "$there" ] || fail "there is no folder $there" ;;
esac
mkdir copy
cp -RLp "$there" "$3"
chmod -R u+rwX copy
`

const toThere = `${home}
from=$1
mkdir -p "\${there%/*}/"
if [ -d "$from" ]; then
  mkdir -p "$there"
  cp -RLf "$from"/. "$there"
  # What is staged is read-only. Only what was copied is made writable: what else is there is none of ours.
  cd "$from"
  find -L . -exec sh -c 'cd "$0" && chmod u+w "$@"' "$there" {} +
else
  if [ -d "$there" ]; then echo "$there is a folder: add a slash, or the name of the file in it" >&2; exit 1; fi
  temporary=$there.$ABEYANCE_TAG
  cp -L "$from" "$temporary"
  chmod u+w "$temporary"
  mv -f "$temporary" "$there"
fi
printf '%s' "$there"
`

function whatOf({ what = 'file' }: JsonObject): 'file' | 'folder' {
  if (what === 'file' || what === 'folder') return what
  throw new AbeyanceError(
    'invalid-value',
    `copy-from: \`what\` is \`file\` or \`folder\`, not ${JSON.stringify(what)}`,
  )
}

function pathOf(type: string, inputs: Values): string {
  const path = textAt(type, 'path', inputs)
  if (/^(?:\/|~\/)/.test(path) && !path.includes('\0')) return path
  throw new AbeyanceError(
    'invalid-value',
    `${type}: \`path\` must be absolute on the machine, or begin with \`~/\`; got ${JSON.stringify(path)}`,
  )
}

function nameIn(path: string): string {
  const name = posix.basename(path)
  if (name !== '' && name !== '.' && name !== '..' && name !== '~') return name
  throw new AbeyanceError(
    'invalid-value',
    `copy-from: \`path\` must name a file or folder; got ${JSON.stringify(path)}`,
  )
}

function copyIn({ copy }: Values) {
  if (isFile(copy) || isFolder(copy)) return copy
  throw new AbeyanceError(
    'invalid-value',
    `copy-to: \`copy\` must be a file or a folder; got ${JSON.stringify(copy ?? null)}`,
  )
}
