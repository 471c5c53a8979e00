/**
 * Shell functions for what must never run again. `revoke FOLDER` takes the next incarnation for nobody, so that a wrapper
 * that starts late, or again, finds no claim to take. Where the work folder of a job that was seen there is gone, that would bar
 * nobody (it may come back, as one that is mounted late), so it fails. `standing FOLDER` prints `stopped` when nothing runs, else `pending`.
 */
export const revoking = `
revoke() {
  if [ ! -d "$root" ]; then
    known_of "\${1##*/}"
    [ -z "$known$known_native" ] || return 1
    mkdir -p "\${root%/*}/"
    mkdir -m 700 "$root" 2>/dev/null || [ -d "$root" ] || return 1
  fi
  mkdir "$1" 2>/dev/null || [ -d "$1" ] || return 1
  note=$1/mine.revoke.$$
  printf 'revoked,0,%s,%s,-,%s,%s,0\\n' "$host" "$$" "$boot" "$nonce" >"$note" || return 1
  while :; do
    find_claim "$1"
    [ "$revoked" = yes ] && break
    ln "$note" "$1/claim.$((n + 1))" 2>/dev/null || [ -e "$1/claim.$((n + 1))" ] || return 1
  done
  rm -f "$note"
}

standing() {
  find_claim "$1"
  known_of "\${1##*/}"
  if [ "$n" -eq 0 ]; then
    find_known
    if [ "$lives" != no ]; then echo "pending its folder is gone, its processes live: $lives"
    elif [ "$revoked" = yes ] && [ -n "$known" ]; then echo 'stopped its folder is gone, and nothing of it runs'
    elif [ "$revoked" = yes ]; then echo 'stopped it had not started, and cannot any more'
    else echo 'pending it could not be revoked'; fi
    return
  fi
  find_processes "$1"
  if [ -s "$1/run.$n/exit" ]; then echo 'stopped it wrote how it ended'
  elif [ "$wrapper" = rebooted ]; then echo 'stopped its machine was started anew'
  elif [ "$wrapper" = no ] && [ "$group_now" = no ]; then echo 'stopped nothing of it runs'
  else echo "pending wrapper lives: $wrapper, group lives: $group_now"; fi
}
`
