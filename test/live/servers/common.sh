# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who source it
# What the servers' scripts share; they source it. All that a server writes is under $LIVE/NAME.
set -euo pipefail

LIVE=${ABEYANCE_LIVE:-/tmp/abeyance-live}
LIVE_USER=${ABEYANCE_LIVE_USER:-abeyance-live}
# One port for each daemon, counted from here; all but those of slurmdbd and Grid Engine listen on loopback alone.
PORT=${ABEYANCE_LIVE_PORT:-23000}
SSHD_PORT=$PORT SLURM_PORT=$((PORT + 10)) GRIDENGINE_PORT=$((PORT + 40))
NAME=$(basename "$0" .sh)
DIR=$LIVE/$NAME
# Daemons hand their environment on to jobs: they start with nothing but this.
BARE=(env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8)

fail() { echo "$NAME: $*" >&2; exit 1; }

# until_true SECONDS WORDS...: asks again and again, and fails when it is not so in time.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}

# lives FILE: whether the process whose id is in the file is there and has not ended. A zombie has.
lives() { [ -s "$1" ] && grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$(cat "$1")/status" 2>/dev/null; }
ended() { ! lives "$1"; }

# daemon NAME WORDS...: starts a program that stays in the foreground; its id goes to run/NAME.pid.
daemon() {
  local name=$1
  shift
  # The lock's descriptor stays with the script: a daemon that held it would keep it for good.
  # It works in /: the folder we are in may be one that its user may not enter.
  (cd / && exec setsid "${BARE[@]}" "$@") </dev/null >>"$DIR/log/$name.out" 2>&1 9>&- &
  echo $! >"$DIR/run/$name.pid"
}

# end_of FILE...: asks all of them to end, waits, and kills what does not.
end_of() {
  local file
  for file; do if lives "$file"; then kill "$(cat "$file")" || true; fi; done
  for file; do
    until_true 20 ended "$file" || kill -9 "$(cat "$file")" || true
    rm -f "$file"
  done
}

# pulsar_over_http PORT: what a Pulsar server reads beside its app.yml.
pulsar_over_http() {
  cat >"$DIR/server.ini" <<INI
[server:main]
use = egg:gunicorn
host = 127.0.0.1
port = $1

[app:main]
paste.app_factory = pulsar.web.wsgi:app_factory
app_config = $DIR/app.yml
INI
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# serve ACTION: does what the server's script defines under that name, one call at a time.
serve() {
  mkdir -p "$DIR/log" "$DIR/run"
  exec 9>"$DIR/lock"
  flock 9
  "$1"
}
