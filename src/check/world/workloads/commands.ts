import type { V1Container } from '@kubernetes/client-node';
import type { FieldPath } from '../../../k8s/objects';
import { isText, listOf } from '../world';

/** A word of the command of a container. */
interface CommandText {
  readonly text: string;
  readonly field: FieldPath;
  /** Whether it may be a script of a shell or of another interpreter. */
  readonly script: boolean;
}

const SHELL = /(^|[\\/])(sh|bash|ash|dash|ksh|zsh|busybox|pwsh|powershell)(\.exe)?$/;

/** The words of `command` and `args`. */
export function commandTexts({ command, args }: V1Container, at: FieldPath): CommandText[] {
  const words = (['command', 'args'] as const).flatMap((key) =>
    listOf({ command, args }[key]).map((text, i) => ({ text: text as unknown, field: [...at, key, i] })),
  );
  const shell = words.some(({ text }) => isText(text) && SHELL.test(text));
  return words.flatMap(({ text, field }, i) => {
    if (!isText(text)) return [];
    const before = words[i - 1]?.text;
    // `python -c SCRIPT`, `node -e SCRIPT`.
    const script = shell || text.includes('\n') || (isText(before) && /^-\w*[ce]$/.test(before));
    return [{ text, field, script }];
  });
}
