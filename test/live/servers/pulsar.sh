#!/usr/bin/env bash
# A Pulsar server, Galaxy's remote job server, from PyPI in an environment of its own; its jobs run as $LIVE_USER.
#
# Managers: _default_ (queued_python), direct (unqueued), uuids (queued_python with ids of its own), hpc (queued_cli on the Slurm of these tests).
# Also: pulsar.sh kill, which ends the server as kill -9 does, and none of its jobs.
. "$(dirname "$0")/common.sh"

VERSION=0.15.16
PULSAR_PORT=$((PORT + 50))

start() {
  [ -e "$DIR/venv/installed" ] || install_pulsar
  [ -f "$DIR/app.yml" ] || lay_out
  ended "$DIR/run/pulsar.pid" || return 0
  daemon pulsar "PATH=$LIVE/bin:/usr/local/bin:/usr/bin:/bin" "HOME=$DIR/home" "SLURM_CONF=$LIVE/slurm/slurm.conf" \
    setpriv --reuid "$LIVE_USER" --regid "$(id -gn "$LIVE_USER")" --init-groups --inh-caps=-all \
    "$DIR/venv/bin/python" -m pulsar.scripts.serve "$DIR/server.ini"
  until_true 180 answers || fail "it does not answer: $(tail -n 1 "$DIR/log/pulsar.out")"
}

stop() {
  end_of "$DIR/run/pulsar.pid"
}

# The worker is a child of the process that was started.
kill_server() {
  local pid
  pid=$(cat "$DIR/run/pulsar.pid")
  ps -o pid= --ppid "$pid" | xargs -r kill -9 "$pid" || true
  rm -f "$DIR/run/pulsar.pid"
  until_true 20 is_silent || fail 'it lives on'
}

is_silent() { ! listens "$PULSAR_PORT"; }

install_pulsar() {
  local python=python3
  # An ordinary user cannot go where root's own may be.
  [ ! -x /usr/bin/python3 ] || python=/usr/bin/python3
  rm -rf "$DIR/venv"
  "$python" -m venv "$DIR/venv" >&2 || fail "python3-venv is not installed"
  timeout 600 "$DIR/venv/bin/pip" install --quiet --disable-pip-version-check "pulsar-app[web,amqp]==$VERSION" psutil drmaa >&2 ||
    fail 'pulsar-app cannot be installed by pip'
  touch "$DIR/venv/installed"
}

lay_out() {
  install -d -o "$LIVE_USER" "$DIR/staging" "$DIR/persisted" "$DIR/home"
  # What its own dependency resolution knows.
  install -d "$DIR/dependencies/greeter/1.0/bin"
  printf '#!/bin/sh\necho hello\n' >"$DIR/dependencies/greeter/1.0/bin/greeter"
  chmod 755 "$DIR/dependencies/greeter/1.0/bin/greeter"
  [ -s "$DIR/token" ] || (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$DIR/token")
  pulsar_over_http "$PULSAR_PORT"
  cat >"$DIR/app.yml.new" <<YML
staging_directory: $DIR/staging
persistence_directory: $DIR/persisted
private_token: $(cat "$DIR/token")
tool_dependency_dir: $DIR/dependencies
conda_auto_init: false
managers:
  _default_: { type: queued_python, num_concurrent_jobs: 4 }
  direct: { type: unqueued }
  uuids: { type: queued_python, num_concurrent_jobs: 4, assign_ids: uuid }
  hpc: { type: queued_cli, job_plugin: Slurm, shell_plugin: LocalShell }
YML
  chown "$LIVE_USER" "$DIR/app.yml.new"
  chmod 600 "$DIR/app.yml.new"
  mv "$DIR/app.yml.new" "$DIR/app.yml"
  echo "pulsarUrl=http://127.0.0.1:$PULSAR_PORT/" >"$DIR/settings" # for servers.ts
}

answers() { curl -sf -m 5 "http://127.0.0.1:$PULSAR_PORT/healthz?private_token=$(cat "$DIR/token")"; }

case ${1:-} in kill) serve kill_server ;; *) serve "$1" ;; esac
