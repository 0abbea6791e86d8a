import type { V1Container } from '@kubernetes/client-node';
import { isText, listOf } from '../values';

/** Programs that use their own port for a URL without one, such as 9000 for `minio server http://minio-0.minio/data`. */
const PROGRAMS = /\bminio\b[^]*\bserver\b|\btempo-vulture\b|\b(file|metric|heart|packet|audit|func)beat\b|\blogstash\b/;

/** Whether the program of a container has its own default port for URLs. */
export function hasOwnPort({ image, command, args }: V1Container): boolean {
  return PROGRAMS.test([image, ...listOf(command), ...listOf(args)].filter(isText).join(' '));
}

/** Whether the settings are those of a program with its own default port for URLs. */
export function isOfProgramWithOwnPort(fileName: string): boolean {
  return PROGRAMS.test(fileName);
}

/** A variable and the URL that it gets: `set $loki http://loki;` of nginx, and `LOKI=http://loki` of a shell. */
const ASSIGNMENT =
  /(?:\bset\s+\$|(?<![\w$-]))([A-Za-z_]\w*)(?:=|\s+)["']?[a-z][a-z+]*:\/\/([^\s:/"';]+)["']?\s*(?:;|$)/gm;

/** The hosts of URLs that get their port later: `proxy_pass $loki:3100`. */
export function hostsCompletedLater(text: string): ReadonlySet<string> {
  const hosts = new Set<string>();
  if (text.includes('://'))
    for (const [, variable = '', host = ''] of text.matchAll(ASSIGNMENT))
      if (isCompleted(variable, text)) hosts.add(host.toLowerCase());
  return hosts;
}

/** Whether a text adds a port to a variable: `$LOKI:3100`, `${LOKI}:3100` or `$(LOKI):3100`. */
export function isCompleted(variable: string, text: string): boolean {
  return ['', '{', '('].some((open) => {
    const close = open === '{' ? '}' : open === '(' ? ')' : '';
    return text.includes(`$${open}${variable}${close}:`);
  });
}
