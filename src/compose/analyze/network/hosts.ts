/** A host in a text. */
export interface HostMention {
  readonly host: string;
  readonly port?: number;
  /** The scheme of the URL that contains it. */
  readonly scheme?: string;
}

/** `scheme://user:password@host:port`, or `host:port` that is not part of a longer word. */
const URL =
  /(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]*):\/\/([^\s/?#@'"]*@)?([A-Za-z0-9][\w.-]*)(?::(\d{1,5}))?(?=$|[\s/?#,'"`<>)\]};\\])/g;
const HOST_PORT = /(?<![\w.:/@-])([A-Za-z0-9][\w.-]*):(\d{1,5})(?![\w.:-])/g;
/** Names of settings whose whole value can be a host. */
const HOST_NAMES =
  /(^|_)(HOST|HOSTNAME|ADDR|ADDRESS|SERVER|SERVERS|BROKER|BROKERS|ENDPOINT|NODE|NODES|PEER|UPSTREAM|BACKEND)S?$/i;

/** The hosts in a text: the value of the setting `name`, or a part of a command. */
export function mentionsIn(text: string, name?: string): HostMention[] {
  const found: HostMention[] = [];
  replaceHosts(
    text,
    (mention) => {
      found.push(mention);
      return undefined;
    },
    name,
  );
  return found;
}

/** A line with one setting: `db-host: db`, `"host": "db",` or `DB_HOST=db`. */
const SETTING = /^(\s*(?:-\s+|export\s+)?["']?([\w.-]+)["']?\s*[:=]\s*["']?)([A-Za-z0-9][\w.-]*)(["']?\s*[,;]?)$/;
/** A longer line is no setting, and the search takes time. */
const LONGEST_SETTING = 500;

/** The hosts in a line of a file. */
export function mentionsInLine(line: string): HostMention[] {
  const found: HostMention[] = [];
  replaceHostsInLine(line, (mention) => {
    found.push(mention);
    return undefined;
  });
  return found;
}

/** Rewrites the hosts in a line of a file. */
export function replaceHostsInLine(
  line: string,
  replace: (mention: HostMention) => { host: string } | undefined,
): string {
  const [, before, name, value, after] = (line.length <= LONGEST_SETTING && SETTING.exec(line)) || [];
  if (name === undefined || value === undefined) return replaceHosts(line, replace);
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/[.-]/g, '_');
  return `${before}${replaceHosts(value, replace, words)}${after}`;
}

/** Rewrites the hosts of a text. Where `replace` returns undefined, the text does not change. */
export function replaceHosts(
  text: string,
  replace: (mention: HostMention) => { host: string; port?: number } | undefined,
  name?: string,
): string {
  const written = ({ host, port }: { host: string; port?: number }) => `${host}${port === undefined ? '' : `:${port}`}`;
  // A single word is a host only if the name of the setting says so.
  if (/^[A-Za-z0-9][\w.-]*$/.test(text) && !/^\d+$/.test(text)) {
    if (name === undefined || !HOST_NAMES.test(name)) return text;
    const to = replace({ host: text });
    return to ? to.host : text;
  }
  const urls = text.replace(
    URL,
    (all, scheme: string, credentials: string | undefined, host: string, port: string | undefined) => {
      const to = replace({ host, scheme: scheme.toLowerCase(), ...(port && { port: Number(port) }) });
      return to ? `${scheme}://${credentials ?? ''}${written(to)}` : all;
    },
  );
  return urls.replace(HOST_PORT, (all, host: string, port: string) => {
    if (/^\d+(\.\d+)*$/.test(host)) return all;
    const to = replace({ host, port: Number(port) });
    return to ? written({ port: Number(port), ...to }) : all;
  });
}

/** The port of a URL without a port. */
export function portOfScheme(scheme: string | undefined): number | undefined {
  return {
    http: 80,
    ws: 80,
    https: 443,
    wss: 443,
    smtp: 25,
    smtps: 465,
    redis: 6379,
    rediss: 6379,
    amqp: 5672,
    amqps: 5671,
    mongodb: 27017,
    mysql: 3306,
    postgres: 5432,
    postgresql: 5432,
    nats: 4222,
    ldap: 389,
    ldaps: 636,
    ftp: 21,
    kafka: 9092,
  }[scheme?.split('+')[0] ?? ''];
}
