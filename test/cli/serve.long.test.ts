import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { welcome } from '../../src/web/contract.ts'
import { abeyance, project, startAbeyance } from './command-line.ts'

const listening = z.object({
  url: z.string(),
  host: z.string(),
  port: z.number(),
  drives: z.boolean(),
  tokenFile: z.string(),
})

async function served(folder: string, words: readonly string[] = []) {
  const started = await startAbeyance(folder, ['serve', '--port', '0', '--json', ...words])
  let text = ''
  const said = new Promise<string>((resolve) => {
    started.process.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text)
    })
  })
  const first = await Promise.race([
    said,
    started.ended.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ])
  const at = listening.parse(JSON.parse(first))
  const stop = async () => {
    started.process.kill('SIGINT')
    return started.ended
  }
  return { at, stop }
}

/** Logs in with the printed address, as the page does. */
async function session({ url }: z.infer<typeof listening>) {
  const { origin, hash } = new URL(url)
  const login = hash.replace('#login=', '')
  const opened = await fetch(`${origin}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login }),
  })
  assert.equal(opened.status, 200)
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  return (path: string) => fetch(`${origin}/${path}`, { headers: { cookie } })
}

describe('abeyance serve', function () {
  this.timeout(240_000)

  it('drives and shows a workspace on loopback; a second one shows it beside; sessions outlive a restart', async () => {
    const folder = await project({})
    assert.equal((await abeyance(folder, ['init'])).code, 0)
    assert.equal((await abeyance(folder, ['run', 'hello.yaml', '--wait'])).code, 0)
    const first = await served(folder)
    assert.deepEqual([first.at.host, first.at.drives], ['127.0.0.1', true])
    assert.equal((await stat(first.at.tokenFile)).mode & 0o777, 0o600)
    const ask = await session(first.at)
    assert.equal(welcome.parse(await (await ask('api')).json()).drives, true)
    const second = await served(folder)
    assert.equal(second.at.drives, false)
    const changes = await ask('api/changes')
    assert.equal((await first.stop()).code, 130)
    await changes.text().catch(() => '') // a stream that is open keeps nothing from ending
    const beside = await session(second.at)
    assert.equal((await beside('api/jobs')).status, 200)
    assert.equal((await second.stop()).code, 130)
  })

  it('says what is wrong: no workspace, a port in use, a port that is none', async () => {
    const folder = await project({})
    const none = await abeyance(folder, ['serve', '--port', '0'])
    assert.deepEqual([none.code, /there is no workspace yet/.test(none.stderr)], [2, true])
    assert.equal((await abeyance(folder, ['init'])).code, 0)
    assert.equal((await abeyance(folder, ['run', 'hello.yaml', '--wait'])).code, 0)
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const used = await abeyance(folder, ['serve', '--no-drive', '--port', String(port)])
    taken.close()
    assert.equal(used.code, 2)
    assert.match(used.stderr, /port \d+ on 127\.0\.0\.1 is taken .* --port/)
    const wrong = await abeyance(folder, ['serve', '--port', '70000'])
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /a port is a number from 0 to 65535/)
  })
})
