#!/usr/bin/env bash
# Real servers on this machine, for the tests under test/live:
#
#   servers.sh start | stop | restart [sshd | slurm | gridengine | torque]...
#   servers.sh install          what they need, from Debian's packages
#
# Run by root on Debian. What could not be started is named with its reason, which is kept for the tests in
# $ABEYANCE_LIVE/failed; the exit code is 1 then. The state is in $ABEYANCE_LIVE (/tmp/abeyance-live), the ports count from
# $ABEYANCE_LIVE_PORT (23000), and jobs run as $ABEYANCE_LIVE_USER (abeyance-live; made when missing, and two more whose
# login shells are tcsh and fish). Nothing else of the machine is changed: other servers of these kinds may run beside.
. "$(dirname "$0")/common.sh"
here=$(cd "$(dirname "$0")" && pwd)

start() {
  local name pids=()
  mkdir -p "$LIVE" "$LIVE/ready" "$LIVE/failed"
  chmod 755 "$LIVE"
  users
  # Jobs of the demo run Node, which may be where only root can go.
  [ -x "$LIVE/bin/node" ] || install -D -m 755 "$(realpath "$(command -v node)")" "$LIVE/bin/node"
  for name; do
    rm -f "$LIVE/ready/$name" "$LIVE/failed/$name"
    start_one "$name" &
    pids+=($!)
  done
  wait "${pids[@]}" || true
  settings >"$LIVE/settings"
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

# An account without a password is locked for sshd; with one that nothing matches it is not.
users() {
  local user
  account "$LIVE_USER" /bin/bash
  account "$LIVE_USER-tcsh" "$(command -v tcsh || echo /bin/sh)"
  account "$LIVE_USER-fish" "$(command -v fish || echo /bin/sh)"
  for user in "$LIVE_USER" "$LIVE_USER-tcsh" "$LIVE_USER-fish"; do
    install -d -m 755 -o "$user" -g "$(id -gn "$user")" "$LIVE/work/$user"
  done
}

account() {
  id "$1" >/dev/null 2>&1 || useradd --create-home --password '*' "$1"
  usermod --shell "$2" "$1" >/dev/null 2>&1
}

# What servers.ts reads.
settings() {
  echo "user=$LIVE_USER"
  echo "sshPort=$SSHD_PORT"
  echo "slurmPort=$SLURM_PORT"
  echo "gridenginePort=$GRIDENGINE_PORT"
}

[ "$(id -u)" -eq 0 ] || fail 'the servers are started by root: run it with sudo, or in a container'
action=${1:-}
[ $# -eq 0 ] || shift
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(sshd slurm gridengine torque)
case $action in
  install) exec bash "$here/install.sh" ;;
  start) start "${names[@]}" ;;
  stop) stop "${names[@]}" ;;
  restart) stop "${names[@]}" && start "${names[@]}" ;;
  *) echo 'usage: servers.sh install | start | stop | restart [sshd | slurm | gridengine | torque]...' >&2; exit 2 ;;
esac
