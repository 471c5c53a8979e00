#!/usr/bin/env bash
# A Grid Engine of one host: qmaster and execution daemon, one queue that schedules each second.
. "$(dirname "$0")/common.sh"

ROOT=$DIR/root
MASTER=$DIR/qmaster/qmaster.pid EXECUTION=$DIR/execd/execd.pid
WHERE=(SGE_ROOT="$ROOT" SGE_CELL=default SGE_QMASTER_PORT="$GRIDENGINE_PORT" SGE_EXECD_PORT="$((GRIDENGINE_PORT + 1))")
PATH=$DIR/bin:$PATH
export "${WHERE[@]}"

start() {
  local program
  for program in sge_qmaster sge_execd qsub; do
    [ -x "/usr/lib/gridengine/$program" ] || fail "gridengine-master, -exec or -client is not installed ($program)"
  done
  [ -d "$DIR/spool" ] || lay_out
  if ended "$MASTER"; then
    rm -f "$MASTER"
    "${BARE[@]}" "${WHERE[@]}" /usr/lib/gridengine/sge_qmaster >>"$DIR/log/qmaster" 2>&1 9>&-
    until_true 40 qconf -sh || fail "qmaster does not answer: $(tail -n 1 "$DIR/qmaster/messages" "$DIR/log/qmaster")"
    [ -e "$DIR/configured" ] || configure >>"$DIR/log/configure" 2>&1 || fail "cannot be configured: $(tail -n 1 "$DIR/log/configure")"
  fi
  ended "$EXECUTION" || return 0
  "${BARE[@]}" "${WHERE[@]}" SGE_EXECD_PIDFILE="$EXECUTION" /usr/lib/gridengine/sge_execd >>"$DIR/log/execd" 2>&1 9>&-
  until_true 60 queue_open || fail "the queue does not open: $(qstat -f 2>&1 | tail -n 1)"
}

stop() {
  ! lives "$MASTER" || timeout 10 qdel -f -u '*' >/dev/null 2>&1 || true
  end_of "$EXECUTION" "$MASTER"
}

# A load and no letters after it: the execution daemon has reported and nothing is amiss.
queue_open() { qstat -f -q main.q | awk '$1 ~ /^main.q@/ && NF == 5 { found = 1 } END { exit !found }'; }

# The folders of a cell, and its database with the package's defaults, changed where tests would wait.
lay_out() {
  local part host spool=/usr/lib/gridengine common=$ROOT/default/common
  host=$(hostname -s)
  mkdir -p "$common" "$DIR/qmaster/job_scripts" "$DIR/execd" "$DIR/spool.new"
  for part in bin lib utilbin util; do ln -sfn "/var/lib/gridengine/$part" "$ROOT/$part"; done
  # Debian's own commands are wrappers that ask /etc where to go.
  ln -sfn /usr/lib/gridengine "$DIR/bin"
  echo "$host" >"$common/act_qmaster"
  echo "$host localhost" >"$common/host_aliases" # the name of 127.0.0.1, where the host's own name leads there
  printf 'export %s\n' "${WHERE[*]}" >"$common/settings.sh"
  cat >"$common/bootstrap" <<END
admin_user sgeadmin
default_domain none
ignore_fqdn true
spooling_method berkeleydb
spooling_lib libspoolb
spooling_params $DIR/spool
binary_path /usr/sbin
qmaster_spool_dir $DIR/qmaster
security_mode none
listener_threads 2
worker_threads 2
scheduler_threads 1
END
  sed -e "s|^execd_spool_dir .*|execd_spool_dir $DIR/execd|" -e 's|^mailer .*|mailer /bin/true|' \
    -e 's|^load_report_time .*|load_report_time 00:00:02|' -e 's|^max_unheard .*|max_unheard 00:00:10|' \
    -e 's|^min_uid .*|min_uid 0|' -e 's|^min_gid .*|min_gid 0|' \
    -e 's|^execd_params .*|execd_params ENABLE_ADDGRP_KILL=true|' \
    -e 's|^reporting_params .*|reporting_params accounting=true reporting=false flush_time=00:00:01 accounting_flush_time=00:00:00 joblog=false sharelog=00:00:00|' \
    /usr/share/gridengine/default-configuration >"$DIR/configuration"
  mv "$DIR/spool.new" "$DIR/spool"
  chown -R sgeadmin "$ROOT/default" "$DIR/qmaster" "$DIR/execd" "$DIR/spool"
  {
    setpriv --reuid sgeadmin --clear-groups --regid sgeadmin "$spool/spoolinit" berkeleydb libspoolb "$DIR/spool" init
    for part in "configuration $DIR/configuration" 'complexes /usr/share/gridengine/util/resources/centry' \
      'usersets /usr/share/gridengine/util/resources/usersets' 'managers sgeadmin' 'managers root'; do
      # shellcheck disable=SC2086 # two words
      setpriv --reuid sgeadmin --clear-groups --regid sgeadmin "$spool/spooldefaults" $part
    done
  } >"$DIR/log/lay-out" 2>&1 || { rm -rf "$DIR/spool"; fail "its database cannot be made: $(tail -n 1 "$DIR/log/lay-out")"; }
}

configure() {
  local host
  host=$(hostname -s)
  qconf -ah "$host" || true # it may be there already
  qconf -as "$host" || true
  with sconf schedule_interval=0:0:1 flush_submit_sec=1 flush_finish_sec=1 load_adjustment_decay_time=0:0:0 job_load_adjustments=NONE
  printf 'group_name @allhosts\nhostlist %s\n' "$host" >"$DIR/hosts"
  qconf -Ahgrp "$DIR/hosts"
  qconf -Ap /usr/share/gridengine/util/resources/pe/smp
  with p slots=999 smp
  qconf -sq >"$DIR/queue"
  changed "$DIR/queue" qname=main.q hostlist=@allhosts slots=16 load_thresholds=NONE 'pe_list=smp' shell=/bin/sh notify=00:00:02
  qconf -Aq "$DIR/queue"
  touch "$DIR/configured"
}

# with KIND SETTING=VALUE... [NAME]: shows it, changes it, reads it back.
with() {
  local kind=$1 name='' words=()
  shift
  for word; do case $word in *=*) words+=("$word") ;; *) name=$word ;; esac; done
  qconf "-s$kind" ${name:+"$name"} >"$DIR/$kind"
  changed "$DIR/$kind" "${words[@]}"
  qconf "-M$kind" "$DIR/$kind"
}

changed() {
  local file=$1 setting
  shift
  for setting; do sed -i "s|^${setting%%=*} .*|${setting%%=*} ${setting#*=}|" "$file"; done
}

serve "$1"
