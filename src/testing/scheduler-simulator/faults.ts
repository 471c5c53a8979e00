import { makeFolder, remove, rename, write } from '../../core/system/files.ts'

/** How often a fault strikes: whenever it can, or the next so many commands, or with what delay. */
export type Fault = true | { readonly times?: number; readonly seconds?: number }

/** What goes wrong. Each can be on at the same time as others. */
export interface Faults {
  /** Submissions are refused for good. */
  readonly refuses?: Fault
  /** Arrays are refused for good, as where they are larger than a site takes; single jobs are not. */
  readonly refusesArrays?: Fault
  /** Submissions are refused for now: the user has too many jobs. */
  readonly queueFull?: Fault
  /** The client says that it timed out; the job was not accepted. */
  readonly timesOut?: Fault
  /** The client says that it timed out; the job was accepted. */
  readonly acceptsAndTimesOut?: Fault
  /** The client says that it timed out; the job is accepted some `seconds` later. */
  readonly acceptsLate?: Fault
  /** The client is killed before it sends anything. */
  readonly losesRequest?: Fault
  /** The client is killed after the job was accepted, before it prints the id. */
  readonly losesReply?: Fault
  /** The job is accepted, and the client prints the id some `seconds` later. */
  readonly answersLate?: Fault
  /** The job is accepted, and nothing is printed. */
  readonly omitsId?: Fault
  /** Lines are printed before and after the id, on both streams. */
  readonly warns?: Fault
  /** A job that was submitted once is run by two nodes at the same time. */
  readonly startsTwice?: Fault
  /** A command prints what makes no sense, and ends with 0. */
  readonly garbage?: Fault
  /** A command answers after some `seconds`. */
  readonly slow?: Fault
  /** The controller cannot be reached; accounting can. */
  readonly down?: Fault
  /** A job that ended is unknown to the queue at once. */
  readonly forgets?: Fault
  /** There is no accounting. */
  readonly accountingOff?: Fault
  /** Accounting cannot be reached. */
  readonly accountingDown?: Fault
  /** Accounting has what happened some `seconds` later. */
  readonly accountingLate?: Fault
  /** Accounting's records lack names and more, as Slurm's do in the first seconds. */
  readonly accountingIncomplete?: Fault
}

/** Writes the switches down where the programs look: a file for each, and one to be taken for each time that is left. */
export async function writeFaults(folder: string, faults: Faults): Promise<void> {
  const parts = `${folder}/faults.new`
  await remove(parts)
  await makeFolder(parts)
  for (const [name, fault] of Object.entries(faults)) {
    if (fault === undefined) continue
    const { seconds = 0, times } = fault === true ? {} : fault
    await write(`${parts}/${name}`, `${seconds}\n`)
    if (times === undefined) continue
    await makeFolder(`${parts}/${name}.times`)
    for (let time = 0; time < times; time++) await write(`${parts}/${name}.times/${time}`, '')
  }
  await remove(`${folder}/faults`)
  await rename(parts, `${folder}/faults`)
}
