import { isName, portNumber, type HostAddress } from './hosts';

const HOST = '([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)';
/** The MySQL driver of Go: `app:secret@tcp(db:3306)/app`. */
const IN_PARENTHESES = new RegExp(`@tcp\\(${HOST}(?::(\\d{1,5}))?\\)`, 'i');
const KEY_AND_VALUE = /(?:^|[;\s])\s*([a-z][a-z ]*?)\s*=\s*([^;\s]+)/gi;
/** Only a text with one of these is a connection string. */
const LOGIN = /^(dbname|database|initial catalog|user|username|user id|uid|password|pwd|sslmode)$/;
const SERVER = /^(host|server|data source|address|addr|network address)$/;
/** SQL Server: `tcp:db,1433`. */
const SERVER_VALUE = new RegExp(`^(?:tcp:)?${HOST}(?:[,:](\\d{1,5}))?$`, 'i');

/** The address in `host=db port=5432 dbname=app`, in `Server=db;Database=app;User Id=app`, or in a DSN of Go. */
export function addressesInConnectionString(text: string): HostAddress[] {
  if (text.length > 1000) return [];
  const go = IN_PARENTHESES.exec(text);
  if (go) return addressOf(go[1]!, go[2] === undefined ? 3306 : portNumber(go[2]));
  if (!text.includes('=')) return [];
  const settings = [...text.matchAll(KEY_AND_VALUE)].map(
    ([, key = '', value = '']) => [key.toLowerCase(), value] as const,
  );
  if (!settings.some(([key]) => LOGIN.test(key))) return [];
  const [, value = ''] = settings.find(([key]) => SERVER.test(key)) ?? [];
  const [, host, own] = SERVER_VALUE.exec(value) ?? [];
  const port = own ?? settings.find(([key]) => key === 'port')?.[1];
  return host ? addressOf(host, port === undefined ? undefined : portNumber(port)) : [];
}

function addressOf(name: string, port: number | undefined): HostAddress[] {
  const host = name.toLowerCase();
  return isName(host) ? [{ host, port, sure: true }] : [];
}
