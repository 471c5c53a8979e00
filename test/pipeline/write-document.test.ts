import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { toDocumentJson } from '../../src/pipeline/document-json.ts'
import { fromDocumentJson } from '../../src/pipeline/from-document-json.ts'
import { parseYaml } from '../../src/pipeline/parse-yaml.ts'
import { toDocument } from '../../src/pipeline/write-document.ts'
import { arbitraryPipeline } from './arbitrary-pipeline.ts'

describe('toDocument (rule P1)', () => {
  it('gives JSON that reads back as an equal pipeline', () => {
    fc.assert(
      fc.property(arbitraryPipeline, (pipeline) => {
        const json = JSON.parse(JSON.stringify(toDocumentJson(pipeline)))
        assert.deepEqual(fromDocumentJson(json, new Map()), pipeline)
      }),
      { numRuns: 200 },
    )
  })

  it('gives YAML that says the same as the JSON', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPipeline, async (pipeline) => {
        const parsed = parseYaml(await toDocument(pipeline, 'yaml'))
        assert.deepEqual(parsed.problems, [])
        assert.deepEqual(parsed.json, toDocumentJson(pipeline))
        assert.deepEqual(JSON.parse(await toDocument(pipeline, 'json')), toDocumentJson(pipeline))
      }),
      { numRuns: 50 },
    )
  })
})
