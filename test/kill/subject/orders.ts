/** What the engine's process is told to do; all that happens is in `folder`. */
export interface Orders {
  readonly folder: string
  /** `run`: start or go on, to the end; `retry`: run again what failed, to the end; `cancel`: start, then cancel what runs; `stop`: start, then stop the job that runs and keep its results; `answer`: start, then tell a token and call back with it. */
  readonly task: 'run' | 'retry' | 'cancel' | 'stop' | 'answer'
  /** Where every effect is listed, a line each. */
  readonly list?: string
  /** Before or after which effect it ends itself. */
  readonly killAt?: EffectPoint
  /** The shell of all scripts; the system's when not given. */
  readonly shell?: string
  /** Over SSH to the servers of the live tests, where jobs go to Slurm or to a simulated one; without it they go to this machine. */
  readonly remote?: Remote
  /** Where every request to a remote host is listed, a line each. */
  readonly requests?: string
  /** What happens to which of them. */
  readonly failAt?: RequestPoint
  /** The kind of request whose commands are counted, and the job that must be in it. */
  readonly counted?: { readonly script: string; readonly job: string }
}

export type Remote = 'slurm' | 'simulator'

export interface EffectPoint {
  readonly label: string
  /** Counted from 1 among the effects of this label. */
  readonly occurrence: number
  readonly when: 'before' | 'after'
}

/** A request by its kind, counted from 1 among those; and what becomes of it. */
export interface RequestPoint {
  readonly kind: string
  readonly occurrence: number
  readonly fault: (typeof requestFaults)[number]
}

export const requestFaults = ['cut-before', 'cut-on-the-way', 'cut-unanswered', 'shell-killed'] as const

/** Exit codes of the engine's process. */
export const exitDone = 0
export const exitFailed = 3

/** What it lists where, in its folder. */
export const places = {
  workspace: 'workspace',
  records: 'workspace/.abeyance/records',
  work: 'work',
  notices: 'notices',
  /** Every token that was told, and what came of the run, a line each. */
  told: 'told',
  computed: 'computed',
  /** Of a job, by its name. */
  executed: 'executed',
  /** What was killed, in words. */
  killed: 'killed',
  /** A simulated one, whose commands are in the folder `bin` of it. */
  cluster: 'cluster',
} as const
