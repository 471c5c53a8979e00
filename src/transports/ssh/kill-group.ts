import type { Client } from 'ssh2'
import { openChannel } from './remote-shell.ts'

/**
 * Kills all that runs in the process group of a shell, by way of a channel of its own on the same connection. Resolves when
 * it was done; what left the group, as every job does, lives on.
 */
export async function killGroup(client: Client, host: string, pid: number): Promise<void> {
  const channel = await openChannel(client, host, 'exec /bin/sh -s')
  await new Promise<void>((resolve) => {
    channel.on('close', resolve)
    channel.on('error', () => {})
    channel.resume()
    channel.stderr.resume()
    channel.end(killing(pid))
  })
}

// A server that gives its sessions no group of their own has this script in the same one: then the process alone is killed.
const killing = (pid: number) => `{
group_of() {
  if IFS= read -r facts <"/proc/$1/stat"; then
    set -- \${facts##*') '}
    echo "$3"
  else ps -o pgid= -p "$1"; fi
} 2>/dev/null
its=$(($(group_of ${pid}))) mine=$(($(group_of $$)))
if [ "$its" -gt 1 ] && [ "$its" -ne "$mine" ]; then kill -KILL "-$its"; else kill -KILL ${pid}; fi
} </dev/null
`
