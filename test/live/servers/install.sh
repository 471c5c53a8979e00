#!/usr/bin/env bash
# Installs what the servers and their tests need and this machine lacks. Nothing is started by it.
. "$(dirname "$0")/common.sh"

packages=(
  openssh-server openssh-client rsync tcsh fish # the way there, and what it is measured against
  slurm-wlm munge slurmdbd mariadb-server # Slurm, and its accounting
  gridengine-master gridengine-exec gridengine-client
  gridengine-drmaa1.0 # for a Pulsar server before it
  libslurm-perl libslurmdb-perl libswitch-perl # under the commands of Torque
  python3-venv curl # Pulsar, which pip fetches
  rabbitmq-server # the broker before a Pulsar server
  busybox-static podman runc uidmap fuse-overlayfs charliecloud-runtime # containers, and what is in them
)

here_already() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

# Debian starts a service when it installs it, unless this file forbids it.
forbid_services() {
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
}

missing=()
for package in "${packages[@]}"; do here_already "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0
command -v apt-get >/dev/null || fail "missing here: ${missing[*]}; the tests on real servers need Debian's apt-get"
forbid_services
export DEBIAN_FRONTEND=noninteractive
echo "installing ${missing[*]}"
timeout 300 apt-get update -qq >/dev/null || true # where the lists are old, the next line says what is wrong
if ! timeout 900 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
  # One name that cannot be had must not keep the others away.
  for package in "${missing[@]}"; do
    timeout 600 apt-get install -y -qq --no-install-recommends "$package" >/dev/null || echo "not installed: $package" >&2
  done
fi
