import { execFileSync, spawnSync } from 'node:child_process';

/** Whether this machine has the shell. */
export function hasShell(shell: 'zsh' | 'fish'): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

/** Completes a command line at its end in bash, after the script was evaluated as in a start file. */
export function completeInBash(script: string, words: readonly string[], cwd?: string): string[] {
  // The function is the one that bash would call: the last word of the registration is the command.
  const program = `
eval "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
set -- $(complete -p callsign)
while [[ $1 != -F ]]; do shift; done
"$2" callsign "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}" 2>&1
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', program, 'bash', script, 'callsign', ...words], {
    encoding: 'utf8',
    ...(cwd !== undefined && { cwd }),
  });
  return out.split('\n').filter((line) => line !== '');
}

/** Completes a command line at its end in fish: the candidates without their descriptions. */
export function completeInFish(script: string, line: string, cwd?: string): string[] {
  const program = 'eval $argv[1]; complete -C $argv[2]';
  const out = execFileSync('fish', ['--no-config', '-c', program, script, line], {
    encoding: 'utf8',
    ...(cwd !== undefined && { cwd }),
  });
  return out
    .split('\n')
    .map((candidate) => candidate.split('\t')[0]!)
    .filter((candidate) => candidate !== '');
}
