#!/bin/sh
# job.sh LEDGER TAG FILE...: a job that notes each time it is executed, in a file that no attempt owns.
ledger=$1 tag=$2
shift 2
if [ -e "$ledger" ]; then
  while read -r pid _; do
    if kill -0 "$pid" 2>/dev/null; then echo "$tag beside process $pid" >>"$ledger.overlap"; fi
  done <"$ledger"
fi
echo "$$ $tag" >>"$ledger"
cat "$@" >out.txt
echo "one line more" >>out.txt
