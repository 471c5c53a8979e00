import { openScreen, type Screen } from './screen.ts'

/** The screen of this process's terminal: left as it was however the process ends, also while it is stopped by Ctrl+Z. */
export function openTerminalScreen(output: NodeJS.WriteStream, changed: () => void): Screen {
  const open = () =>
    openScreen({
      write: (text) => void output.write(text),
      size: () => ({ columns: output.columns, rows: output.rows }),
    })
  let screen = open()
  const leave = () => screen.close()
  const stop = () => {
    leave()
    process.kill(process.pid, 'SIGSTOP')
  }
  const goOn = () => {
    screen.close()
    screen = open()
    changed()
  }
  output.on('resize', changed)
  process.on('exit', leave)
  process.on('SIGTSTP', stop)
  process.on('SIGCONT', goOn)
  return {
    size: () => screen.size(),
    draw: (lines) => screen.draw(lines),
    close() {
      output.off('resize', changed)
      process.off('exit', leave)
      process.off('SIGTSTP', stop)
      process.off('SIGCONT', goOn)
      leave()
    },
  }
}
