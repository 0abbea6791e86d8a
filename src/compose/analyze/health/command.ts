import { textOf, type ComposeNode } from '../../load/node';
import { commandOf } from '../../load/service';
import { wordsOf } from '../../load/short-forms';
import { mentionsIn } from '../network/hosts';

/** The HTTP request of a health check to its own service. */
interface HealthUrl {
  readonly port: number;
  readonly path: string;
}

/** The URL of a health check that only calls `curl` or `wget`. */
export function healthUrl(test: ComposeNode | undefined, ownNames: readonly string[]): HealthUrl | undefined {
  const command = healthCommand(test);
  if (!command) return undefined;
  const words = isShell(command) ? wordsOfLine(command[2]!) : command;
  if (!words || !/^(\/usr\/bin\/)?(curl|wget)$/.test(words[0]!)) return undefined;
  const own = new Set(['localhost', '127.0.0.1', '0.0.0.0', '[::1]', ...ownNames]);
  const urls = words.map((word) => /^(?:http:\/\/)?(\[::1\]|[\w.-]+)(?::(\d+))?(\/[^?#]*)?$/.exec(word));
  const url = urls.find((found) => found && own.has(found[1]!));
  if (!url) return undefined;
  const [, , port, path = '/'] = url;
  // A probe sends no header, body or other method, so it can get another answer.
  if (words.some((word) => /^(-X|--request|-d|--data\S*|-H|--header|-u|--user|--post-\S+)(=|$)/.test(word)))
    return undefined;
  return { port: Number(port ?? 80), path };
}

/** The port of a health check that any program sends to its own service over HTTP. */
export function portOfHealthCheck(test: ComposeNode | undefined, ownNames: readonly string[]): number | undefined {
  const own = new Set(['localhost', '127.0.0.1', ...ownNames]);
  const mentions = healthCommand(test)?.flatMap((word) => mentionsIn(word)) ?? [];
  return mentions.find(({ host, scheme }) => scheme === 'http' && own.has(host))?.port;
}

/** The command of a health check; undefined if there is none or it is turned off. */
export function healthCommand(test: ComposeNode | undefined): string[] | undefined {
  if (!test) return undefined;
  if (test.kind !== 'list') return shell(textOf(test) ?? '');
  const [how, ...words] = commandOf(test).map(({ word }) => word);
  if (how === 'NONE' || words.length === 0) return undefined;
  // As in Docker, further words are parameters of the script.
  if (how === 'CMD-SHELL') return words.length === 1 ? shell(words[0]!) : ['sh', '-c', ...words];
  return how === 'CMD' ? words : undefined;
}

/** Whether a command is a script of a shell. */
function isShell(command: readonly string[]): boolean {
  return command[0] === 'sh' && command[1] === '-c' && command.length === 3;
}

/** The words of a script that is one simple command, without where its output goes; undefined for any other script. */
function wordsOfLine(script: string): string[] | undefined {
  const text = script.trim();
  // Each line is a command of its own.
  if (text.includes('\n')) return undefined;
  const simple = text.replace(/(\|\||;)\s*(exit|false).*$/, '').replace(/[12&]?>\s*(\/dev\/null|&1)/g, '');
  return /[|;&]/.test(simple) ? undefined : wordsOf(simple);
}

/** Commands that only a shell has. */
const SHELL_ONLY =
  /^(\.|:|alias|break|case|cd|command|continue|eval|exec|exit|export|for|getopts|hash|if|read|readonly|return|set|shift|source|times|trap|type|ulimit|umask|unset|until|wait|while)(\s|$)/;

/** A command that runs in a shell if it has shell syntax. */
function shell(script: string): string[] | undefined {
  const text = script.trim();
  // A probe fails with any exit code other than 0.
  const plain = text.replace(/\|\|\s*exit 1$/, '').trimEnd();
  if (plain === '') return undefined;
  const needsShell = /[|&;<>(){}!$`\\"'*?[\]#~=%\n]/.test(plain) || SHELL_ONLY.test(plain);
  return needsShell ? ['sh', '-c', text] : wordsOf(plain);
}
