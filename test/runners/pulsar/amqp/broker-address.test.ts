import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { brokerAddress } from '../../../../src/runners/pulsar/amqp/broker-address.ts'
import { brokerFault } from '../../../../src/runners/pulsar/amqp/broker-fault.ts'
import { topologyOf } from '../../../../src/runners/pulsar/amqp/topology.ts'

describe('the address of a broker', () => {
  it('gives host, port, user and virtual host', () => {
    assert.deepEqual(brokerAddress({ broker: 'amqps://me@b.example.org/lab%2Fone', password: 'p' }), {
      host: 'b.example.org',
      port: 5671,
      isSecure: true,
      user: 'me',
      virtualHost: 'lab/one',
      password: 'p',
    })
  })

  for (const broker of ['amqp://localhost', 'amqp://localhost/', 'amqp://localhost:5672//'])
    it(`is the virtual host / in ${broker}`, () => {
      assert.equal(brokerAddress({ broker }).virtualHost, '/')
    })

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['localhost:5672', /no address such as amqps/],
    ['https://broker.example.org', /no address such as amqps/],
    ['amqps://me:geheim@broker.example.org', /goes into `password`/],
    ['amqp://me@broker.example.org', /without TLS.*insecure: true/],
  ]
  for (const [broker, message] of wrong)
    it(`is refused when it is ${broker.replace('geheim', '…')}`, () => {
      assert.throws(() => brokerAddress({ broker }), { code: 'invalid-configuration', message })
    })

  it('may be without TLS where that was said', () => {
    assert.equal(brokerAddress({ broker: 'amqp://b.example.org', insecure: true }).port, 5672)
  })
})

describe('what a broker has against us', () => {
  const address = brokerAddress({ broker: 'amqp://me@localhost:24063/lab', password: 'geheim' })
  const faults: readonly (readonly [string, string, string])[] = [
    ['ACCESS_REFUSED', 'Login was refused', 'authentication-failed'],
    ['NOT_ALLOWED', 'NOT_ALLOWED - vhost lab not found', 'authentication-failed'],
    ['PRECONDITION_FAILED', "inequivalent arg 'durable'", 'transport-failed'],
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:24063', 'connection-refused'],
    ['CONN_CLOSE', 'socket closed, geheim', 'connection-lost'],
  ]
  for (const [code, message, expected] of faults)
    it(`is ${expected} for ${code}, without the password`, () => {
      const error = Object.assign(new Error(message), { code })
      const fault = brokerFault(address, 'the broker', 'publishing', error)
      assert.equal(fault.code, expected)
      assert.equal(fault.message.includes('geheim'), false)
    })
})

describe('the queues of a Pulsar server', () => {
  it('are named by its manager, twice underlined for the default one, or by its own prefix', () => {
    assert.equal(topologyOf({}).queue('setup'), 'pulsar__setup')
    assert.equal(topologyOf({ manager: 'hpc' }).queue('status_update'), 'pulsar_hpc__status_update')
    assert.equal(topologyOf({ manager: 'hpc', prefix: 'siteA' }).queue('kill'), 'siteA_kill')
  })
})
