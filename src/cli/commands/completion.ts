import { Argument, type Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { shells, type Shell } from '../complete/shell-script.ts'
import { exitCodes } from '../exit-code.ts'

export function completionCommand(cli: Cli): Command {
  return newCommand(
    'completion',
    'print what a shell reads to complete commands, options, runs, jobs, modules and destinations',
    'abeyance completion fish > ~/.config/fish/completions/abeyance.fish\nsource <(abeyance completion bash)   # in ~/.bashrc\nsource <(abeyance completion zsh)    # in ~/.zshrc, after compinit',
  )
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: Shell) =>
      cli.run(async (session) => {
        const { shellScript } = await import('../complete/shell-script.ts')
        session.print(shellScript(shell).trimEnd())
        return exitCodes.done
      }),
    )
}
