// What a stranger's package needs to test its own drivers, published as `abeyance/testing`.
export type { Harness, Subject } from './harness.ts'
export { moduleTypeSuite } from './module-type-suite.ts'
export type { ModuleTypeSubject } from './module-type-suite.ts'
export { notifierSuite } from './notifier-suite.ts'
export type { Arrival, NotifierSubject, NotifierSupport } from './notifier-suite.ts'
export type { PulsarFaults } from './pulsar-simulator/faults.ts'
export { openPulsarSimulator } from './pulsar-simulator/open-pulsar-simulator.ts'
export type { PulsarSimulator, PulsarSimulatorOptions } from './pulsar-simulator/open-pulsar-simulator.ts'
export type { RunnerSubject } from './runner-subject.ts'
export { runnerSuite } from './runner-suite.ts'
export type { Fault, Faults } from './scheduler-simulator/faults.ts'
export { openSimulator } from './scheduler-simulator/open-simulator.ts'
export type {
  SimulatedJob,
  Simulator,
  SimulatorOptions,
  StopCause,
} from './scheduler-simulator/open-simulator.ts'
export { scriptedRunner } from './scripted-runner.ts'
export type { ScriptedOptions, ScriptedRunner } from './scripted-runner.ts'
export { storeSuite } from './store-suite.ts'
export type { StoreSubject } from './store-suite.ts'
export { transportSuite } from './transport-suite.ts'
export type { TransportSubject, TransportSupport } from './transport-suite.ts'
export { virtualClock } from './virtual-clock.ts'
export type { VirtualClock } from './virtual-clock.ts'
