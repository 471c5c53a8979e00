import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Json } from '../../src/core/json.ts'
import type { PathProblem } from '../../src/pipeline/problem.ts'
import { readDestination } from '../../src/workspace/configuration-destination.ts'

describe('a destination in abeyance.yaml', () => {
  const read = (json: Json) => {
    const problems: PathProblem[] = []
    const named = readDestination(json, ['destinations', 'hpc'], (problem) => problems.push(problem))
    return { named, problems: problems.map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`) }
  }
  const cluster = { runner: 'slurm', host: 'login', workFolder: '~/abeyance' }

  it('is read with all that it may say', () => {
    const { named, problems } = read({
      ...cluster,
      user: 'anna',
      port: 2222,
      key: { file: '~/.ssh/hpc', passphrase: { environment: 'HPC' } },
      jump: ['gate'],
      ssh: { config: 'ssh_config', keepalive: '30s', channels: 4 },
      options: { requeue: true },
      resources: { cores: 2, partition: 'long' },
      environment: { OMP_NUM_THREADS: '2' },
      load: ['samtools/1.19'],
      container: { runtime: 'apptainer', image: 'tools.sif', flags: ['--nv'] },
      tags: ['large'],
      limits: { jobs: 100 },
      resubmit: [{ on: ['out-of-memory'], attempts: 3, memory: 'x2', destination: 'big' }],
      budget: { connectionsPerDay: 50, schedulerCommandsPerHour: 6 },
      logs: { perSecond: '1 MiB' },
    })
    assert.deepEqual(problems, [])
    const { runner, ...rest } = named ?? {}
    assert.equal(runner?.kind, 'slurm')
    assert.deepEqual(rest, {
      reached: {
        host: 'login',
        user: 'anna',
        port: 2222,
        key: { file: '~/.ssh/hpc', passphrase: { environment: 'HPC' } },
        jump: ['gate'],
        ssh: { config: 'ssh_config', keepalive: '30s', channels: 4 },
        connectionsPerDay: 50,
      },
      workFolder: '~/abeyance',
      resources: { cores: 2, partition: 'long' },
      environment: { OMP_NUM_THREADS: '2' },
      load: ['samtools/1.19'],
      container: { runtime: 'apptainer', image: 'tools.sif', flags: ['--nv'] },
      tags: ['large'],
      limits: { jobs: 100 },
      resubmit: [{ on: ['out-of-memory'], attempts: 3, memory: 'x2', destination: 'big' }],
      schedulerCommandsPerHour: 6,
      logs: { perSecond: '1 MiB' },
    })
  })

  const right: readonly (readonly [string, Json])[] = [
    ['a scheduler of this machine', { runner: 'slurm' }],
    ['plain processes of another machine', { ...cluster, runner: 'local' }],
    ['Grid Engine', { runner: 'gridengine', options: { parallelEnvironment: 'mpi', memoryPer: 'job' } }],
    ['PBS', { runner: 'pbs', options: { dialect: 'torque', prelude: 'PATH=/opt/pbs/bin:$PATH' } }],
    ['a key by its path', { ...cluster, key: '~/.ssh/hpc' }],
    ['no jump host', { ...cluster, jump: [] }],
  ]
  for (const [what, json] of right)
    it(`takes ${what}`, () => {
      const { named, problems } = read(json)
      assert.deepEqual(problems, [])
      assert.ok(named)
    })

  const wrong: readonly (readonly [string, Json, RegExp])[] = [
    ['a misspelt key', { ...cluster, workfolder: '/x' }, /^workfolder: .*did you mean `workFolder`\?$/],
    ['no runner', { host: 'login', workFolder: '/x' }, /^runner: .*must be a string, not nothing$/],
    [
      'an option of another scheduler',
      { ...cluster, options: { dialect: 'torque' } },
      /has no key `dialect`/,
    ],
    ['an option that is none', { runner: 'local', options: { requeue: true } }, /has no key `requeue`/],
    ['options of a runner of code', { runner: 'ours', options: {} }, /^options: .*takes no `options`/],
    ['an option of another kind', { ...cluster, options: { gpus: 'gpu' } }, /`gpus`, `gres`/],
    ['a host without work folder', { runner: 'slurm', host: 'login' }, /needs a `workFolder`.*on login/],
    ['a relative work folder there', { ...cluster, workFolder: 'work' }, /^workFolder: .*absolute path/],
    ['a user without host', { runner: 'slurm', user: 'anna' }, /^user: .*has `user` and no `host`/],
    ['a port that is none', { ...cluster, port: 0 }, /^port: /],
    ['a passphrase in clear', { ...cluster, key: { file: 'k', passphrase: 'hunter2' } }, /^key: /],
    ['an unknown runtime', { ...cluster, container: { runtime: 'dockr' } }, /did you mean `docker`\?$/],
    ['a runtime that is not said', { ...cluster, container: { image: 'x' } }, /^container.runtime: /],
    ['a name that no variable has', { ...cluster, environment: { 'A B': '1' } }, /^environment/],
    ['a reason that is none', { ...cluster, resubmit: [{ on: ['oom'], attempts: 2 }] }, /^resubmit.0.on.0: /],
    [
      'a misspelt key of a rule',
      { ...cluster, resubmit: [{ on: ['walltime'], attempts: 2, destinaton: 'x' }] },
      /^resubmit.0.destinaton: .*did you mean `destination`\?$/,
    ],
    ['a budget of nothing', { ...cluster, budget: { connectionsPerDay: 0 } }, /^budget.connectionsPerDay: /],
    ['a size that is none', { ...cluster, limits: { memory: '24' } }, /^limits.memory: .*24 GiB/],
    ['a misspelt resource', { ...cluster, resources: { coers: 2 } }, /did you mean `cores`\?$/],
    ['a wait without unit', { ...cluster, ssh: { keepalive: '30' } }, /^ssh.keepalive: /],
    ['something else', ['slurm'], /must be a mapping$/],
  ]
  for (const [what, json, said] of wrong)
    it(`refuses ${what}`, () => {
      const { problems } = read(json)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] ?? '', said)
      assert.doesNotMatch(problems[0] ?? '', /hunter2/)
    })

  it('tells of every part what is wrong, also where the whole is not right', () => {
    const { problems } = read({
      ...cluster,
      budgt: {},
      options: { reqeue: true },
      limits: { jbos: 1 },
      container: { runtme: 'podman', runtime: 'podman' },
      resubmit: [{ on: ['walltime'] }],
    })
    assert.equal(problems.length, 5, problems.join('\n'))
  })
})
