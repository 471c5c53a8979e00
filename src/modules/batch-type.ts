import { AbeyanceError } from '../core/error.ts'
import type { JsonObject } from '../core/json.ts'
import { isFile } from '../pipeline/value.ts'
import { checkDirectives } from '../runners/batch-directives.ts'
import { directiveTables } from '../runners/directive-tables.ts'
import { checkDeclared, commandPorts, signedParameters } from './command-type.ts'
import { declaredArguments, declaredSurroundings } from './declared-job.ts'
import { makeJobSpec } from './make-job-spec.ts'
import type { AnyModuleType, FileReader, Values } from './module-type.ts'

/**
 * The type behind `type: batch`: a script that tells its scheduler itself what it wants, in lines such as `#SBATCH --time=1:00:00`.
 * It is a parameter, or a file that is its input `script`; what else it is given it finds in its environment, as scripts do.
 */
export const batchType: AnyModuleType = {
  type: 'batch',
  version: 1,
  kind: {
    type: 'batch',
    version: 1,
    ports(parameters) {
      const { script } = parameters
      if (typeof script === 'string') for (const table of directiveTables) checkDirectives(script, table)
      return commandPorts(parameters)
    },
    signed: signedParameters,
  },
  act: {
    kind: 'job',
    prepare: withText,
    job: ({ script: given, ...inputs }, { parameters, settings }) => {
      const script = scriptOf(given, parameters)
      const run = { kind: 'batch', script, arguments: declaredArguments(parameters) } as const
      const job = { run, ...declaredSurroundings(parameters) }
      return { spec: makeJobSpec(job, inputs, settings.resources ?? {}), settings }
    },
  },
  checkInputs: (inputs) => Promise.resolve(inputs),
  checkOutputs: checkDeclared,
}

/** More is data, and stands better in an input of its own. */
const longestScript = 2 ** 20

async function withText(inputs: Values, files: FileReader): Promise<Values> {
  const { script } = inputs
  if (!isFile(script)) return inputs
  if (script.size > longestScript)
    throw new AbeyanceError('invalid-value', `the batch script ${script.name} has more than 1 MiB`)
  return { ...inputs, script: await files.text(script) }
}

function scriptOf(given: Values[string] | undefined, parameters: JsonObject): string {
  const script = parameters['script'] ?? given
  if (typeof script === 'string') return script
  throw new AbeyanceError(
    'invalid-value',
    'a batch needs its `script`: a text of its own, or a file that is its input',
  )
}
