import type { Context } from '../context';
import type { Member } from '../member';
import { unknownHost, type EnvironmentConverter } from '../environment/settings';
import { get } from '../../load/node';
import { assignment, isPasswordFlag, isPlainValue, secretValuesOf } from '../secrets/detect';
import { commandOf } from '../../load/service';
import { wordsOf } from '../../load/short-forms';

/** The words of a command or an entrypoint. A password among them is read from the environment, which Kubernetes does by itself. */
export function wordsOfCommand(
  context: Context,
  member: Member,
  environment: EnvironmentConverter,
  key: 'command' | 'entrypoint',
): string[] | undefined {
  const { report } = context;
  const given = get(member.node, key);
  const all = commandOf(given, wordsOf);
  if (all.length === 0) {
    report.converted(given, 'It is that of the image.');
    return undefined;
  }
  const refused: string[] = [];
  const result = all.map(({ node, word }, i): string => {
    const { name: flag, value = word } = assignment(word) ?? {};
    const before = all[i - 1]?.word ?? '';
    const named = flag ?? (before.startsWith('-') && !word.startsWith('-') ? before : '');
    const asked = named !== '' && isPasswordFlag(named);
    if (isPlainValue(value) || !(asked || context.isSecretText(node, value))) {
      const { text, unknown } = environment.word(word);
      if (unknown) refused.push(unknownHost(unknown, 'write the command again'));
      return text;
    }
    const whole = asked || secretValuesOf(node.variables).includes(value) || context.secretValues.includes(value);
    if (!whole) {
      refused.push('A password stands within one of its words: let the program read it from its environment.');
      return '';
    }
    const source = node.variables.find((variable) => variable.value === value)?.name;
    const name = environment.secret(source ?? named.replace(/^-+/, '').replace(/-/g, '_').toUpperCase(), value);
    report.approximated(
      node,
      `A password in it stays out of the chart: it is read from the variable ${name}, which a Secret fills.`,
    );
    return `${flag ? `${flag}=` : ''}$(${name})`;
  });
  if (refused.length === 0) report.converted(given);
  for (const why of refused) report.refused(given, why);
  return refused.length > 0 ? undefined : result;
}
