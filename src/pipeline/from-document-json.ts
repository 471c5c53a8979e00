import { AbeyanceError } from '../core/error.ts'
import type { Json } from '../core/json.ts'
import type { ModuleCatalog } from './module-kind.ts'
import type { Pipeline } from './pipeline.ts'
import type { PathProblem } from './problem.ts'
import { readPipelineJson } from './read-pipeline.ts'

/**
 * The pipeline that `toDocumentJson` wrote, such as a run's. Its shape is checked; whether its types are still known is not,
 * so that a run stays readable whatever became of them.
 * @throws `newer-format`, or `invalid-pipeline` for what no version of ours wrote
 */
export function fromDocumentJson(json: Json, catalog: ModuleCatalog): Pipeline {
  const problems: PathProblem[] = []
  const pipeline = readPipelineJson(json, { report: (problem) => problems.push(problem), catalog })
  const [first] = problems
  if (first === undefined && pipeline !== undefined) return pipeline
  const code = first?.code === 'newer-format' ? 'newer-format' : 'invalid-pipeline'
  const text = problems.map(
    ({ path, message, hint }) => `${path.join('.')}: ${message}${hint === undefined ? '' : `; ${hint}`}`,
  )
  throw new AbeyanceError(code, text.join('\n'), { details: { problems } })
}
