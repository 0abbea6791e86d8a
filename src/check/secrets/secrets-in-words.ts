import { isPlaceholder } from './placeholder';

/** A secret in the words of a command. */
export interface SecretWord {
  /** What it is, without the secret itself: `the value of --password`. */
  readonly what: string;
  /** The index of the word. */
  readonly word: number;
}

const KINDS =
  'password|passwd|requirepass|masterauth|passphrase|api-?key|client-secret|cookie-secret|access-token|auth-token|secret-key|private-key';
/** `--password`, `-Dspring.datasource.password`, `--db-password` */
const FLAG = new RegExp(`^--?[\\w.-]*?(?<![a-z])(${KINDS})$`, 'i');
/** `PGPASSWORD`, `db_password`, and the key of `kubectl create secret --from-literal=password=…` */
const VARIABLE = /^(?:--from-literal=)?([\w.-]*(?:PASSWORD|PASSWD|API_?KEY|PRIVATE_?KEY|SECRET_?KEY|ACCESS_?TOKEN))$/i;
/** `--no-password`, `--min-password`, `--allow-empty-password` */
const ABOUT_PASSWORDS =
  /(^|[-_.])(no|skip|allow|require|requires|disable|disabled|enable|enabled|use|generate|random|empty|without|show|hide|prompt|read|min|max|validate|policy|reset|change)([-_.]|$)/i;
/** A client with a short option for its password. */
interface Client {
  readonly program: RegExp;
  /** The password follows in the next word. */
  readonly option?: RegExp;
  /** The password follows without a blank. With one, the next word is the name of a database. */
  readonly joined?: RegExp;
  /** The password comes after the user and a colon. */
  readonly afterUser?: boolean;
}

const CLIENTS: readonly Client[] = [
  { program: /^(mysql|mysqladmin|mysqldump|mariadb|mariadb-admin|mariadb-dump)$/, joined: /^-p(?=.)/ },
  { program: /^(mongo|mongosh|mongodump|mongorestore|mongoimport|mongoexport|sshpass)$/, option: /^-p$/ },
  { program: /^(redis-cli|valkey-cli)$/, option: /^-a$/ },
  { program: /^curl$/, option: /^(-u|--user)$/, afterUser: true },
];
const ENDS_COMMAND = /^(\||\|\||&&?|;|\()$|;$/;

/** The passwords that the words of a command certainly contain. A word may be a whole script. */
export function secretsInWords(words: readonly string[]): SecretWord[] {
  const parts = words.flatMap((text, word) => partsOf(text).map((part) => ({ part, word })));
  const found: SecretWord[] = [];
  let program = '';
  let client: Client | undefined;
  for (const [i, { part, word }] of parts.entries()) {
    const name = part.replace(/^.*\//, '');
    if (ENDS_COMMAND.test(part)) [program, client] = ['', undefined];
    else client ??= CLIENTS.find((one) => one.program.test(name));
    if (program === '' && /^[\w./-]+$/.test(part)) program = name;
    const { part: next = '', word: nextWord = word } = parts[i + 1] ?? {};
    const inPart = assigned(part) ?? joined(client, part);
    const inNext = separated(part, next, program) ?? following(client, part, next);
    if (inPart !== undefined) found.push({ what: inPart, word });
    else if (inNext !== undefined) found.push({ what: inNext, word: nextWord });
  }
  return found;
}

/** The words of a script, or the word itself. */
function partsOf(text: string): string[] {
  return text.split(/\s+/).filter((part) => part !== '');
}

/** `--password=secret` and `PASSWORD=secret` */
function assigned(part: string): string | undefined {
  const [, name = '', value = ''] = /^["']?((?:--from-literal=)?[\w.-]+)=(.*)$/s.exec(part) ?? [];
  const isSecret = FLAG.test(name) || (!/^-(?!-from-literal)/.test(name) && VARIABLE.test(name));
  return isSecret && !ABOUT_PASSWORDS.test(name) && isValue(value) ? `the value of ${name}` : undefined;
}

/** `--password secret`. For psql it is a switch. */
function separated(part: string, next: string, program: string): string | undefined {
  return FLAG.test(part) &&
    !ABOUT_PASSWORDS.test(part) &&
    !/^(psql|pg_\w+|createdb|dropdb)$/.test(program) &&
    isValue(next)
    ? `the value of ${part}`
    : undefined;
}

/** `mysql -psecret` */
function joined(client: Client | undefined, part: string): string | undefined {
  const [option] = client?.joined?.exec(part) ?? [];
  return option !== undefined && isValue(part.slice(option.length)) ? `the value of ${option}` : undefined;
}

/** `redis-cli -a secret` */
function following(client: Client | undefined, part: string, next: string): string | undefined {
  if (!client?.option?.test(part)) return undefined;
  const value = client.afterUser ? next.replace(/^[^:]*:?/, '') : next;
  return isValue(value) ? `the value of ${part}` : undefined;
}

/** Whether a word is a literal value, and not an option, an operator of the shell, or a placeholder. */
function isValue(word: string): boolean {
  const text = word.replace(/[;,"')]+$/, '').replace(/^["']/, '');
  return /^[^-|&;<>()\\]/.test(text) && !isPlaceholder(text);
}
