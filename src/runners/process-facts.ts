/**
 * Shell functions that every script of ours begins with: what is known of a process on the machine they run on. They start
 * no process where there is /proc. A pid is used again, a pid with its start time and the machine's boot id is not; a
 * zombie counts as gone, since nothing of it runs.
 */
export const processFacts = `
host=$(uname -n)
# Containers may share name and boot id, and none sees the processes of another: host names their pid namespace too.
space=$(readlink /proc/self/ns/pid 2>/dev/null)
space=\${space##*'['}
space=\${space%']'}
if [ -n "$space" ]; then host=$host/$space; fi
boot=
if [ -r /proc/sys/kernel/random/boot_id ]; then read -r boot </proc/sys/kernel/random/boot_id
else boot=$(sysctl -n kern.boottime | tr -c 'A-Za-z0-9\\n' _); fi

# is_here HOST: whether what was noted under that host can be seen from here; old notes name no pid namespace.
is_here() { [ "$1" = "$host" ] || [ "$1" = "\${host%%/*}" ]; }

# is_rebooted HOST BOOT: whether the machine of that name was started anew since: nothing of then lives, in no container.
is_rebooted() { [ "\${1%%/*}" = "\${host%%/*}" ] && [ "\${2:-$boot}" != "$boot" ]; }

# now: sets $now to milliseconds since 1970, as fine as this machine's date can tell.
now() {
  now=$(date +%s%3N 2>/dev/null)
  case $now in ''|*[!0-9]*) now=$(date +%s)000 ;; esac
}

# read_process PID: sets $state, $group and $start; fails where there is no such process.
if [ -r /proc/self/stat ]; then
  read_process() {
    facts=
    while IFS= read -r part || [ -n "$part" ]; do facts=$facts$part; done 2>/dev/null <"/proc/$1/stat" || return 1
    case $facts in *') '*) ;; *) return 1 ;; esac
    # The name of a program stands in brackets and may hold anything; numbers follow it.
    # shellcheck disable=SC2086
    set -- \${facts##*') '}
    state=$1 group=$3 start=\${20}
  }
  all_processes() { for entry in /proc/[0-9]*; do echo "\${entry#/proc/}"; done; }
else
  read_process() {
    facts=$(ps -o state= -o pgid= -o lstart= -p "$1" 2>/dev/null) || return 1
    # shellcheck disable=SC2086
    set -- $facts
    [ $# -ge 3 ] || return 1
    state=$1 group=$2
    shift 2
    start=$(echo "$*" | tr -c 'A-Za-z0-9\\n' _)
  }
  all_processes() { ps -A -o pid=; }
fi

# is_alive PID START: whether that very process still runs here.
is_alive() {
  read_process "$1" && [ "$start" = "$2" ] && case $state in Z*|X*) false ;; esac
}

# group_lives GROUP START: whether anything of a process group still runs; START is when its first process began.
group_lives() {
  kill -0 "-$1" 2>/dev/null || return 1
  # The number of a group that has members is given to no new process: another start time means another group.
  if read_process "$1" && [ "$start" != "$2" ]; then return 1; fi
  for member in $(all_processes); do
    if read_process "$member" && [ "$group" = "$1" ]; then
      case $state in Z*|X*) ;; *) return 0 ;; esac
    fi
  done
  return 1
}

# detach COMMAND...: becomes the command, as the first process of a session and group of its own.
detach() {
  if command -v setsid >/dev/null 2>&1; then exec setsid "$@"; fi
  exec perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV; exit 127' "$@"
}

# put FILE TEXT: writes a small file whole or not at all. Over NFS a full quota is told when a file is closed: cat says so, a shell does
# not of what it writes itself. What a client holds to be written is read back all the same.
put() {
  printf '%s\\n' "$2" | cat >"$1.$$" && [ "$(cat "$1.$$")" = "$2" ] && mv -f "$1.$$" "$1" && [ -s "$1" ]
}
`
