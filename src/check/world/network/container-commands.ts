import type { FieldPath } from '../../../k8s/objects';
import { listOf, type ContainerAt } from '../world';

/** A word of a command. A value that is not a string has no text. */
export interface CommandWord {
  readonly text: string | undefined;
  readonly field: FieldPath;
}

/** The commands of a container: its own, with its arguments, and those of probes and hooks. */
export function commandsOf({ container, at }: ContainerAt): readonly (readonly CommandWord[])[] {
  const own = [...wordsOf(container.command, [...at, 'command']), ...wordsOf(container.args, [...at, 'args'])];
  const probes = (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).map((probe) =>
    wordsOf(container[probe]?.exec?.command, [...at, probe, 'exec', 'command']),
  );
  const hooks = (['postStart', 'preStop'] as const).map((hook) =>
    wordsOf(container.lifecycle?.[hook]?.exec?.command, [...at, 'lifecycle', hook, 'exec', 'command']),
  );
  return [own, ...probes, ...hooks].filter((words) => words.length > 0);
}

function wordsOf(words: readonly unknown[] | null | undefined, field: FieldPath): CommandWord[] {
  return listOf(words).map((text, i) => ({ text: typeof text === 'string' ? text : undefined, field: [...field, i] }));
}
