#!/usr/bin/env bash
# A Slurm cluster of four nodes that are all this machine, with munge and accounting of its own.
#
# Also: slurm.sh restart-controller, which leaves the nodes and their jobs alone.
. "$(dirname "$0")/common.sh"

NODES=4 NODE=abeyance # their names are also those of control groups, of which the machine has one set
SOCKET=$DIR/munge/socket
HOST=$(hostname -s)
export SLURM_CONF=$DIR/slurm.conf

start() {
  local program node
  for program in slurmctld slurmd slurmdbd munged mariadbd; do
    [ -x "/usr/sbin/$program" ] || fail "slurm-wlm, munge, slurmdbd or mariadb-server is not installed ($program)"
  done
  [ -f "$DIR/slurmdbd.conf" ] || lay_out
  start_munge
  start_accounting
  start_controller
  for node in $(seq "$NODES"); do
    lives "$DIR/run/$NODE$node.pid" || daemon "$NODE$node" "SLURM_CONF=$SLURM_CONF" slurmd -D -N "$NODE$node"
  done
  until_true 60 all_idle || fail "the nodes do not come up: $(sinfo -h -N -o '%N %T %E' | tr '\n' ' ')"
}

stop() {
  local part
  if lives "$DIR/run/slurmctld.pid"; then
    squeue -h -o %A | xargs -r scancel || true
    until_true 10 no_jobs || true
  fi
  end_of "$DIR"/run/"$NODE"*.pid "$DIR/run/slurmctld.pid"
  for part in slurmdbd mariadbd munged; do end_of "$DIR/run/$part.pid"; done
  find /sys/fs/cgroup -depth -type d -path "*/slurm_$NODE*" -exec rmdir {} + 2>/dev/null || true
}

restart_controller() {
  end_of "$DIR/run/slurmctld.pid"
  start_controller
}

start_controller() {
  lives "$DIR/run/slurmctld.pid" || daemon slurmctld "SLURM_CONF=$SLURM_CONF" slurmctld -D
  until_true 30 scontrol ping || fail "slurmctld does not answer: $(tail -n 1 "$DIR/log/slurmctld.log")"
}

start_munge() {
  ! lives "$DIR/run/munged.pid" || return 0
  rm -f "$SOCKET"*
  daemon munged setpriv --reuid munge --regid munge --clear-groups munged --foreground --socket="$SOCKET" \
    --key-file="$DIR/munge/key" --pid-file="$DIR/munge/pid" --log-file="$DIR/munge/log" --seed-file="$DIR/munge/seed"
  until_true 10 munge -n --socket="$SOCKET" || fail "munged does not answer: $(tail -n 1 "$DIR/munge/log")"
}

start_accounting() {
  if ended "$DIR/run/mariadbd.pid"; then
    # What it holds is thrown away: it need not be safe on disk.
    daemon mariadbd mariadbd --no-defaults --user=mysql --datadir="$DIR/mysql" --socket="$DIR/mysql/socket" \
      --bind-address=127.0.0.1 --port=$((SLURM_PORT + 2)) --innodb-flush-log-at-trx-commit=0 --skip-log-bin --innodb-buffer-pool-size=128M
    until_true 60 sql -e 'select 1' || fail "mariadbd does not answer: $(tail -n 1 "$DIR/log/mariadbd.out")"
    sql -e "create database if not exists slurm_acct; create user if not exists slurm@localhost identified by 'slurm';
      create user if not exists slurm@'127.0.0.1' identified by 'slurm'; grant all on slurm_acct.* to slurm@localhost, slurm@'127.0.0.1'"
  fi
  ! lives "$DIR/run/slurmdbd.pid" || return 0
  daemon slurmdbd "SLURM_CONF=$SLURM_CONF" setpriv --reuid slurm --regid slurm --clear-groups slurmdbd -D
  until_true 60 listens $((SLURM_PORT + 1)) || fail "slurmdbd does not answer: $(tail -n 1 "$DIR/log/slurmdbd.log")"
  {
    sacctmgr -i add cluster live
    sacctmgr -i add account tests
    sacctmgr -i add user "$LIVE_USER" account=tests
  } >"$DIR/log/accounts" 2>&1 || true # all there already
}

sql() { mariadb --no-defaults -uroot -S "$DIR/mysql/socket" "$@"; }
all_idle() { [ "$(sinfo -h -p main -t idle,mix,alloc -o %D | awk '{ n += $1 } END { print n + 0 }')" = "$NODES" ]; }
no_jobs() { [ -z "$(squeue -h)" ]; }

# Memory is limited, and an excess told apart, where control groups of version 1 can be written.
limits() {
  local part
  for part in memory freezer cpuacct; do [ -w "/sys/fs/cgroup/$part/cgroup.procs" ] || { echo linuxproc; return; }; done
  echo cgroup
}

lay_out() {
  local track
  track=$(limits)
  mkdir -p "$DIR"/{munge,spool,state,mysql}
  chown munge: "$DIR/munge"
  head -c 1024 /dev/urandom >"$DIR/munge/key"
  chown munge: "$DIR/munge/key"
  chmod 600 "$DIR/munge/key"
  chown slurm: "$DIR/log" "$DIR/run" "$DIR/state"
  chown mysql: "$DIR/mysql"
  mariadb-install-db --no-defaults --user=mysql --datadir="$DIR/mysql" --skip-test-db --auth-root-authentication-method=socket \
    >"$DIR/log/mariadb-install" 2>&1 || fail "its database cannot be made: $(tail -n 1 "$DIR/log/mariadb-install")"
  controller_settings "$track" >"$SLURM_CONF"
  printf '%s\n' CgroupPlugin=cgroup/v1 CgroupMountpoint=/sys/fs/cgroup CgroupAutomount=no ConstrainRAMSpace=yes ConstrainSwapSpace=no >"$DIR/cgroup.conf"
  install -m 600 -o slurm /dev/null "$DIR/slurmdbd.conf.new"
  accounting_settings >"$DIR/slurmdbd.conf.new"
  mv "$DIR/slurmdbd.conf.new" "$DIR/slurmdbd.conf"
}

# It pretends to more processors than there are, schedules at once, and waits as little as it can where it must wait.
controller_settings() {
  cat <<END
ClusterName=live
SlurmctldHost=$HOST(127.0.0.1)
SlurmUser=slurm
SlurmctldPort=$SLURM_PORT
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$SOCKET,cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$DIR/state
SlurmdSpoolDir=$DIR/spool/%n
SlurmctldPidFile=$DIR/run/slurmctld.own
SlurmdPidFile=$DIR/run/%n.own
SlurmctldLogFile=$DIR/log/slurmctld.log
SlurmdLogFile=$DIR/log/%n.log
ReturnToService=2
MpiDefault=none
ProctrackType=proctrack/$1
TaskPlugin=task/$([ "$1" = cgroup ] && echo cgroup || echo none)
JobAcctGatherType=jobacct_gather/$([ "$1" = cgroup ] && echo cgroup || echo linux)
JobAcctGatherFrequency=task=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=64
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,sched_min_interval=100000
KillWait=2
InactiveLimit=0
SlurmctldTimeout=30
SlurmdTimeout=10
MaxJobCount=20000
MaxArraySize=5001
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=$((SLURM_PORT + 1))
AccountingStoragePass=$SOCKET
AccountingStoreFlags=job_comment
AccountingStorageEnforce=associations,limits,qos
NodeName=${NODE}[1-$NODES] NodeHostname=$HOST NodeAddr=127.0.0.1 Port=[$((SLURM_PORT + 10))-$((SLURM_PORT + 9 + NODES))] CPUs=8 RealMemory=4096
PartitionName=main Nodes=ALL Default=YES DefaultTime=10 PriorityTier=10
PartitionName=low Nodes=ALL DefaultTime=10 PriorityTier=1 PreemptMode=REQUEUE
PartitionName=high Nodes=ALL DefaultTime=10 PriorityTier=20
END
}

accounting_settings() {
  cat <<END
AuthType=auth/munge
AuthInfo=socket=$SOCKET
DbdHost=$HOST
DbdAddr=127.0.0.1
DbdPort=$((SLURM_PORT + 1))
SlurmUser=slurm
PidFile=$DIR/run/slurmdbd.own
LogFile=$DIR/log/slurmdbd.log
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=$((SLURM_PORT + 2))
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct
END
}

serve "${1//-/_}"
