/** Prints or checks SHA-256, as coreutils do; BSDs have a script of Perl's. */
export const hashing = `sha256() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}`

/** The exit code of a script of ours on a machine without tar. */
export const noTar = 9
