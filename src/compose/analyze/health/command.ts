import { mentionsIn } from '../network/hosts';
import { textOf, type Node } from '../../load/node';
import { commandOf } from '../../load/service';
import { wordsOf } from '../../load/short-forms';

/** What a health check asks itself over HTTP. */
export interface HealthUrl {
  readonly port: number;
  readonly path: string;
}

/** The URL that `curl` or `wget` asks in a health check, when that is all it does. */
export function healthUrl(test: Node | undefined, ownNames: readonly string[]): HealthUrl | undefined {
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
  // A header, a body or a method would get another answer than the plain question.
  if (/\s(-X|--request|-d|--data\S*|-H|--header|-u|--user|--post-\S+)[\s=]/.test(text)) return undefined;
  return { port: Number(port ?? 80), path };
}

/** The port at which a health check asks the service itself over HTTP, by whatever program. */
export function portOfHealthCheck(test: Node | undefined, ownNames: readonly string[]): number | undefined {
  const own = new Set(['localhost', '127.0.0.1', ...ownNames]);
  const mentions = healthCommand(test)?.flatMap((word) => mentionsIn(word)) ?? [];
  return mentions.find(({ host, scheme }) => scheme === 'http' && own.has(host))?.port;
}

/** The words of a health check's command; nothing where there is none, or where it is turned off. */
export function healthCommand(test: Node | undefined): string[] | undefined {
  if (!test) return undefined;
  if (test.kind !== 'list') return shell(textOf(test) ?? '');
  const [how, ...words] = commandOf(test, wordsOf).map(({ word }) => word);
  if (how === 'NONE' || words.length === 0) return undefined;
  if (how === 'CMD-SHELL') return shell(words.join(' '));
  return how === 'CMD' ? words : undefined;
}

/** A command for the shell; without one where the shell has nothing to do. */
function shell(text: string): string[] | undefined {
  const plain = text.trim().replace(/\s*\|\|\s*exit 1$/, '');
  if (plain === '') return undefined;
  return /[|&;<>()$`\\"'*?[\]#~=%\n]/.test(plain) ? ['sh', '-c', text.trim()] : wordsOf(plain);
}
