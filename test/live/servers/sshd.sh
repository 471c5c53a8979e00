#!/usr/bin/env bash
# An sshd on loopback that lets in the user of the tests with one key. Its sessions know where our Slurm and our Grid
# Engine are, so that nothing under /etc has to say it.
. "$(dirname "$0")/common.sh"

start() {
  command -v /usr/sbin/sshd >/dev/null || fail 'openssh-server is not installed'
  ! lives "$DIR/run/sshd.pid" || return 0
  mkdir -p /run/sshd # a fixed place of sshd's
  [ -f "$DIR/host-key" ] || ssh-keygen -q -t ed25519 -N '' -C host -f "$DIR/host-key"
  [ -f "$DIR/key" ] || ssh-keygen -q -t ed25519 -N '' -C tests -f "$DIR/key"
  install -m 644 "$DIR/key.pub" "$DIR/authorized-keys"
  echo "[127.0.0.1]:* $(cut -d' ' -f1,2 "$DIR/host-key.pub")" >"$DIR/known-hosts"
  server_settings >"$DIR/sshd_config"
  client_settings >"$DIR/ssh_config"
  /usr/sbin/sshd -t -f "$DIR/sshd_config"
  daemon sshd /usr/sbin/sshd -D -f "$DIR/sshd_config" -E "$DIR/log/sshd.log"
  until_true 10 listens "$SSHD_PORT" || fail "does not listen: $(tail -n 1 "$DIR/log/sshd.log")"
}

# Sessions are processes of their own and outlive the listener: whoever stops a server means them too.
stop() {
  ! lives "$DIR/run/sshd.pid" || pkill -P "$(cat "$DIR/run/sshd.pid")" || true
  end_of "$DIR/run/sshd.pid"
}

server_settings() {
  cat <<END
ListenAddress 127.0.0.1:$SSHD_PORT
HostKey $DIR/host-key
PidFile none
AuthorizedKeysFile $DIR/authorized-keys
AllowUsers $LIVE_USER
AuthenticationMethods publickey
StrictModes no
UsePAM no
UseDNS no
MaxStartups 100:30:200
LogLevel VERBOSE
Subsystem sftp internal-sftp
SetEnv SLURM_CONF=$LIVE/slurm/slurm.conf SGE_ROOT=$LIVE/gridengine/root SGE_CELL=default SGE_QMASTER_PORT=$GRIDENGINE_PORT SGE_EXECD_PORT=$((GRIDENGINE_PORT + 1)) PATH=$LIVE/bin:$LIVE/gridengine/bin:/usr/local/bin:/usr/bin:/bin
END
}

client_settings() {
  cat <<END
Host live
  HostName 127.0.0.1
  Port $SSHD_PORT
  User $LIVE_USER
  IdentityFile $DIR/key
  IdentitiesOnly yes
  UserKnownHostsFile $DIR/known-hosts
  StrictHostKeyChecking yes
END
}

serve "$1"
