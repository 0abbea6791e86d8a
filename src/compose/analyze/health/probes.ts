import type { Context } from '../context';
import type { Member } from '../member';
import type { EnvironmentConverter } from '../environment/settings';
import { healthCommand, healthUrl } from './command';
import { aliasesOf } from '../network/listening';
import { get, isTrue, numberOf, textOf } from '../../load/node';
import { passwordsIn } from '../secrets/detect';
import { secondsOf } from '../../load/short-forms';
import type { Literal } from '../../write/typescript';

/** How the cluster asks after a microservice, from the health check that compose would run. */
export function healthOf(
  context: Context,
  member: Member,
  environment: EnvironmentConverter,
): Record<string, Literal> | undefined {
  const { report } = context;
  const { role } = member;
  const check = get(member.node, 'healthcheck');
  const test = get(check, 'test');
  const off = isTrue(get(check, 'disable'));
  const usual = role.kind === 'http' ? { live: 'tcp', ready: 'tcp' } : undefined;
  const command = off ? undefined : healthCommand(test);
  if (!command) {
    report.rest(
      check,
      'approximated',
      role.kind === 'worker' ? 'Nobody asks after it.' : 'It is asked whether it takes connections.',
    );
    return usual;
  }
  const url = healthUrl(test, aliasesOf(member));
  const times = timesOf(context, member);
  if (url && role.kind === 'http' && url.port === role.port) {
    report.converted(test, `The cluster asks ${url.path} itself.`);
    return { live: 'tcp', ready: url.path, ...times(false) };
  }
  const safe = withoutPasswords(context, member, environment, command);
  if (!safe) {
    report.refused(test, 'A password stands in it: let the command read it from the environment.');
    report.rest(check, 'approximated', 'It is asked whether it takes connections.');
    return usual;
  }
  report.converted(
    test,
    'Requests are sent to it while the command ends with 0; a failure restarts nothing, as with docker.',
  );
  return { ...(role.kind === 'http' && { live: 'tcp' }), ready: safe, ...times(true) };
}

/** The command with its passwords read from the environment by a shell; nothing where one of them stands in no variable. */
function withoutPasswords(
  context: Context,
  member: Member,
  environment: EnvironmentConverter,
  command: readonly string[],
): string[] | undefined {
  const test = get(member.node, 'healthcheck', 'test');
  const hidden = (text: string) => passwordsIn([text]).length > 0 || context.isSecretText(test, text);
  if (!hidden(command.join(' '))) return command.map((word) => environment.hosts(word));
  const shell = command[0] === 'sh' && command[1] === '-c' && command.length === 3;
  let text = shell
    ? command[2]!
    : command.map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
  for (const [name, value] of environment.secretVariables()) text = withVariable(text, value, name);
  return hidden(text) ? undefined : ['sh', '-c', environment.hosts(text)];
}

/** A password that is a word too stands for one only behind an option that takes one. */
function withVariable(text: string, password: string, name: string): string {
  const value = password.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const option = String.raw`--?(?:requirepass|masterauth|auth|[\w-]*pass(?:word|wd)?|[\w-]*secret|[\w-]*token)[=\s]+|-a\s+|-p`;
  const behind = text.replace(
    new RegExp(`((?:^|\\s)(?:${option}))(["']?)${value}\\2(?=$|[\\s"'|;&)])`, 'g'),
    (_, before: string) => `${before}"$${name}"`,
  );
  // Longer than a word of every day, it is one wherever it stands by itself.
  return password.length < 6
    ? behind
    : behind.replace(new RegExp(`(^|\\s)('${value}'|"${value}"|${value})(?=\\s|$)`, 'g'), `$1"$$${name}"`);
}

/** The times of a health check. A path costs little to ask: it is asked as often as any other. */
function timesOf({ report }: Context, { node }: Member): (command: boolean) => Record<string, Literal> {
  const at = (key: string) => get(node, 'healthcheck', key);
  const seconds = (key: string) => {
    const value = secondsOf(textOf(at(key)) ?? '');
    return value === undefined ? undefined : Math.max(1, Math.ceil(value));
  };
  return (command) => {
    const times: Record<string, Literal> = {};
    const [timeout, startup, interval, retries] = [
      seconds('timeout'),
      seconds('start_period'),
      seconds('interval'),
      numberOf(at('retries')),
    ];
    if (timeout !== undefined && timeout > 2) times.timeout = timeout;
    if (startup !== undefined && startup > 60) times.startup = startup;
    report.converted(at('timeout'));
    report.converted(
      at('start_period'),
      startup !== undefined && startup <= 60 ? 'A start may take 60 seconds in any case.' : undefined,
    );
    report.approximated(at('start_interval'), 'During a start it is asked every few seconds.');
    if (!command) {
      for (const key of ['interval', 'retries'])
        report.approximated(at(key), 'It is asked every 3 seconds, so that a copy that fails is soon left out.');
      return times;
    }
    if (interval !== undefined) times.interval = interval;
    if (retries !== undefined && retries >= 1) times.failures = retries;
    report.converted(at('interval'));
    report.converted(at('retries'));
    report.converted(at('disable'));
    return times;
  };
}
