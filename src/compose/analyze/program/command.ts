import { nodeAt, type ComposeNode, type ScalarNode } from '../../load/node';
import { commandOf } from '../../load/service';
import type { ImportContext } from '../context';
import { unknownHost, type SettingsConverter } from '../environment/settings';
import type { Member } from '../member';
import { assignment, isPasswordFlag, isPlainValue, secretValuesOf } from '../secrets/detect';

/** The words of a command or an entrypoint. Kubernetes replaces `$(NAME)` in it, so passwords come from variables. */
export function wordsOfCommand(
  context: ImportContext,
  member: Member,
  settings: SettingsConverter,
  key: 'command' | 'entrypoint',
): string[] | undefined {
  const { report } = context;
  const given = nodeAt(member.node, key);
  const entrypoint = nodeAt(member.node, 'entrypoint');
  const withoutEntrypoint = isEmptied(entrypoint);
  // Without the entrypoint of the image, the command is the whole command of the container.
  if (withoutEntrypoint && key === 'command') return undefined;
  const source = withoutEntrypoint ? nodeAt(member.node, 'command') : given;
  const all = commandOf(source);
  if (all.length === 0) {
    reportEmpty(report, given, key, commandOf(entrypoint).length > 0);
    return undefined;
  }
  if (withoutEntrypoint) report.converted(entrypoint, 'The command runs without the entrypoint of the image.');
  const refused: string[] = [];
  const result = all.map(({ node, word }, i): string => {
    const { name: flag, value = word } = assignment(word) ?? {};
    const before = all[i - 1]?.word ?? '';
    const named = flag ?? (before.startsWith('-') && !word.startsWith('-') ? before : '');
    const takesPassword = named !== '' && isPasswordFlag(named);
    if (isPlainValue(value) || !(takesPassword || context.isSecretText(node, value))) {
      const { text, unknown } = settings.word(word);
      if (unknown) refused.push(unknownHost(unknown, 'add the command to the chart'));
      return text;
    }
    const whole =
      takesPassword || secretValuesOf(node.variables).includes(value) || context.secretValues.includes(value);
    if (!whole) {
      const text = withVariables(context, settings, node, word);
      if (text === undefined)
        refused.push('A word contains a password and other text. Let the program read the password from a variable.');
      else report.approximated(node, 'The command reads its password from a variable, which comes from a Secret.');
      return text ?? '';
    }
    const variable = node.variables.find((each) => each.value === value)?.name;
    const name = settings.secret(variable ?? named.replace(/^-+/, '').replace(/-/g, '_').toUpperCase(), value, node);
    report.approximated(
      node,
      `The chart does not contain its password. The command reads it from the variable ${name}, which comes from a Secret.`,
    );
    return `${flag ? `${flag}=` : ''}$(${name})`;
  });
  if (refused.length === 0) report.converted(source);
  for (const why of refused) report.refused(source, why);
  return refused.length > 0 ? undefined : result;
}

/** A word that reads each password from a variable. Undefined if it still contains one: its variable has no name. */
function withVariables(
  context: ImportContext,
  settings: SettingsConverter,
  node: ScalarNode,
  word: string,
): string | undefined {
  for (const { name, value } of node.variables)
    if (secretValuesOf([{ name, value }]).length > 0 && word.includes(value)) settings.secret(name, value, node);
  let { text } = settings.word(word);
  for (const [name, value] of settings.secretVariables()) {
    if (value.length < SHORTEST_PASSWORD) continue;
    // As a part of a longer word, it is probably another word.
    const alone = new RegExp(`(?<![\\w-])${value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'g');
    text = text.replace(alone, `$$(${name})`);
  }
  return context.isSecretText(node, text) ? undefined : text;
}

/** A shorter password can be a usual word of a command. */
const SHORTEST_PASSWORD = 6;

/** Whether a key removes the value of the image: it is an empty list or an empty text, and not an empty key. */
function isEmptied(node: ComposeNode | undefined): boolean {
  return node !== undefined && (node.kind !== 'scalar' || node.value !== null) && commandOf(node).length === 0;
}

function reportEmpty(
  report: ImportContext['report'],
  node: ComposeNode | undefined,
  key: 'command' | 'entrypoint',
  hasEntrypoint: boolean,
): void {
  if (!isEmptied(node)) report.converted(node, 'The command of the image runs.');
  else if (hasEntrypoint) report.converted(node, 'The entrypoint runs without the command of the image.');
  else
    report.refused(
      node,
      key === 'command'
        ? 'An empty command removes that of the image, which a pod cannot do. Write the whole command as entrypoint.'
        : 'An empty entrypoint removes that of the image, which a pod cannot do. Write the whole command as command.',
    );
}
