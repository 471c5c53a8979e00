/**
 * Shell, for the `identity` of schedulers that do not say how often they started a job: where this very job owns claims
 * already, it is one start more than those. Right only where the scheduler was allowed to start it again and never runs
 * two starts of one job at a time; elsewhere a second start has to stay a duplicate.
 */
export const countRestarts = `  turn=1
  while [ -e "claim.$turn" ]; do
    IFS=, read -r owner owner_restart _ <"claim.$turn"
    if [ "$owner" = "$native" ] && [ "$owner_restart" -ge "$restart" ]; then restart=$((owner_restart + 1)); fi
    turn=$((turn + 1))
  done`
