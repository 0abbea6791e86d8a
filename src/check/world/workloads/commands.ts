import type { FieldPath } from '../../../k8s/objects';
import { isText, listOf, type ContainerAt } from '../world';

/** A word of a command. A value that is not a string has no text. */
export interface CommandWord {
  readonly text: string | undefined;
  readonly field: FieldPath;
}

/** A word of the command of a container. */
interface CommandText {
  readonly text: string;
  readonly field: FieldPath;
  /** Whether it may be a script of a shell or of another interpreter. */
  readonly script: boolean;
}

const SHELL = /(^|[\\/])(sh|bash|ash|dash|ksh|zsh|busybox|pwsh|powershell)(\.exe)?$/;

/** The commands of a container: its own, with its arguments, and those of probes and hooks. */
export function commandsOf(container: ContainerAt): readonly (readonly CommandWord[])[] {
  const probes = (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).map((probe) =>
    wordsOf(container.container[probe]?.exec?.command, [...container.at, probe, 'exec', 'command']),
  );
  const hooks = (['postStart', 'preStop'] as const).map((hook) =>
    wordsOf(container.container.lifecycle?.[hook]?.exec?.command, [
      ...container.at,
      'lifecycle',
      hook,
      'exec',
      'command',
    ]),
  );
  return [ownWords(container), ...probes, ...hooks].filter((words) => words.length > 0);
}

/** The words of `command` and `args`. */
export function ownWords({ container, at }: ContainerAt): CommandWord[] {
  return [...wordsOf(container.command, [...at, 'command']), ...wordsOf(container.args, [...at, 'args'])];
}

/** The words of `command` and `args` that are strings, and whether they may be scripts. */
export function commandTexts(container: ContainerAt): CommandText[] {
  const words = ownWords(container);
  const shell = words.some(({ text }) => text !== undefined && SHELL.test(text));
  return words.flatMap(({ text, field }, i) => {
    if (!isText(text)) return [];
    const before = words[i - 1]?.text;
    // `python -c SCRIPT`, `node -e SCRIPT`.
    const script = shell || text.includes('\n') || (before !== undefined && /^-\w*[ce]$/.test(before));
    return [{ text, field, script }];
  });
}

function wordsOf(words: readonly unknown[] | null | undefined, field: FieldPath): CommandWord[] {
  return listOf(words).map((text, i) => ({ text: typeof text === 'string' ? text : undefined, field: [...field, i] }));
}
