import assert from 'node:assert/strict'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import type { Logger } from '../../src/core/logger.ts'
import { readConfiguration } from '../../src/workspace/read-configuration.ts'
import { bench, doc, quick, until } from './bench.ts'

const secrets = { HOOK_PATH: 'secret-of-the-address', HOOK_KEY: `whsec_${btoa('secret of the signature')}` }

afterEach(() => {
  for (const name of Object.keys(secrets)) delete process.env[name]
})

describe('a secret', () => {
  it('is in no record, log, file of a job or error, also where its notifier fails (C2)', async () => {
    const on = await bench()
    process.env['HOOK_PATH'] = secrets.HOOK_PATH
    process.env['HOOK_KEY'] = secrets.HOOK_KEY
    await on.write('address', `http://127.0.0.1:1/${secrets.HOOK_PATH}\n`)
    await on.write(
      'abeyance.yaml',
      `abeyance: 1
notifiers:
  hook: { kind: webhook, url: { file: address }, secret: { environment: HOOK_KEY } }
  told: { kind: command, command: [sh, -c, 'env >> ${on.base}/ws/told; exit 1'] }
notices: [{ on: [job-ended, run-failed], to: [hook, told] }]
`,
    )
    const said: string[] = []
    const say = (...words: readonly unknown[]) => void said.push(JSON.stringify(words))
    const logger: Logger = { debug: say, info: say, warn: say, error: say }
    const options = await readConfiguration(on.path('abeyance.yaml'), {
      environment: (name) => process.env[name],
      print: say,
    })
    const workspace = await on.open({ ...options, logger, monitor: quick })
    const run = await workspace.start(
      await doc(`name: p\nmodules:\n  one: { command: [sh, -c, 'env; exit 3'] }\n`),
    )
    say(JSON.stringify(await run.ended()))
    for (const what of ['webhook was not delivered', 'sh ended with exit code 1'])
      await until(what, async () => said.some((line) => line.includes(what)))
    await workspace.close()
    const text = [...said, ...(await textsIn(on.folder))].join('\n')
    assert.match(text, /ABEYANCE_TAG=/) // what the job had in its environment is among what is looked through
    assert.match(text, /ABEYANCE_NOTICE_ID=/)
    for (const secret of Object.values(secrets)) assert.equal(text.includes(secret), false)
  })
})

async function textsIn(folder: string): Promise<readonly string[]> {
  const paths = (await readdir(folder, { recursive: true })).map((name) => join(folder, name))
  const texts = paths.map(async (path) => ((await stat(path)).isFile() ? readFile(path, 'utf8') : ''))
  return Promise.all(texts)
}
