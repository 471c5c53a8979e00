// How schedulers name an element of a job array.
const patterns: Readonly<Record<string, RegExp>> = {
  slurm: /^(\d+)_(\d+)$/,
  pbs: /^(\d+)\[(\d+)\]/,
  gridengine: /^(\d+)\.(\d+)$/,
}

/** `element 3 of job array 17` for such an id; undefined for a job that went alone. */
export function arrayElement(runner: string | undefined, nativeId: string | undefined): string | undefined {
  const [, array, index] = patterns[runner ?? '']?.exec(nativeId ?? '') ?? []
  return array === undefined ? undefined : `element ${index} of job array ${array}`
}
