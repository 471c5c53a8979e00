import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, it } from 'mocha'
import { nativeId, tag, type NativeId } from '../../../src/core/ids.ts'
import { quote } from '../../../src/core/quote.ts'
import type { Resources } from '../../../src/pipeline/settings.ts'
import { slurmScheduler, type SlurmOptions } from '../../../src/runners/slurm.ts'
import { eventually, script, submission } from '../../runners/job-host.ts'
import { sshConfig } from '../servers/servers.ts'

/** Each shell line of the table, run as an ordinary user on a login host of a real Slurm. */
function ssh(text: string): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync('ssh', ['-F', sshConfig, 'live', 'exec /bin/sh -s'], {
    input: `{\n${text}\n} </dev/null\n`,
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, out: stdout, err: stderr }
}

const table = slurmScheduler()
const queue = table.queue ?? assert.fail('Slurm has a queue')
const mark = Date.now().toString(36)
const root = `abeyance it's 5%j $a ${mark}`
const begun = Math.floor(Date.now() / 1000)
const jobs: NativeId[] = []
let count = 0

const call = (lines: string, ...words: readonly string[]) =>
  ssh(`act() {\n${lines}\n}\nact ${words.map(quote).join(' ')}`)

/** Submits \`command\` as the core's script would, with a wrapper that only says who it is. */
function submit(command: string, resources: Resources = {}, options: SlurmOptions = {}): string {
  const name = tag(`jl${mark}${++count}`)
  const { submit: lines, identity } = slurmScheduler(options)
  const wrapper = `#!/bin/sh
cd "$1" || exit 1
native=none restart=0
${identity}
printf '%s\\n' "$native $restart $ABEYANCE_SHELL \${SECRET-none} \${SLURM_GET_USER_ENV-none}" >>who
${command}`
  const { out, err } = ssh(`folder="$HOME"/${quote(root)}/${name}
mkdir -p "$folder/job" && cd "$folder" || exit 1
printf '%s\\n' ${quote(wrapper)} >job/wrapper
export ABEYANCE_SHELL=/bin/dash SECRET=x
submit() {
${lines(submission(name, script('true', { resources })))}
}
if submit; then echo "$native"; else echo "$verdict: $fault"; fi`)
  assert.equal(err, '')
  if (/^\d+$/.test(out.trim())) jobs.push(nativeId(out.trim()))
  return out.trim()
}

function list() {
  const { code, out, err } = call(queue.list)
  assert.equal(code, 0, err)
  const answer = queue.readQueue(out)
  assert.deepEqual(answer.unread, [])
  return answer.jobs
}

const phase = (id: string, ...phases: readonly string[]) =>
  eventually(async () => {
    const job = list().get(nativeId(id)) ?? assert.fail(`${id} is not listed`)
    assert.ok(phases.includes(job.phase), JSON.stringify(job))
    return job
  })

const account = (id: string) =>
  eventually(async () => {
    const { code, out, err } = call(queue.account, id)
    assert.equal(code, 0, err)
    const job = queue.readAccounting(out).get(nativeId(id))
    assert.equal(job?.phase, 'ended', out)
    return job
  })

const isGone = (id: string) => call(table.gone, id).code === 0
const find = (name: string) => {
  const { code, out, err } = call(queue.find, name, String(begun))
  assert.equal(code, 0, err)
  return out.trim()
}
const last = () => `jl${mark}${count}`
const read = (file: string) => ssh(`cat "$HOME"/${quote(`${root}/${last()}/${file}`)}`).out

describe('the table for Slurm, on a real one', function () {
  this.timeout(180_000)
  before(() => {
    const { code, err } = ssh('sinfo')
    assert.equal(code, 0, `Slurm does not answer: ${err}`)
  })
  after(() => {
    call(queue.cancel, ...jobs)
    ssh(`rm -rf "$HOME"/${quote(root)}`)
  })

  it('runs a job that knows who it is, and follows it to its end', async () => {
    const id = submit('echo hello', { cores: 2, memory: '64 MiB', time: '5m', partition: 'main' })
    assert.match(id, /^\d+$/)
    assert.equal(find(last()), id)
    const ended = await phase(id, 'ended')
    assert.deepEqual([ended.name, ended.word], [last(), 'COMPLETED'])
    assert.equal(isGone(id), true)
    assert.equal(read('who'), `${id} 0 /bin/dash none none\n`)
    assert.equal(read('wrapper.log'), 'hello\n')
    assert.equal((await account(id))?.code, 0)
    const ids = ssh(`{\n${queue.list}\n} | ${queue.ids}`).out.split('\n')
    assert.ok(ids.includes(`${id} ${last()}`))
  })

  it('tells a code and a signal', async () => {
    const id = submit('exit 3')
    const killed = submit('kill -9 $$')
    assert.equal((await account(id))?.code, 3)
    assert.equal((await account(killed))?.signal, 9)
  })

  it('holds, finds and cancels a job that waits', async () => {
    const id = submit('true', { flags: ['--hold'] })
    assert.equal((await phase(id, 'held')).why, 'JobHeldUser')
    assert.equal(isGone(id), false)
    assert.equal(find(last()), id)
    assert.equal(call(queue.cancel, id).code, 0)
    assert.equal((await phase(id, 'ended')).word, 'CANCELLED')
    assert.equal((await account(id))?.reason, 'cancelled-by-us')
  })

  it('cancels a job that runs', async () => {
    const id = submit('sleep 300')
    await phase(id, 'running')
    assert.equal(isGone(id), false)
    assert.equal(call(queue.cancel, id, '99999999').code, 0)
    await phase(id, 'ended')
    assert.equal(isGone(id), true)
    assert.equal((await account(id))?.reason, 'cancelled-by-us')
    assert.equal(call(queue.cancel, id).code, 0, 'again')
  })

  it('counts starts where a job may be started again', async () => {
    const id = submit('sleep 300', { time: '10m' }, { requeue: true })
    await phase(id, 'running')
    await eventually(async () => assert.equal(read('who').split('\n').length, 2))
    assert.equal(ssh(`scontrol requeue ${id}`).code, 0)
    await eventually(async () => assert.match(read('who'), new RegExp(`^${id} 0 .*\n${id} 1 `)))
    assert.equal(isGone(id), false)
    call(queue.cancel, id)
    assert.equal((await account(id))?.word, 'CANCELLED')
  })

  it('says that memory was the reason, where Slurm says it', async () => {
    const id = submit('head -c 300000000 /dev/zero | tail >tail.out', { memory: '64 MiB' })
    const ended = await account(id)
    // Where a machine lets Slurm hold nobody to a limit, the job ends well and no reason may be read.
    if (ended?.word === 'COMPLETED') assert.deepEqual([ended.code, ended.reason], [0, undefined])
    else assert.ok(ended?.reason === 'out-of-memory' || ended?.word === 'FAILED', JSON.stringify(ended))
  })

  it('is refused what this cluster has not', () => {
    assert.match(submit('true', { partition: 'nosuch' }), /^refused: .*invalid partition specified: nosuch/)
    assert.match(submit('true', { memory: '999 GiB' }), /^refused: .*Memory specification/)
    assert.match(submit('true', { flags: ['--no-such-option'] }), /^refused: .*unrecognized option/)
  })

  it('reads tasks of an array and parts of a heterogeneous job', async () => {
    const [array = '', het = ''] =
      ssh(`sbatch --parsable -o /dev/null -J jarr${mark} --hold -a 1-3 --wrap true
sbatch --parsable -o /dev/null -J jhet${mark} --hold -n1 : -n1 --wrap true`).out.split('\n')
    jobs.push(nativeId(array), nativeId(het))
    const listed = list()
    for (const id of [`${array}_1`, `${array}_3`, het, `${het}+1`])
      assert.equal(listed.get(nativeId(id))?.phase, 'held')
    assert.equal(find(`jhet${mark}`), het)
    assert.equal(call(queue.cancel, `${array}_2`, het).code, 0)
    await eventually(async () => assert.equal(isGone(het), true))
    assert.deepEqual(
      [array, `${array}_1`, `${array}_2`].map((id) => isGone(id)),
      [false, false, true],
    )
    assert.equal(call(queue.cancel, array).code, 0)
    assert.equal((await account(`${array}_1`))?.reason, 'cancelled-by-us')
    await eventually(async () => assert.equal(isGone(`${array}_1`), true))
  })

  it('is sure of what there never was', () => {
    assert.equal(isGone('99999999'), true)
    assert.equal(find(`jnone${mark}`), '')
    assert.equal(queue.readAccounting(call(queue.account, '99999999').out).size, 0)
    assert.equal(call(queue.cancel).code, 0)
  })

  it('asks one cluster by its name', () => {
    const cluster = ssh("scontrol show config | sed -n 's/^ClusterName *= *//p'").out.trim()
    const one = slurmScheduler({ cluster })
    const { code, out, err } = call(one.queue?.list ?? '')
    assert.equal(code, 0, err)
    assert.deepEqual(queue.readQueue(out).unread, [])
    const id = submit('true', {}, { cluster })
    assert.match(id, /^\d+$/)
    assert.equal(call(one.queue?.find ?? '', last(), String(begun)).out.trim(), id)
  })
})
