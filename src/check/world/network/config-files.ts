import { isName, portNumber, type HostAddress } from './hosts';
import { holdsAddress } from './labels';

/** Texts that are read by people or browsers, and keys and certificates. */
const NO_SETTINGS = /\.(md|html?|css|m?js|svg|txt|sql|lua|py|rb|go|php|crt|pem|key|sh)$/i;
/** Files whose addresses are certainly those that a program calls. Source code may contain any text. */
const SETTINGS = /\.(conf|cfg|cnf|ini|ya?ml|toml|properties)$|^Caddyfile$/i;
const LONGEST = 200_000;

const HOST = '([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)';
const HOST_AND_PORT = new RegExp(`^${HOST}:(\\d{1,5})$`, 'i');
/** Directives of proxies and servers whose arguments are an address. */
const DIRECTIVES: readonly (readonly [form: RegExp, defaultPort?: number])[] = [
  // nginx, in an upstream
  [new RegExp(`^[ \\t]*server[ \\t]+${HOST}(?::(\\d+))?(?:\\s[^;{}\\n]*)?;`, 'gim'), 80],
  // nginx
  [new RegExp(`\\b(?:proxy|grpc|fastcgi|uwsgi|scgi|memcached)_pass\\s+${HOST}:(\\d+)\\s*;`, 'gi')],
  // HAProxy
  [new RegExp(`^[ \\t]*server[ \\t]+[\\w.-]+[ \\t]+${HOST}:(\\d+)(?=\\s|$)(?!.*;)`, 'gim')],
  // Redis
  [new RegExp(`^[ \\t]*(?:replicaof|slaveof|sentinel[ \\t]+monitor[ \\t]+\\S+)[ \\t]+${HOST}[ \\t]+(\\d+)\\b`, 'gim')],
];
const CADDY = /^[ \t]*(?:reverse_proxy|php_fastcgi)[ \t]+(.+)$/gm;
/** `key: value`, `key = value` and `"key": ["value"]`. A list can continue on the next lines. */
const SETTING =
  /(?<![\w.-])["']?([\w.-]{1,80})["']?[ \t]*[:=][ \t]*(\[[^[\]{}]{0,2000}\]|(?:\n[ \t]*- [^\n{}:]+(?::\d+)?["']?[ \t]*(?=\n|$))+|"[^"\n]*"|'[^'\n]*'|[^\s{}[\]"']+)/g;
/** A host with its port in the next setting: `host: db` and `port: 5432`, `"address": "db", "port_value": 80`. */
const PAIR = new RegExp(
  `(?<![\\w.-])["']?((?:[\\w.-]{0,80}?[_.-])?)(?:host|addr|address)["']?(?:[ \\t]*[:=][ \\t]*|[ \\t]+)["']?${HOST}["']?[ \\t]*[,;]?[ \\t]*\\n?[ \\t]*["']?\\1port(?:_value)?["']?(?:[ \\t]*[:=][ \\t]*|[ \\t]+)["']?(\\d{1,5})(?![\\w.])`,
  'gi',
);

/** Whether a file contains settings and no program or text. */
export function isSettings(name: string): boolean {
  return SETTINGS.test(name);
}

/** The addresses in a configuration file that are no URLs: those of proxies, and of settings whose name says so. */
export function addressesInFile(name: string, text: string): HostAddress[] {
  if (NO_SETTINGS.test(name) || text.length > LONGEST || !text.includes('\n')) return [];
  const found: HostAddress[] = [];
  const add = (host: string, port: number | undefined) => {
    const known = host.toLowerCase();
    if (isName(known)) found.push({ host: known, port, sure: true });
  };
  for (const [form, defaultPort] of DIRECTIVES)
    for (const [, host = '', port] of text.matchAll(form)) add(host, port ? portNumber(port) : defaultPort);
  for (const [, words = ''] of text.matchAll(CADDY)) for (const word of words.split(/[ \t]+/)) addPart(word);
  for (const [, key = '', value = ''] of text.matchAll(SETTING))
    if (holdsAddress(key.replaceAll(/[.-]/g, '_')))
      for (const part of value.split(/[,\n]/)) addPart(part.replace(/^[\s[-]*["']?|["']?[\s\]]*$/g, ''));
  for (const [, , host = '', port = ''] of text.matchAll(PAIR)) add(host, portNumber(port));
  return found;

  function addPart(part: string): void {
    const [, host, port] = HOST_AND_PORT.exec(part) ?? [];
    if (host) add(host, portNumber(port!));
  }
}
