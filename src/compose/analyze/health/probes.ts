import { isTrue, nodeAt, numberOf, textOf } from '../../load/node';
import { secondsOf } from '../../load/short-forms';
import type { PlannedValue } from '../../plan/plan';
import type { ImportContext } from '../context';
import type { SettingsConverter } from '../environment/settings';
import type { Member } from '../member';
import { aliasesOf } from '../network/listening';
import { passwordsIn } from '../secrets/detect';
import { healthCommand, healthUrl } from './command';

/** The probes of a microservice, from its health check. */
export function probesOf(
  context: ImportContext,
  member: Member,
  settings: SettingsConverter,
): Record<string, PlannedValue> | undefined {
  const { report } = context;
  const { role } = member;
  const check = nodeAt(member.node, 'healthcheck');
  const test = nodeAt(check, 'test');
  const off = isTrue(nodeAt(check, 'disable'));
  const byConnection = role.kind === 'http' ? { live: 'tcp', ready: 'tcp' } : undefined;
  const connects = role.kind === 'http' || (role.kind === 'server' && Object.keys(role.ports).length > 0);
  const withoutTest = connects ? 'The readiness probe opens a TCP connection.' : 'It has no probes.';
  const command = off ? undefined : healthCommand(test);
  if (!command) {
    report.rest(check, 'approximated', withoutTest);
    return byConnection;
  }
  const url = healthUrl(test, aliasesOf(member));
  if (url && role.kind === 'http' && url.port === role.port) {
    report.converted(test, `The readiness probe requests ${url.path}.`);
    return { live: 'tcp', ready: url.path, ...timesOf(context, member, 'http') };
  }
  const safe = withoutPasswords(context, member, settings, command);
  if (!safe) {
    report.refused(test, 'It contains a password. Let the command read the password from a variable.');
    report.rest(check, 'approximated', withoutTest);
    return byConnection;
  }
  report.converted(test, 'It is the readiness probe. As in Docker, a failure does not restart the container.');
  return { ...(role.kind === 'http' && { live: 'tcp' }), ready: safe, ...timesOf(context, member, 'command') };
}

/** The command in a shell that reads its passwords from variables; undefined if a password is in no variable. */
function withoutPasswords(
  context: ImportContext,
  member: Member,
  settings: SettingsConverter,
  command: readonly string[],
): string[] | undefined {
  const test = nodeAt(member.node, 'healthcheck', 'test');
  const hidden = (text: string) => passwordsIn([text]).length > 0 || context.isSecretText(test, text);
  if (!hidden(command.join(' '))) return command.map((word) => settings.hosts(word));
  const shell = command[0] === 'sh' && command[1] === '-c' && command.length === 3;
  let text = shell
    ? command[2]!
    : command.map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
  for (const [name, value] of settings.secretVariables()) text = withVariable(text, value, name);
  return hidden(text) ? undefined : ['sh', '-c', settings.hosts(text)];
}

/** Replaces a password. A short one could be another word, so it is replaced only after an option that takes a password. */
function withVariable(text: string, password: string, name: string): string {
  if (!text.includes(password)) return text;
  const value = password.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const option = String.raw`--?(?:requirepass|masterauth|auth|[\w-]*pass(?:word|wd)?|[\w-]*secret|[\w-]*token)[=\s]+|-a\s+|-p`;
  const behind = text.replace(
    new RegExp(`((?:^|\\s)(?:${option}))(["']?)${value}\\2(?=$|[\\s"'|;&)])`, 'g'),
    (_, before: string) => `${before}"$${name}"`,
  );
  return password.length < 6
    ? behind
    : behind.replace(new RegExp(`(^|\\s)('${value}'|"${value}"|${value})(?=\\s|$)`, 'g'), `$1"$$${name}"`);
}

/** The times of a health check. A probe over HTTP is cheap, so it keeps the default interval. */
function timesOf({ report }: ImportContext, { node }: Member, how: 'http' | 'command'): Record<string, PlannedValue> {
  const at = (key: string) => nodeAt(node, 'healthcheck', key);
  const seconds = (key: string) => {
    const value = secondsOf(textOf(at(key)) ?? '');
    return value === undefined ? undefined : Math.max(1, Math.ceil(value));
  };
  const times: Record<string, PlannedValue> = {};
  const [timeout, startup, interval] = [seconds('timeout'), seconds('start_period'), seconds('interval')];
  if (timeout !== undefined && timeout > 2) times.timeout = timeout;
  if (startup !== undefined && startup > 60) times.startup = startup;
  report.converted(at('timeout'));
  report.converted(at('start_period'), startup && startup <= 60 ? 'The default is 60 seconds.' : undefined);
  report.approximated(at('start_interval'), 'The startup probe has its own interval.');
  if (how === 'http') {
    for (const key of ['interval', 'retries'])
      report.approximated(at(key), 'The readiness probe has the default interval, 3 seconds.');
    return times;
  }
  const retries = numberOf(at('retries'));
  if (interval !== undefined) times.interval = interval;
  if (retries !== undefined && retries >= 1) times.failures = retries;
  for (const key of ['interval', 'retries', 'disable']) report.converted(at(key));
  return times;
}
