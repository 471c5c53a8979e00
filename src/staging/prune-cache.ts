import { shellPath } from '../core/shell-path.ts'

/**
 * Shell lines that remove from a cache what no attempt's folder has had a link to for more than `days`, and what was cut
 * off on its way (rule J8). A link that is made or removed moves the time that counts.
 */
export function pruneCache(cache: string, days = 6): string {
  const at = shellPath(cache)
  return `if [ -d ${at} ]; then
  find ${at} -type f -links 1 -ctime +${days} -exec rm -f {} +
  find ${at} -name '.in.*' -prune -ctime +${Math.min(days, 1)} -exec rm -rf {} +
fi 2>/dev/null
`
}
