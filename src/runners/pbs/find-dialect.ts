import type { PbsDialect } from './options.ts'

/** Shell lines that set `$dialect`; where there is no PBS at all they end the shell, with a word about it. */
export function findDialect(dialect: PbsDialect | undefined): string {
  if (dialect !== undefined) return `dialect=${dialect}`
  return `version=$(qstat --version </dev/null 2>&1)
case $version in
  *pbs_version*) dialect=openpbs ;;
  *'Unknown option'*) dialect=slurm ;;
  *[Vv]ersion:*) dialect=torque ;;
  *) echo "no PBS answers here; asked for its version, qstat said: $version" >&2; exit 127 ;;
esac`
}
