/**
 * Shell lines as a group of their own, which leaves nothing behind in the shell that runs it: before them what the
 * destination needs to find its scheduler, such as `. /opt/sge/default/common/settings.sh`. What that prints is no answer.
 */
export function withPrelude(prelude: string | undefined, lines: string): string {
  const before =
    prelude === undefined || prelude.trim() === '' ? '' : `{\n${prelude}\n} >/dev/null </dev/null\n`
  return `(\n${before}LC_ALL=C\nexport LC_ALL\n${lines}\n)`
}
