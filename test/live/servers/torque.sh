#!/usr/bin/env bash
# The commands of PBS, of which Debian has no server: wrappers in Torque's dialect around Slurm's commands. Their package
# excludes Grid Engine's, whose commands have the same names, so it is unpacked beside the system.
. "$(dirname "$0")/common.sh"

start() {
  local command package
  [ ! -x "$DIR/bin/qsub" ] || return 0
  # Looked for, not loaded: the module asks for Slurm's configuration as soon as it is.
  perl -e 'for my $file (@ARGV) { grep { -e "$_/$file" } @INC or exit 1 }' Slurm.pm Switch.pm ||
    fail 'libslurm-perl and libswitch-perl are not installed'
  cd "$DIR"
  timeout 120 apt-get download -qq slurm-wlm-torque >/dev/null || fail 'the package slurm-wlm-torque cannot be downloaded'
  package=$(find . -maxdepth 1 -name 'slurm-wlm-torque_*.deb' | head -n 1)
  dpkg-deb -x "$package" unpacked
  # They look for Slurm's commands in their own folder.
  for command in sbatch salloc srun scontrol squeue scancel; do ln -sfn "/usr/bin/$command" "unpacked/usr/bin/$command"; done
  chmod -R a+rX .
  ln -sfn unpacked/usr/bin bin
}

stop() { :; }

serve "$1"
