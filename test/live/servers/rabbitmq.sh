#!/usr/bin/env bash
# A RabbitMQ broker from Debian's package, and a Pulsar server that is reached through it alone; its jobs run as $LIVE_USER.
#
# Managers: _default_ (queued_python), direct (unqueued), hpc (queued_cli on the Slurm of these tests).
# Also: rabbitmq.sh stop-broker | start-broker | kill-pulsar | start-pulsar, for faults.
. "$(dirname "$0")/common.sh"

RETRIES='preprocess_action_max_retries: 20, preprocess_action_interval_start: 1, postprocess_action_max_retries: 100, postprocess_action_interval_start: 1'
BROKER_PORT=$((PORT + 60)) # 61 is Erlang's own, 62 that of its port mapper
LIB=/usr/lib/rabbitmq/bin
PULSAR=$LIVE/pulsar/venv

start() {
  [ -x "$LIB/rabbitmq-server" ] || fail 'the package rabbitmq-server is not installed'
  [ -f "$DIR/app.yml" ] || lay_out
  start_broker
  # Installed by pulsar.sh, which may be at it.
  until_true 300 test -e "$PULSAR/installed" || fail 'Pulsar is not installed: start pulsar too'
  start_pulsar
}

stop() {
  end_of "$DIR/run/pulsar.pid"
  stop_broker
}

lay_out() {
  install -d -o "$LIVE_USER" "$DIR/staging" "$DIR/persisted" "$DIR/home"
  install -d -o rabbitmq "$DIR/broker" "$DIR/broker/log" "$DIR/broker/data"
  [ -s "$DIR/password" ] || (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$DIR/password")
  cat >"$DIR/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$BROKER_PORT
default_user = pulsar
default_pass = $(cat "$DIR/password")
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
CONF
  chown rabbitmq "$DIR/rabbitmq.conf"
  chmod 600 "$DIR/rabbitmq.conf"
  cat >"$DIR/app.yml.new" <<YML
message_queue_url: amqp://pulsar:$(cat "$DIR/password")@127.0.0.1:$BROKER_PORT//
amqp_acknowledge: true
staging_directory: $DIR/staging
persistence_directory: $DIR/persisted
tool_dependency_dir: none
conda_auto_init: false
managers: # which alone know of retries: above them, these keys mean nothing
  _default_: { type: queued_python, num_concurrent_jobs: 4, $RETRIES }
  direct: { type: unqueued, $RETRIES }
  hpc: { type: queued_cli, job_plugin: Slurm, shell_plugin: LocalShell, $RETRIES }
YML
  chown "$LIVE_USER" "$DIR/app.yml.new"
  chmod 600 "$DIR/app.yml.new"
  mv "$DIR/app.yml.new" "$DIR/app.yml"
  echo "amqpUrl=amqp://pulsar@127.0.0.1:$BROKER_PORT/" >"$DIR/settings" # for servers.ts
}

# Everything of it listens on loopback, Erlang's port mapper on a port of its own.
start_broker() {
  if ended "$DIR/run/broker.pid"; then launch_broker; fi
  until_true 180 listens "$BROKER_PORT" || fail "the broker does not answer: $(tail -n 1 "$DIR/log/broker.out")"
}

launch_broker() {
  daemon broker "HOME=$DIR/broker" RABBITMQ_NODENAME=live@localhost "RABBITMQ_MNESIA_BASE=$DIR/broker/data" \
    "RABBITMQ_LOG_BASE=$DIR/broker/log" "RABBITMQ_CONFIG_FILE=$DIR/rabbitmq" \
    "RABBITMQ_ENABLED_PLUGINS_FILE=$DIR/broker/plugins" "RABBITMQ_PID_FILE=$DIR/broker/pid" \
    "RABBITMQ_DIST_PORT=$((BROKER_PORT + 1))" RABBITMQ_CONF_ENV_FILE=/dev/null \
    'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}' \
    ERL_EPMD_ADDRESS=127.0.0.1 "ERL_EPMD_PORT=$((BROKER_PORT + 2))" \
    setpriv --reuid rabbitmq --regid rabbitmq --clear-groups "$LIB/rabbitmq-server"
}

stop_broker() {
  end_of "$DIR/run/broker.pid"
  until_true 20 is_silent || fail 'the broker lives on'
  ERL_EPMD_PORT=$((BROKER_PORT + 2)) epmd -kill >/dev/null 2>&1 || true # this one only, by its port
}

is_silent() { ! listens "$BROKER_PORT"; }

start_pulsar() {
  if ended "$DIR/run/pulsar.pid"; then
    daemon pulsar "PATH=$LIVE/bin:/usr/local/bin:/usr/bin:/bin" "HOME=$DIR/home" "SLURM_CONF=$LIVE/slurm/slurm.conf" \
      setpriv --reuid "$LIVE_USER" --regid "$(id -gn "$LIVE_USER")" --init-groups --inh-caps=-all \
      "$PULSAR/bin/python" -m pulsar.main --app_conf_path "$DIR/app.yml"
  fi
  until_true 120 consumes || fail "Pulsar does not consume: $(tail -n 1 "$DIR/log/pulsar.out")"
}

# Its own processes and none of its jobs, as kill -9 does.
kill_pulsar() {
  kill -9 "$(cat "$DIR/run/pulsar.pid")" || true
  until_true 20 ended "$DIR/run/pulsar.pid" || fail 'Pulsar lives on'
  rm -f "$DIR/run/pulsar.pid"
}

# It has connected for each queue that it listens to.
consumes() {
  local port connections
  port=$(printf '%04X' "$BROKER_PORT")
  connections=$(awk -v to="0100007F:$port" '$3 == to && $4 == "01"' /proc/net/tcp | wc -l)
  [ "$connections" -ge 12 ]
}

case ${1:-} in
  stop-broker) serve stop_broker ;;
  start-broker) serve start_broker ;;
  kill-pulsar) serve kill_pulsar ;;
  start-pulsar) serve start_pulsar ;;
  *) serve "$1" ;;
esac
