import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  encode,
  readAcknowledgement,
  readUpdate,
  type Kind,
} from '../../../../src/runners/pulsar/amqp/messages.ts'
import type { Json } from '../../../../src/core/json.ts'

const launch = {
  job_id: 'jabc',
  command_line: 'true',
  setup_params: { job_id: 'jabc', use_metadata: true },
}
const address = 'http://127.0.0.1:8080/jabc?until=1&key=2'
const staging = {
  setup: [
    { name: 'jabc/start.1', type: 'metadata', action: { action_type: 'message', contents: 'echo ü\n' } },
    {
      name: 'jabc/sent.1/0',
      type: 'metadata',
      action: {
        action_type: 'remote_transfer',
        path: '/a',
        source: { path: '/a' },
        url: `${address}&path=a`,
      },
    },
  ],
  action_mapper: { default_action: 'remote_transfer', files_endpoint: address, ssh_key: null, paths: [] },
  client_outputs: { dynamic_outputs: ['x$'], metadata_directory: '/', working_directory: null },
}

describe('a message to a Pulsar server', () => {
  it('says what it was given, as UTF-8', () => {
    const whole = { ...launch, remote_staging: staging }
    assert.deepEqual(JSON.parse(new TextDecoder().decode(encode('setup', whole))), whole)
  })

  // Each of these would end the thread of the server that takes it, or be dropped there without a word.
  const poison: readonly (readonly [string, Kind, { readonly [key: string]: Json }])[] = [
    ['an id that is a number', 'kill', { job_id: 77 }],
    ['no id', 'status', {}],
    ['an empty id', 'kill', { job_id: '' }],
    ['no folder set up', 'setup', { job_id: 'jabc', command_line: 'true' }],
    ['a command that is none', 'setup', { ...launch, command_line: ['true'] }],
    ['a word that its kind does not know', 'kill', { job_id: 'jabc', command_line: 'true' }],
    [
      'an input by a way that is none',
      'setup',
      {
        ...launch,
        remote_staging: {
          ...staging,
          setup: [{ name: 'a', type: 'metadata', action: { action_type: 'scp' } }],
        },
      },
    ],
    ['an acknowledgement of nothing', 'acknowledgement', { acknowledge_uuid_response: null }],
  ]
  for (const [what, kind, message] of poison)
    it(`is never published with ${what}`, () => {
      assert.throws(() => encode(kind, message), { code: 'internal', message: /was not published/ })
    })
})

describe('a message of a Pulsar server', () => {
  const recorded =
    '{"job_id": "a1", "complete": "true", "status": "complete", "returncode": 0, "stdout": "", "stderr": "", "job_stdout": "hi\\n", "job_stderr": "", "working_directory": "/srv/mq2/staging/a1/working", "system_properties": {"separator": "/"}, "pulsar_version": "0.15.16.dev0", "realized_dynamic_file_sources": [], "acknowledge_uuid": "b622ef3e-e584-11f1-abde-02fc00000001", "acknowledge_queue": "status_update_ack", "acknowledge_submit_queue": "status_update", "force_noack": true}'

  it('is read as it was recorded, with the name to acknowledge it by', () => {
    assert.deepEqual(readUpdate(Buffer.from(recorded)), {
      job_id: 'a1',
      status: 'complete',
      returncode: 0,
      job_stderr: '',
      pulsar_version: '0.15.16.dev0',
      acknowledge_uuid: 'b622ef3e-e584-11f1-abde-02fc00000001',
      acknowledge_queue: 'status_update_ack',
    })
  })

  it('is read of a job that runs, and where the library has read it already', () => {
    const running = { complete: 'false', status: 'running', job_id: 'a3' }
    assert.deepEqual(readUpdate(running), { status: 'running', job_id: 'a3' })
  })

  for (const text of [
    '',
    '{',
    '[]',
    '"running"',
    '{"status": "running"}',
    '{"job_id": 7, "status": "running"}',
  ])
    it(`is nothing where it is ${text || 'empty'}`, () => {
      assert.equal(readUpdate(Buffer.from(text)), undefined)
    })

  it('names the message that it acknowledges', () => {
    const text = '{"acknowledge_uuid_response": "8ba5525c-4d28-4998-9af0-b0c5b2ce430b"}'
    assert.equal(readAcknowledgement(Buffer.from(text)), '8ba5525c-4d28-4998-9af0-b0c5b2ce430b')
    assert.equal(readAcknowledgement(Buffer.from('{}')), undefined)
  })
})
