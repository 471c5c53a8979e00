/** Prints or checks SHA-256, as coreutils do; BSDs have a script of Perl's. */
export const hashing = `sha256() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}`

/**
 * `digest_of FILE` prints the SHA-256 of one file, alone. For what is large: openssl uses the processor's own instructions, of
 * which coreutils as most systems build them know nothing, and is several times as fast.
 */
export const hashingOne = `${hashing}
digest_of() {
  said=$({ openssl dgst -sha256 -r <"$1" || sha256 <"$1"; } 2>/dev/null) || return 1
  printf '%s\\n' "\${said%% *}"
}`

/** The exit code of a script of ours on a machine without tar. */
export const noTar = 9
