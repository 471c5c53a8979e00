import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { sleep, systemClock } from '../../core/clock.ts'
import { openAppendFile } from '../../core/system/append-file.ts'
import { makeFolder, realPath, statIfThere, write } from '../../core/system/files.ts'
import { readPieces } from '../../core/system/read-pieces.ts'
import type { FaultBox } from './faults.ts'
import { loadPackages } from './load-packages.ts'
import { readStaging } from './staging.ts'
import type { Jobs } from './jobs.ts'

export interface Simulated {
  readonly staging: string
  readonly jobs: Jobs
  readonly faults: FaultBox
  readonly token: string | undefined
  readonly version: string
  /** Shell lines of what it can load, by name and version. */
  readonly packages: Readonly<Record<string, string>>
  /** Managers by name, and whether each gives jobs ids of its own. */
  readonly managers: ReadonlyMap<string, boolean>
  /** Told of each request: `POST /jobs/x/submit`. */
  heard(request: string): void
}

interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: URLSearchParams
  readonly manager: string
  readonly id: string
}

const page = `<html>
  <head>
    <title>Internal Server Error</title>
  </head>
  <body>
    <h1><p>Internal Server Error</p></h1>
    
  </body>
</html>
`

/** One request, answered as a Pulsar server does; words and codes are those of recorded ones. */
export async function answer(
  on: Simulated,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = new URL(request.url ?? '/', 'http://simulated')
  const path = address.pathname
  on.heard(`${request.method} ${path}`)
  if (on.faults.strikes('down')) return void request.socket.destroy()
  if (on.faults.strikes('slow')) await sleep(systemClock, on.faults.seconds('slow') * 1000)
  if (on.faults.strikes('busy')) return say(response, 503, 'busy\n')
  const query = address.searchParams
  if (on.token !== undefined && query.get('private_token') !== on.token)
    return say(response, 401, '401 Unauthorized\n\nThis server could not verify that you are authorized.\n')
  if (request.method === 'GET' && path === '/healthz') return json(response, { version: on.version })
  const [, manager = '_default_', rest = ''] = /^(?:\/managers\/([^/]+))?\/jobs(\/.*)?$/.exec(path) ?? []
  const [, id = '', act = ''] = /^\/([^/]+)(\/.*)?$/.exec(rest) ?? []
  const deed = path.includes('/jobs')
    ? deeds.get(`${request.method} ${id === '' ? '' : 'job'}${act}`)
    : undefined
  if (deed === undefined) return say(response, 404, '404 Not Found\n\nThe resource could not be found.\n')
  if (!on.managers.has(manager) || on.faults.strikes('refuses')) return say(response, 500, page)
  await deed(on, { request, response, query, manager, id: decodeURIComponent(id) })
}

const deeds: ReadonlyMap<string, (on: Simulated, asked: Asked) => Promise<void>> = new Map([
  ['POST ', setUp],
  ['POST job/files', upload],
  ['GET job/files', download],
  ['GET job/files/path', pathOf],
  ['POST job/submit', submit],
  ['GET job/status', look],
  ['PUT job/cancel', cancel],
  ['DELETE job', clean],
])

async function setUp(on: Simulated, { request, response, query, manager }: Asked): Promise<void> {
  const given = query.get('job_id')
  if (given === null || !isName(given)) return say(response, 500, page)
  const id = on.managers.get(manager) ? randomUUID().replaceAll('-', '') : given
  await on.jobs.setUp(id)
  if (on.faults.strikes('losesSetUp')) return void request.socket.destroy()
  const at = (name: string) => on.jobs.path(id, name)
  json(response, {
    job_directory: at(''),
    working_directory: at('working'),
    metadata_directory: at('metadata'),
    outputs_directory: at('outputs'),
    configs_directory: at('configs'),
    tools_directory: at('tool_files'),
    inputs_directory: at('inputs'),
    unstructured_files_directory: at('unstructured'),
    path_separator: '/',
    job_id: id,
    system_properties: { separator: '/' },
    pulsar_version: on.version,
    preserve_galaxy_python_environment: null,
  })
}

const places: Readonly<Record<string, string | undefined>> = {
  input: 'inputs',
  config: 'configs',
  tool: 'tool_files',
  workdir: 'working',
  metadata: 'metadata',
  unstructured: 'unstructured',
  output: 'outputs',
  output_workdir: 'working',
  output_metadata: 'metadata',
}
/** Of these, folders in a name are dropped without a word. */
const flat: ReadonlySet<string> = new Set(['config', 'workdir'])

/** Where a file of a job's is; undefined where it must not be. */
function fileOf(on: Simulated, { query, id }: Asked): string | undefined {
  const [type, given] = [query.get('type') ?? 'output', query.get('name')]
  const place = places[type]
  if (place === undefined || given === null || !isName(id)) return undefined
  const name = flat.has(type) ? (given.split('/').at(-1) ?? '') : given
  if (name.startsWith('/') || name.split('/').includes('..') || name === '') return undefined
  return join(on.jobs.path(id, place), name)
}

async function upload(on: Simulated, asked: Asked): Promise<void> {
  const { request, response } = asked
  const path = fileOf(on, asked)
  if (path === undefined) return say(response, 500, page)
  await makeFolder(dirname(path))
  await write(path, '') // in place: whoever reads it sees it shrink
  const cut = on.faults.strikes('cutsUpload') ? Number(request.headers['content-length']) / 2 : Infinity
  const file = await openAppendFile(path)
  try {
    let size = 0
    const pieces: AsyncIterable<Buffer> = request
    for await (const piece of pieces) {
      const part = piece.subarray(0, Math.max(0, Math.floor(cut - size)))
      await file.append(part)
      size += piece.length
    }
  } finally {
    await file.close()
  }
  if (cut < Infinity) return void request.socket.destroy()
  json(response, { path })
}

async function download(on: Simulated, asked: Asked): Promise<void> {
  const { response } = asked
  const path = fileOf(on, asked)
  const found = path === undefined ? undefined : await statIfThere(path)
  if (path === undefined || found?.isFile() !== true) return say(response, 500, page)
  // A link that leads out of the folder is not followed.
  if (!(await realPath(path)).startsWith(`${await realPath(on.jobs.path(asked.id, ''))}/`))
    return say(response, 500, page)
  response.writeHead(200, { 'content-type': 'text/html; charset=UTF-8' }) // no length: it comes in chunks
  for await (const piece of readPieces(path, 0, 65_536)) {
    const cut = on.faults.strikes('cutsDownload')
    const part = Buffer.from(cut ? piece.subarray(0, piece.length / 2) : piece)
    await new Promise<void>((resolve) => response.write(part, () => resolve()))
    if (cut) return void response.destroy()
  }
  response.end()
}

async function pathOf(on: Simulated, asked: Asked): Promise<void> {
  const path = fileOf(on, asked)
  if (path === undefined) return say(asked.response, 500, page)
  json(asked.response, { path })
}

async function submit(on: Simulated, { request, response, query, id }: Asked): Promise<void> {
  const command = query.get('command_line')
  if (command === null) return say(response, 500, page)
  if (on.faults.strikes('losesSubmit')) return void request.socket.destroy()
  if (!(await on.jobs.has(id))) return void request.socket.destroy() // it breaks over the missing folder
  const loaded = loadPackages(on.packages, query.get('dependencies_description'))
  if (loaded === undefined) return say(response, 500, page)
  const given = query.get('remote_staging')
  const remote = given === null ? undefined : readStaging(given)
  if (given !== null && remote === undefined) return say(response, 500, page)
  const launched = await on.jobs.submit(id, `${loaded}${command}`, remote)
  const twice = launched === 'ignored' && on.faults.strikes('submitsTwice')
  if (twice) await on.jobs.again(id)
  if (on.faults.strikes('losesSubmitReply')) return void request.socket.destroy()
  say(response, 200, 'OK')
}

async function look(on: Simulated, { response, id }: Asked): Promise<void> {
  const said = await on.jobs.look(id)
  if (said === undefined) return say(response, 500, page)
  json(response, { ...said, pulsar_version: on.version })
}

async function cancel(on: Simulated, { response, id }: Asked): Promise<void> {
  if (!on.faults.strikes('forgetsCancel')) await on.jobs.cancel(id)
  say(response, 200, 'OK')
}

async function clean(on: Simulated, { response, id }: Asked): Promise<void> {
  if (isName(id)) await on.jobs.remove(id)
  say(response, 200, 'OK')
}

function isName(id: string): boolean {
  return id !== '' && id !== '..' && !id.includes('/')
}

/** Everything is said to be HTML. */
function json(response: ServerResponse, value: object): void {
  say(response, 200, JSON.stringify(value))
}

function say(response: ServerResponse, code: number, text: string): void {
  const type = code === 401 || code === 404 ? 'text/plain; charset=UTF-8' : 'text/html; charset=UTF-8'
  response.writeHead(code, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
