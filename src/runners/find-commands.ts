/** Shell lines that fail with the names of the commands that are not found, else print what `version` says, in one line. */
export function findCommands(names: readonly string[], version: string): string {
  return `missing=''
for name in ${names.join(' ')}; do
  command -v "$name" >/dev/null 2>&1 || missing="$missing $name"
done
if [ -n "$missing" ]; then
  echo "not found:$missing; say where they are, such as \\\`options: { prelude: 'PATH=/opt/scheduler/bin:\\$PATH' }\\\`" >&2
  exit 1
fi
${version} 2>&1 | head -n 1`
}
