import { UNKNOWN } from './shell';
import { isName, portNumber } from './hosts';

/** A host that a command names. */
export interface ClientHost {
  readonly host: string;
  readonly port?: number;
  /** Whether the command resolves the name, but sends nothing to a port of the pods. */
  readonly lookup?: boolean;
  /** The position of the word with the host. */
  readonly word: number;
}

/** How a program reads the host and the port from its arguments. */
interface Client {
  /** The meaning of the arguments without an option. The last meaning repeats, if it is `addresses`. */
  readonly arguments?: 'host' | 'host and port' | 'url' | 'address' | 'address or database';
  readonly host?: readonly string[];
  readonly port?: readonly string[];
  readonly defaultPort?: number;
  /** The variable that changes the default port. */
  readonly portVariable?: string;
  /** The letters of the options with a value. */
  readonly letters?: string;
  /** The letters of options whose value is never in the next word: `-ppassword`. */
  readonly attached?: string;
  /** The long options without a value. The others have one. A word that is skipped by mistake is no false alarm. */
  readonly switches?: RegExp;
  /** The options that make the command something other than a call over TCP to the host. */
  readonly unless?: readonly string[];
  readonly lookup?: boolean;
}

const NC: Client = { arguments: 'host and port', letters: 'beGgIiMmOoPpqsTVwWXxc', unless: ['-l', '-U', '-u', '-x'] };
const POSTGRES: Client = {
  host: ['-h', '--host'],
  port: ['-p', '--port'],
  defaultPort: 5432,
  portVariable: 'PGPORT',
  letters: 'hpUdcfovFRPTtnNZjES',
};
const MYSQL: Client = {
  host: ['-h', '--host'],
  port: ['-P', '--port'],
  defaultPort: 3306,
  portVariable: 'MYSQL_TCP_PORT',
  letters: 'hPuDeS',
  attached: 'p',
  unless: ['-S', '--socket', '--protocol', '--defaults-file', '--defaults-extra-file', '--login-path'],
};
const REDIS: Client = {
  host: ['-h'],
  port: ['-p'],
  defaultPort: 6379,
  letters: 'hpasnuriDdX',
  unless: ['-s', '-u'],
};
const MONGO: Client = {
  arguments: 'address or database',
  host: ['-h', '--host'],
  port: ['--port'],
  defaultPort: 27_017,
  letters: 'hupdco',
  switches: /^--(quiet|norc|nodb|tls|ssl|shell|ipv6|verbose|\w*Allow\w+|drop|gzip|oplog|json)$/,
};
const KAFKA: Client = { host: ['--bootstrap-server', '--broker-list', '--zookeeper', '--bootstrap-controller'] };
const WAIT: Client = {
  arguments: 'address',
  host: ['-h', '--host'],
  port: ['-p', '--port'],
  letters: 'hpt',
  switches: /^--(strict|quiet)$/,
};
const LOOKUP: Client = { arguments: 'host', lookup: true };

const CLIENTS: Readonly<Record<string, Client>> = {
  nc: NC,
  ncat: NC,
  netcat: NC,
  telnet: { arguments: 'host and port', defaultPort: 23, letters: 'abeklnSX' },
  ping: { ...LOOKUP, letters: 'cWwiIsStTpQMmlLF' },
  nslookup: LOOKUP,
  host: { ...LOOKUP, letters: 'cmNRtW' },
  getent: LOOKUP,
  curl: {
    arguments: 'url',
    letters: 'AbcCdDeEFHhKmoPQrtTuUwxXyYz',
    switches:
      /^--(no-.*|fail.*|silent|show-error|location(-trusted)?|insecure|verbose|head|include|compressed|get|globoff|ipv[46]|retry-(connrefused|all-errors)|raw|remote-(name|header-name)|ssl.*|tlsv1.*|http[0123.]+|http2-prior-knowledge|create-dirs|netrc|basic|digest|anyauth|negotiate|progress-bar|path-as-is|parallel|tcp-nodelay|xattr)$/,
    unless: [
      '-x',
      '--proxy',
      '--preproxy',
      '--socks4',
      '--socks4a',
      '--socks5',
      '--socks5-hostname',
      '--unix-socket',
      '--abstract-unix-socket',
      '--resolve',
      '--connect-to',
      '-K',
      '--config',
    ],
  },
  wget: {
    arguments: 'url',
    letters: 'OoaeiPUQTtwBlADRIXY',
    switches:
      /^--(no-.*|spider|quiet|verbose|server-response|continue|recursive|timestamping|mirror|content-on-error|content-disposition|retry-connrefused|trust-server-names|page-requisites|convert-links|random-wait|inet[46]-only)$/,
    unless: ['-i', '-e', '--input-file', '--execute'],
  },
  psql: POSTGRES,
  pg_isready: POSTGRES,
  pg_dump: POSTGRES,
  pg_dumpall: POSTGRES,
  pg_restore: POSTGRES,
  createdb: POSTGRES,
  mysql: MYSQL,
  mysqladmin: MYSQL,
  mysqldump: MYSQL,
  mysqlcheck: MYSQL,
  mariadb: MYSQL,
  'mariadb-admin': MYSQL,
  'mariadb-dump': MYSQL,
  'redis-cli': REDIS,
  'valkey-cli': REDIS,
  mongo: MONGO,
  mongosh: MONGO,
  mongodump: { ...MONGO, arguments: undefined },
  mongorestore: { ...MONGO, arguments: undefined },
  cqlsh: { arguments: 'host and port', defaultPort: 9042, letters: 'upkfe', switches: /^--(ssl|debug|no-color)$/ },
  'clickhouse-client': { host: ['-h', '--host'], port: ['--port'], letters: 'huqd' },
  rabbitmqadmin: { host: ['-H', '--host'], port: ['-P', '--port'], letters: 'HPVupfc' },
  mosquitto_pub: { host: ['-h', '--host'], port: ['-p', '--port'], letters: 'hptmuPiqkfALV', unless: ['-A'] },
  mosquitto_sub: { host: ['-h', '--host'], port: ['-p', '--port'], letters: 'hptmuPiqkfALVCW', unless: ['-A'] },
  nats: { host: ['-s', '--server'], defaultPort: 4222, letters: 's' },
  kcat: { host: ['-b'], defaultPort: 9092, letters: 'bGtpocXKDfFsrH' },
  kafkacat: { host: ['-b'], defaultPort: 9092, letters: 'bGtpocXKDfFsrH' },
  'zookeeper-shell': { arguments: 'address' },
  zkCli: { host: ['-server'], defaultPort: 2181 },
  cockroach: { host: ['--host', '--join'], defaultPort: 26_257 },
  'wait-for-it': WAIT,
  wait_for_it: WAIT,
  'wait-for': WAIT,
};

const ADDRESS = /^([^:/\s]+)(?::([^/\s]*))?(\/.*)?$/;

/** Whether a text contains the name of a program whose arguments are known. It saves reading all other scripts. */
export const MENTIONS_CLIENT = new RegExp(`\\b(?:${Object.keys(CLIENTS).join('|')}|kafka-[a-z-]+)(?:\\.sh)?\\s`);

/** The program of a command: `nc` for /usr/bin/nc, and `wait-for-it` for ./wait-for-it.sh. */
export function programName(word: string): string {
  return word.replace(/^.*\//, '').replace(/\.sh$/, '');
}

/** Whether the command is one whose arguments are known. */
export function isClient(program: string): boolean {
  return clientOf(program) !== undefined;
}

function clientOf(program: string): Client | undefined {
  if (Object.hasOwn(CLIENTS, program)) return CLIENTS[program];
  return program.startsWith('kafka-') ? KAFKA : undefined;
}

/** The hosts that a command names, if its program is known. `has` tells whether a variable may be set. */
export function hostsOfCommand(words: readonly string[], has: (variable: string) => boolean): ClientHost[] {
  const program = programName(words[0]!);
  const client = clientOf(program);
  if (!client) return [];
  const { options, rest } = optionsOf(words, client);
  if (client.unless?.some((name) => options.some((option) => option.name === name))) return [];
  const { lookup } = client;
  const defaultPort = client.portVariable && has(client.portVariable) ? undefined : client.defaultPort;

  const portOption = options.find(({ name }) => client.port?.includes(name));
  const given = portOption ? portNumber(portOption.value) : defaultPort;
  const found: ClientHost[] = options
    .filter(({ name }) => client.host?.includes(name))
    .flatMap(({ value, word }) =>
      // The name of a replica set can precede the hosts: rs0/mongo-0.mongo:27017.
      value
        .replace(/^\w+\/(?=\w)/, '')
        .split(',')
        .map((text) => ({ text, word })),
    )
    .flatMap(({ text, word }) => addressOf(text, given, word));

  const args = program === 'getent' ? (rest[0]?.value.includes('hosts') ? rest.slice(1) : []) : rest;
  const [first, second] = args;
  if (client.arguments === 'host' && first) found.push(...addressOf(first.value, undefined, first.word, /^[^:/]+$/));
  if (client.arguments === 'host and port' && first)
    found.push(...addressOf(first.value, second ? portNumber(second.value) : defaultPort, first.word, /^[^:/]+$/));
  if (client.arguments === 'url')
    for (const { value, word } of args)
      if (!value.includes('://')) found.push(...addressOf(value.replace(/^[^@/]*@/, ''), 80, word));
  if (client.arguments === 'address' && first) found.push(...addressOf(first.value, undefined, first.word, /:\d+$/));
  if (client.arguments === 'address or database')
    for (const { value, word } of args)
      if (!/\.js$|^\/|:\/\//.test(value)) found.push(...addressOf(value, defaultPort, word, /[:/]/));
  return lookup ? found.map((one) => ({ ...one, lookup })) : found;
}

/** The host and port of `host`, `host:port` or `host:port/path`, if it can be the name of a Service. */
function addressOf(text: string, port: number | undefined, word: number, form = /^/): ClientHost[] {
  if (!form.test(text)) return [];
  const [, name = '', digits] = ADDRESS.exec(text.replace(/[?#].*$/s, '')) ?? [];
  const host = name.toLowerCase().replace(/\.$/, '');
  return isName(host) ? [{ host, port: digits === undefined ? port : portNumber(digits), word }] : [];
}

interface Given {
  readonly name: string;
  readonly value: string;
  readonly word: number;
}

/** Separates the options of a command from its other arguments. */
function optionsOf(words: readonly string[], client: Client): { options: Given[]; rest: Omit<Given, 'name'>[] } {
  const options: Given[] = [];
  const rest: Omit<Given, 'name'>[] = [];
  const named = new Set([...(client.host ?? []), ...(client.port ?? [])]);
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!;
    // A word like an option is never a host, a port or a path.
    const next = () => ({ value: /^-./.test(words[i + 1] ?? '') ? '' : (words[++i] ?? ''), word: i });
    if (word === '--') break;
    if (word.startsWith('--')) {
      const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
      if (name) options.push({ name, value: value!, word: i });
      else if (!named.has(word) && client.switches?.test(word)) options.push({ name: word, value: '', word: i });
      else options.push({ name: word, ...next() });
    } else if (named.has(word)) options.push({ name: word, ...next() });
    else if (/^-./.test(word) && !word.startsWith(`-${UNKNOWN}`)) {
      // Several letters in one word: -zvw5. The first one with a value takes the rest of the word, or the next word.
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!;
        const tail = word.slice(at + 1);
        const name = `-${letter}`;
        if (client.attached?.includes(letter)) break;
        if (!client.letters?.includes(letter)) options.push({ name, value: '', word: i });
        else {
          options.push({ name, ...(tail === '' ? next() : { value: tail, word: i }) });
          break;
        }
      }
    } else rest.push({ value: word, word: i });
  }
  return { options, rest };
}
