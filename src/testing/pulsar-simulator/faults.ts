import type { Fault } from '../scheduler-simulator/faults.ts'

/** What goes wrong at a simulated Pulsar server. Each can be on at the same time as others. */
export interface PulsarFaults {
  /** Connections are cut before anything is read. */
  readonly down?: Fault
  /** What stands before the server answers 503. */
  readonly busy?: Fault
  /** Any request that a server may refuse is refused, with its page without words. */
  readonly refuses?: Fault
  /** A job is set up, and the connection breaks before the answer. */
  readonly losesSetUp?: Fault
  /** Half of what is sent is kept, and the connection breaks. */
  readonly cutsUpload?: Fault
  /** Of what the server fetches itself it keeps half, and takes it for whole. */
  readonly cutsPull?: Fault
  /** The connection breaks before the job is launched. */
  readonly losesSubmit?: Fault
  /** The job is launched, and the connection breaks before the answer. */
  readonly losesSubmitReply?: Fault
  /** A second submission of a job launches it a second time, as before 0.15.15. */
  readonly submitsTwice?: Fault
  /** A cancel is answered and forgotten. */
  readonly forgetsCancel?: Fault
  /** A download ends in its middle. */
  readonly cutsDownload?: Fault
  /** An answer comes after some `seconds`. */
  readonly slow?: Fault
}

export interface FaultBox {
  set(faults: PulsarFaults): void
  /** Whether it strikes now; one with `times` is used up by that. */
  strikes(name: keyof PulsarFaults): boolean
  seconds(name: keyof PulsarFaults): number
}

export function openFaults(first: PulsarFaults = {}): FaultBox {
  let faults = first
  let left = new Map<string, number>()
  return {
    set(next) {
      faults = next
      left = new Map()
    },
    strikes(name) {
      const fault = faults[name]
      if (fault === undefined) return false
      if (fault === true || fault.times === undefined) return true
      const now = left.get(name) ?? fault.times
      left.set(name, now - 1)
      return now > 0
    },
    seconds(name) {
      const fault = faults[name]
      return fault === undefined || fault === true ? 0 : (fault.seconds ?? 0)
    },
  }
}
