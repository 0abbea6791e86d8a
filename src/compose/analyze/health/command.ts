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
  const text = (command[0] === 'sh' && command[1] === '-c' ? command[2]! : command.join(' '))
    .replace(/\s*(\|\||;)\s*(exit|false).*$/, '')
    .replace(/\s*[12&]?>\s*(\/dev\/null|&1)/g, '');
  if (!/^\s*(\/usr\/bin\/)?(curl|wget)\s/.test(text) || /[|;&]/.test(text)) return undefined;
  const own = new Set(['localhost', '127.0.0.1', '0.0.0.0', '[::1]', ...ownNames]);
  const urls = wordsOf(text).map((word) => /^(?:http:\/\/)?(\[::1\]|[\w.-]+)(?::(\d+))?(\/[^?#]*)?$/.exec(word));
  const url = urls.find((found) => found && own.has(found[1]!));
  if (!url) return undefined;
  const [, , port, path = '/'] = url;
  // A probe sends no header, body or other method, so it can get another answer.
  if (/\s(-X|--request|-d|--data\S*|-H|--header|-u|--user|--post-\S+)[\s=]/.test(text)) return undefined;
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
  if (how === 'CMD-SHELL') return shell(words.join(' '));
  return how === 'CMD' ? words : undefined;
}

/** A command that runs in a shell if it has shell syntax. */
function shell(text: string): string[] | undefined {
  const plain = text.trim().replace(/\s*\|\|\s*exit 1$/, '');
  if (plain === '') return undefined;
  return /[|&;<>()$`\\"'*?[\]#~=%\n]/.test(plain) ? ['sh', '-c', text.trim()] : wordsOf(plain);
}
