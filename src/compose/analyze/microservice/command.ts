import { nodeAt } from '../../load/node';
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
  const all = commandOf(given);
  if (all.length === 0) {
    report.converted(given, 'The command of the image runs.');
    return undefined;
  }
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
      refused.push('A word contains a password and other text. Let the program read the password from a variable.');
      return '';
    }
    const source = node.variables.find((variable) => variable.value === value)?.name;
    const name = settings.secret(source ?? named.replace(/^-+/, '').replace(/-/g, '_').toUpperCase(), value);
    report.approximated(
      node,
      `The chart does not contain its password. The command reads it from the variable ${name}, which comes from a Secret.`,
    );
    return `${flag ? `${flag}=` : ''}$(${name})`;
  });
  if (refused.length === 0) report.converted(given);
  for (const why of refused) report.refused(given, why);
  return refused.length > 0 ? undefined : result;
}
