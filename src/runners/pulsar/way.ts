import type { HostTrial, RunnerContext } from '../runner.ts'
import type { Endpoint } from './endpoint.ts'
import type { PulsarServer } from './server.ts'

/** A way to a Pulsar server: over HTTP, or through a broker. */
export interface Way {
  /** `host:port` of whom we speak to. */
  readonly host: string
  /** What `doctor` tries of it before it submits a job. */
  readonly trials: readonly HostTrial[]
  open(context: RunnerContext, parts: WayParts): PulsarServer
}

export interface WayParts {
  /** Told of bytes, both ways. */
  count(bytes: number): void
  /** Where its jobs' machines find us. */
  readonly endpoint?: Endpoint
}
