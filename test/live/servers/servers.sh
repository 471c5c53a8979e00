#!/usr/bin/env bash
# Real servers on this machine, for the tests under test/live:
#
#   servers.sh start | stop | restart [sshd | slurm | gridengine | torque | pulsar | rabbitmq | pulsar-queues]...
#   servers.sh install          what they need, from Debian's packages
#
# Run by root on Debian. What could not be started is named with its reason, which is kept for the tests in
# $ABEYANCE_LIVE/failed; the exit code is 1 then. The state is in $ABEYANCE_LIVE (/tmp/abeyance-live), the ports count from
# $ABEYANCE_LIVE_PORT (23000), and jobs run as $ABEYANCE_LIVE_USER (abeyance-live; made when missing). Nothing else of the
# machine is changed: other servers of these kinds may run beside.
. "$(dirname "$0")/common.sh"
here=$(cd "$(dirname "$0")" && pwd)

start() {
  local name pids=()
  mkdir -p "$LIVE" "$LIVE/ready" "$LIVE/failed"
  chmod 755 "$LIVE"
  # An account without a password is locked for sshd; with one that nothing matches it is not.
  id "$LIVE_USER" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash --password '*' "$LIVE_USER"
  install -d -m 755 -o "$LIVE_USER" -g "$(id -gn "$LIVE_USER")" "$LIVE/work"
  # Jobs of the demo run Node, which may be where only root can go.
  [ -x "$LIVE/bin/node" ] || install -D -m 755 "$(realpath "$(command -v node)")" "$LIVE/bin/node"
  for name; do
    rm -f "$LIVE/ready/$name" "$LIVE/failed/$name"
    start_one "$name" &
    pids+=($!)
  done
  wait "${pids[@]}" || true
  echo "sshPort=$SSHD_PORT" >"$LIVE/settings" # for servers.ts
  for name; do [ -e "$LIVE/ready/$name" ] || return 1; done
}

start_one() {
  local name=$1
  if bash "$here/$name.sh" start 2>"$LIVE/failed/$name"; then
    mv "$LIVE/failed/$name" "$LIVE/ready/$name"
    echo "$name: ready"
  else
    echo "$name: COULD NOT BE STARTED: $(tail -n 1 "$LIVE/failed/$name")"
  fi
}

stop() {
  local name
  for name; do
    rm -f "$LIVE/ready/$name"
    bash "$here/$name.sh" stop && echo "$name: stopped"
  done
}

[ "$(id -u)" -eq 0 ] || fail 'the servers are started by root: run it with sudo, or in a container'
action=${1:-}
[ $# -eq 0 ] || shift
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(sshd slurm gridengine torque pulsar rabbitmq pulsar-queues)
case $action in
  install) exec bash "$here/install.sh" ;;
  start) start "${names[@]}" ;;
  stop) stop "${names[@]}" ;;
  restart) stop "${names[@]}" && start "${names[@]}" ;;
  *) echo 'usage: servers.sh install | start | stop | restart [sshd | slurm | gridengine | torque | pulsar | rabbitmq | pulsar-queues]...' >&2; exit 2 ;;
esac
