/** Shell lines that remove the folders of arrays of which no job has a folder any more; in `$root`, where that is not empty. */
export const pruneArrays = `for list in arrays/*/list; do
  if [ -z "$root" ] || [ ! -e "$list" ]; then continue; fi
  needed=no
  while [ "$needed" = no ] && IFS= read -r tag; do
    if [ -d "$tag" ]; then needed=yes; fi
  done <"$list"
  if [ "$needed" = no ]; then rm -rf "\${list%/list}"; fi
done
`
