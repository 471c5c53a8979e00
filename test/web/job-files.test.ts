import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import { describe, it } from 'mocha'
import { systemClock } from '../../src/core/clock.ts'
import { tag } from '../../src/core/ids.ts'
import { openEndpoint } from '../../src/runners/pulsar/endpoint/open-endpoint.ts'
import { web } from '../../src/web/web.ts'
import { stateFolder } from '../../src/workspace/state-folder.ts'
import { content } from '../testing/on-endpoint.ts'
import { bench } from '../workspace/bench.ts'
import { sampleJob, seed, succeeded, token } from './desk.ts'

describe('files of jobs beside the page', () => {
  it('are given and taken by their addresses alone, under any name of the host, wherever it is mounted', async () => {
    const on = await bench()
    await seed(on.folder, [sampleJob('a', succeeded(1, 2))])
    const folder = stateFolder(on.folder).endpoint
    const page = web(await on.read(), { token, base: '/abeyance' })
    const url = new URL('https://engine.example.org/abeyance/jobfiles/')
    const one = tag('jaaaaaaaaaaaa')
    const nobody = await page.fetch(new Request(`${url.href}${one}?until=9&key=x`))
    assert.equal(nobody.status, 404)
    await assert.rejects(access(folder)) // asking makes nothing

    const endpoint = openEndpoint({ folder, url, clock: systemClock })
    await endpoint.offer(one, `${one}/sent.N/0`, content(Buffer.from('given')))
    const address = await endpoint.address(one)
    const at = (name: string) => `${address}&path=/${one}/${name}&file_type=output_metadata`
    assert.equal(await (await page.fetch(new Request(at('sent.N/0')))).text(), 'given')
    const headers = { 'content-length': '5' } // as whoever takes a request off the wire says it
    const posted = await page.fetch(new Request(at('claim.1'), { method: 'POST', body: 'taken', headers }))
    assert.equal(posted.status, 200)
    assert.equal(Buffer.from((await endpoint.read(`${one}/claim.1`)) ?? []).toString(), 'taken')
    assert.equal((await page.fetch(new Request(`${at('sent.N/0')}`.replace('key=', 'key=x')))).status, 403)
    const elsewhere = new Request('https://engine.example.org/abeyance/api/runs', {
      headers: { host: 'engine.example.org' },
    })
    assert.notEqual((await page.fetch(elsewhere)).status, 200)
    await page.close()
  })
})
