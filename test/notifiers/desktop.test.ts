import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { noticeId } from '../../src/core/ids.ts'
import { desktop } from '../../src/notifiers/desktop.ts'
import type { Notice } from '../../src/notifiers/notifier.ts'

const notice: Notice = {
  id: noticeId('n1'),
  event: 'run-failed',
  at: 0,
  title: '--help & "quoted"',
  text: '<b>line</b>\n\u001b[31msecond" with title "x',
  about: {},
}
const signal = new AbortController().signal

describe('the desktop notifier', () => {
  let folder: string
  const environment = () => ({ PATH: `${folder}:/usr/bin:/bin` })
  const words = async () => (await readFile(join(folder, 'words'), 'utf8')).split('\0').slice(0, -1)
  /** A program of this name that notes its words, and ends as it is told. */
  const program = async (name: string, end = 'exit 0') => {
    await writeFile(join(folder, name), `#!/bin/sh\nprintf '%s\\0' "$@" > '${folder}/words'\n${end}\n`)
    await chmod(join(folder, name), 0o755)
  }
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'desktop-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('is shown by notify-send, its body no markup, its title no option', async () => {
    await program('notify-send')
    await desktop({ platform: 'linux', environment: environment() }).notify(notice, { signal })
    assert.deepEqual(await words(), [
      '--app-name=Abeyance',
      '--urgency=critical',
      '--',
      notice.title,
      '&#60;b&#62;line&#60;/b&#62;\n [31msecond&#34; with title &#34;x',
    ])
  })

  it('is shown by osascript, its texts no part of the script', async () => {
    await program('osascript')
    await desktop({ platform: 'darwin', environment: environment() }).notify(notice, { signal })
    const [option, script = '', ...texts] = await words()
    assert.equal(option, '-e')
    assert.doesNotMatch(script, /quoted|line/)
    assert.deepEqual(texts, [notice.title, '<b>line</b>\n [31msecond" with title "x'])
  })

  it('says plainly where there is no screen, no program, no such system', async () => {
    await program('notify-send', 'echo "Cannot autolaunch D-Bus" >&2; exit 1')
    const here = desktop({ platform: 'linux', environment: environment() })
    await assert.rejects(
      here.notify(notice, { signal }),
      /could not show it: Cannot autolaunch.*logged in at the screen/,
    )
    const nowhere = desktop({ platform: 'linux', environment: { PATH: join(folder, 'none') } })
    await assert.rejects(nowhere.notify(notice, { signal }), /no `notify-send` here.*libnotify-bin/)
    assert.throws(() => desktop({ platform: 'win32' }), /no desktop notices on win32/)
  })
})
