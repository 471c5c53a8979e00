#!/usr/bin/env bash
# A second Pulsar server, from the environment of the first: its managers are drmaa (queued_drmaa on the Grid Engine of these tests) and
# condor (queued_condor on stand-ins for condor_submit and condor_rm, since HTCondor can be had neither from Debian 12 nor from PyPI).
. "$(dirname "$0")/common.sh"

QUEUES_PORT=$((PORT + 55))
PULSAR=$LIVE/pulsar/venv
LIBRARY=/usr/lib/gridengine-drmaa/lib/libdrmaa.so.1.0  # links jemalloc, which wants room that a process has from its start

start() {
  [ -e "$LIBRARY" ] || fail 'the package gridengine-drmaa1.0 is not installed'
  # Both are started beside this one.
  until_true 600 test -e "$PULSAR/installed" || fail 'Pulsar is not installed: start pulsar too'
  until_true 120 test -e "$LIVE/ready/gridengine" || fail 'Grid Engine is not there: start gridengine too'
  [ -f "$DIR/app.yml" ] || lay_out
  ended "$DIR/run/pulsar.pid" || return 0
  daemon pulsar "PATH=$DIR/bin:$LIVE/bin:/usr/local/bin:/usr/bin:/bin" "HOME=$DIR/home" "DRMAA_LIBRARY_PATH=$LIBRARY" GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384 \
    "CONDOR_STATE=$DIR/condor" "SGE_ROOT=$LIVE/gridengine/root" SGE_CELL=default \
    "SGE_QMASTER_PORT=$GRIDENGINE_PORT" "SGE_EXECD_PORT=$((GRIDENGINE_PORT + 1))" \
    setpriv --reuid "$LIVE_USER" --regid "$(id -gn "$LIVE_USER")" --init-groups --inh-caps=-all \
    "$PULSAR/bin/python" -m pulsar.scripts.serve "$DIR/server.ini"
  until_true 60 answers || fail "it does not answer: $(tail -n 1 "$DIR/log/pulsar.out")"
}

stop() { end_of "$DIR/run/pulsar.pid"; }

lay_out() {
  install -d -o "$LIVE_USER" "$DIR/staging" "$DIR/persisted" "$DIR/home" "$DIR/condor"
  install -d "$DIR/bin"
  [ -s "$DIR/token" ] || (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$DIR/token")
  stand_in condor_submit <<'SH'
value() { sed -n "s/^$1 = //p" "$2" | tail -n 1; }
id=$(( $(date +%s%N) / 1000000 % 100000000 ))
until mkdir "$CONDOR_STATE/$id" 2>/dev/null; do id=$((id + 1)); done
log=$(value log "$1")
echo "$log" >"$CONDOR_STATE/$id/log"
name=$(printf %03d "$id")
setsid sh -c 'echo "001 ($2.000.000) Job executing" >>"$1"; "$3"; echo "005 ($2.000.000) Job terminated" >>"$1"' sh \
  "$log" "$name" "$(value executable "$1")" </dev/null >"$(value output "$1")" 2>"$(value error "$1")" &
echo $! >"$CONDOR_STATE/$id/group"
echo "Submitting job(s)."
echo "1 job(s) submitted to cluster $id."
SH
  stand_in condor_rm <<'SH'
kill -KILL -- "-$(cat "$CONDOR_STATE/$1/group")" 2>/dev/null
printf '009 (%03d.000.000) Job was aborted\n' "$1" >>"$(cat "$CONDOR_STATE/$1/log")"
SH
  pulsar_over_http "$QUEUES_PORT"
  cat >"$DIR/app.yml.new" <<YML
staging_directory: $DIR/staging
persistence_directory: $DIR/persisted
private_token: $(cat "$DIR/token")
tool_dependency_dir: none
conda_auto_init: false
managers:
  _default_: { type: unqueued } # without one of that name no server starts
  drmaa: { type: queued_drmaa }
  condor: { type: queued_condor }
YML
  chown "$LIVE_USER" "$DIR/app.yml.new"
  chmod 600 "$DIR/app.yml.new"
  mv "$DIR/app.yml.new" "$DIR/app.yml"
  echo "pulsarUrl=http://127.0.0.1:$QUEUES_PORT/" >"$DIR/settings" # for servers.ts
}

stand_in() {
  { echo '#!/bin/sh' && cat; } >"$DIR/bin/$1"
  chmod 755 "$DIR/bin/$1"
}

answers() { curl -sf -m 5 "http://127.0.0.1:$QUEUES_PORT/healthz?private_token=$(cat "$DIR/token")"; }

serve "$1"
