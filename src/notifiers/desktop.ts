import { AbeyanceError, isAbeyanceError } from '../core/error.ts'
import { runProcess } from '../core/system/run-process.ts'
import type { Notice, Notifier } from './notifier.ts'
import { escapeHtml } from './template.ts'

export interface DesktopOptions {
  /** Of the program that shows it: where its screen is, such as `DBUS_SESSION_BUS_ADDRESS`. This process's own when not given. */
  readonly environment?: Readonly<Record<string, string>>
  /** As Node names it; this machine's when not given. */
  readonly platform?: string
  /** Milliseconds after which the program is stopped; 10 s when not given. */
  readonly deadline?: number
}

/**
 * Shows each notice on the desktop of this machine: by `notify-send` on Linux, by `osascript` on macOS. Rejects with `notice-failed`
 * where there is no such program or no screen to show it on.
 * @throws `unsupported` on any other system
 */
export function desktop({
  environment,
  platform = process.platform,
  deadline = 10_000,
}: DesktopOptions = {}): Notifier {
  const wordsOf = showing(platform)
  return {
    async notify(notice, { signal }) {
      const command = wordsOf(notice)
      const about = { deadline, signal, ...(environment && { environment }) }
      const { code, stderr } = await runProcess({ command, ...about }).catch((error: unknown) => {
        throw isAbeyanceError(error, 'transport-failed') ? missing(command[0]) : error
      })
      if (code === 0) return
      const said = new TextDecoder().decode(stderr.subarray(0, 500)).trim()
      throw new AbeyanceError(
        'notice-failed',
        `${command[0]} could not show it${said && `: ${said}`}; a desktop notice needs somebody logged in at the screen of this machine. It is tried again`,
      )
    },
  }
}

type Words = (notice: Notice) => readonly [string, ...string[]]

function showing(platform: string): Words {
  if (platform === 'linux') return notifySend
  if (platform === 'darwin') return osascript
  throw new AbeyanceError(
    'unsupported',
    `there are no desktop notices on ${platform}: use a command, a webhook or e-mail`,
  )
}

/** The body is markup to the desktop, after its specification; the summary is not. */
function notifySend({ event, title, text }: Notice): readonly [string, ...string[]] {
  const urgency = event === 'run-failed' || event === 'login-needed' ? 'critical' : 'normal'
  const words = [shown(title, 200), escapeHtml(shown(text, 1000))]
  return ['notify-send', '--app-name=Abeyance', `--urgency=${urgency}`, '--', ...words]
}

/** Texts are handed over as arguments: none becomes part of the script. */
function osascript({ title, text }: Notice): readonly [string, ...string[]] {
  const script = 'on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run'
  return ['osascript', '-e', script, shown(title, 200), shown(text, 1000)]
}

/** No more than a small window shows, and no control character but the end of a line. */
function shown(text: string, most: number): string {
  return text.replaceAll(/[^\P{Cc}\n]+/gu, ' ').slice(0, most)
}

function missing(program: string): AbeyanceError {
  const where =
    program === 'notify-send' ? 'install it (Debian: libnotify-bin; Fedora: libnotify)' : 'check PATH'
  return new AbeyanceError(
    'notice-failed',
    `there is no \`${program}\` here to show a desktop notice: ${where}, or leave the notifier out. It is tried again`,
  )
}
