import { own } from '../../basics/own';
import { bashCompletion } from '../completion/bash';
import { completedCommands, type CompletedCommand } from '../completion/completed-command';
import { fishCompletion } from '../completion/fish';
import { zshCompletion } from '../completion/zsh';
import { UsageError, type Command } from '../command';

const SHELLS: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** The command that completes these commands. */
export function completionOf(commands: Readonly<Record<string, Command>>): Command {
  return {
    usage: 'bash|zsh|fish',
    summary: 'Prints a script with which a shell completes commands, options and their values.',
    options: {},
    notes: [
      '  bash: add this line to ~/.bashrc: eval "$(callsign completion bash)"',
      '  zsh:  add this line to ~/.zshrc, after compinit: eval "$(callsign completion zsh)"',
      '  fish: run callsign completion fish > ~/.config/fish/completions/callsign.fish',
      '',
    ].join('\n'),
    words: 1,
    async run({ words: [shell] }, { out }) {
      const script = shell === undefined ? undefined : own(SHELLS, shell);
      if (!script)
        throw new UsageError(
          `Expected: the name of a shell: ${Object.keys(SHELLS).join(', ')}. Got: ${shell === undefined ? 'nothing' : JSON.stringify(shell)}.`,
        );
      out(script(completedCommands(commands)));
      return 0;
    },
  };
}
