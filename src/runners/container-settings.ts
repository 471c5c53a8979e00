/** The programs that run a job's command inside an image. */
export const containerRuntimes = ['podman', 'docker', 'apptainer', 'singularity', 'charliecloud'] as const
export type ContainerRuntime = (typeof containerRuntimes)[number]

/** How a destination runs containers. */
export interface Container {
  readonly runtime: ContainerRuntime
  /** Where its program is, when that is not found under its own name. */
  readonly program?: string
  /** For modules that name none; unlike theirs it is not signed (rule S5). */
  readonly image?: string
  /** Words for the runtime, such as `--nv`. */
  readonly flags?: readonly string[]
}
