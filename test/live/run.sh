#!/usr/bin/env bash
# `npm run test:live`: installs and starts real servers, runs the tests of this folder against them, and stops them.
#
#   npm run test:live                            all of them
#   npm run test:live -- test/live/x.test.ts     some
#
# Servers that ran before are used as they are and go on running.
set -uo pipefail

cd "$(dirname "$0")/../.." || exit 1
servers=test/live/servers/servers.sh
live=${ABEYANCE_LIVE:-/tmp/abeyance-live}

if [ "$(id -u)" -ne 0 ]; then
  echo 'The tests on real servers start sshd, Slurm, Grid Engine, Pulsar and RabbitMQ: run them as root (sudo npm run test:live), on Debian or in a container of it.'
  exit 1
fi

tests=("$@")
[ ${#tests[@]} -gt 0 ] || tests=('test/live/**/*.test.ts')
[ -e "$live/settings" ] || trap end EXIT
trap 'exit 130' INT TERM

# shellcheck disable=SC2317 # called by the trap
end() {
  bash "$servers" stop >/dev/null
  rm -rf "$live"
}

bash "$servers" install
bash "$servers" start
said=$(mktemp)
closing='^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$'
# The closing line comes last, after what could not be had.
node_modules/.bin/mocha --no-config --import=tsx --require=test/strict.mjs --reporter=test/reporter.mjs --timeout=180000 \
  --fail-zero --forbid-only --exit "${tests[@]}" | tee "$said" | grep --line-buffered -vE "$closing"
code=${PIPESTATUS[0]}

echo
for server in sshd slurm gridengine torque pulsar rabbitmq pulsar-queues; do
  if [ -e "$live/ready/$server" ]; then echo "tested on a real $server"
  else echo "NOT TESTED, could not be started: $server: $(tail -n 1 "$live/failed/$server" 2>/dev/null)"; fi
done
echo 'PBS was tested on the wrappers of Torque around Slurm; a server of OpenPBS or Torque is not in Debian and could not be had.'
echo "Pulsar's queued_drmaa was tested on the real Grid Engine, its queued_cli on the real Slurm; queued_condor on stand-ins for condor_submit and condor_rm: HTCondor is not in Debian 12, and PyPI has its bindings alone."
grep -E "$closing" "$said" || echo '0 passed, 1 failed, 0 skipped'
rm -f "$said"
exit "$code"
