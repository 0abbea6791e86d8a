import type { FieldPath } from '../../../k8s/objects';
import { isText, listOf, type ContainerAt } from '../world';
import { commandsOf } from '../workloads/commands';
import { flagOf, type LabeledText } from './labels';

/** A string of a container that may contain hosts. */
export interface ContainerText extends LabeledText {
  readonly field: FieldPath;
}

/** The values of the variables of a container, and the words of its commands. */
export function containerTexts(at: ContainerAt): ContainerText[] {
  const variables = listOf(at.container.env).flatMap(({ name, value }, i) =>
    isText(name) && isText(value) ? [{ text: value, field: [...at.at, 'env', i, 'value'], label: name }] : [],
  );
  const words = commandsOf(at).flatMap((command) =>
    command.flatMap(({ text, field }, i) =>
      text === undefined ? [] : [{ text, field, label: flagOf(text, command[i - 1]?.text) }],
    ),
  );
  return [...variables, ...words];
}
