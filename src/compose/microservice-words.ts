import type { Context, Member } from './context';
import type { EnvironmentConverter } from './environment';
import { get } from './node';
import { isPasswordFlag } from './secrets';
import { commandOf } from './service';
import { wordsOf } from './short-forms';

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
  const result = all.map(({ node, word }, i): string | undefined => {
    const [, flag, assigned] = /^(--?[\w-]+)=(.*)$/.exec(word) ?? [];
    const value = assigned ?? word;
    const before = flag ?? all[i - 1]?.word ?? '';
    // Of a list the variables are those of the word; of a text they may be those of another.
    const own = node.value === word ? node : undefined;
    const asked = isPasswordFlag(before) && (flag !== undefined || !word.startsWith('-'));
    if (value === '' || !(asked || context.isSecretText(own, value))) return environment.word(word);
    if (/\s/.test(value)) return undefined;
    const variable = environment.secret(own?.variables[0] ?? before.replace(/^-+/, '').replace(/-/g, '_').toUpperCase(), value);
    report.approximated(node, `A password in it stays out of the chart: it is read from the variable ${variable}, which a Secret fills.`);
    return `${flag ? `${flag}=` : ''}$(${variable})`;
  });
  if (result.includes(undefined)) {
    report.refused(given, 'A password stands within one of its words: let the program read it from its environment.');
    return undefined;
  }
  report.converted(given);
  return result as string[];
}
