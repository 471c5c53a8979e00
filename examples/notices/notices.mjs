// Runs a pipeline that fails, and receives the notice of it as another service would: over HTTP, its signature verified.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { command, openWorkspace, pipeline } from 'abeyance'
import { webhook } from 'abeyance/notifiers/webhook'
import { withTemplates } from 'abeyance/notifiers/with-templates'
import { Webhook } from 'standardwebhooks'

const secret = 'whsec_' + Buffer.from('a secret that both sides know').toString('base64')
const seen = new Set() // a notice comes at least once, always under the same id

const receiver = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  try {
    const { type, data } = new Webhook(secret).verify(body, request.headers)
    response.writeHead(204).end()
    if (seen.has(data.id)) return
    seen.add(data.id)
    console.log(`${type}: ${data.title}`)
    receiver.emit('told')
  } catch {
    response.writeHead(401).end() // not 2xx: it is tried again
  }
}).listen(0, '127.0.0.1')
await once(receiver, 'listening')

const service = webhook({ url: `http://127.0.0.1:${receiver.address().port}/`, secret })
const templates = { 'run-failed': { title: '{{pipeline}} needs a look: abeyance show {{run}}' } }
const workspace = await openWorkspace(import.meta.dirname, {
  notifiers: { service: withTemplates(service, { templates }) },
  notices: [{ on: ['run-finished', 'run-failed'], to: ['service'] }],
})
const told = once(receiver, 'told')
const fail = command({ inputs: {}, command: ['false'], outputs: { never: 'never.txt' } })
const run = await workspace.start(pipeline('failing', {}, ({ add }) => add('fail', fail, {})))
console.log(`run ${run.id}: ${(await run.ended()).kind}`)
await told

await workspace.close()
receiver.close()
receiver.closeAllConnections()
