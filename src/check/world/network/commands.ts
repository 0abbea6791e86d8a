import { hostsOfCommand, isClient, MENTIONS_CLIENT, programName, type ClientHost } from './clients';
import { isName, portNumber } from './hosts';
import { flagOf, holdsAddress, labeledAddresses } from './labels';
import { commandsIn, type ValueOf } from './shell';

/** What a command runs in: the namespace and the variables of its container. */
export interface CommandContext {
  readonly namespace: string;
  readonly valueOf: ValueOf;
  /** Whether a variable may be set, even if its value is unknown. */
  readonly has: (variable: string) => boolean;
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);
/** Programs that run the command after their options, with the number of their own arguments. */
const WRAPPERS: Readonly<Record<string, number>> = {
  exec: 0,
  command: 0,
  nohup: 0,
  time: 0,
  sudo: 0,
  env: 0,
  tini: 0,
  'dumb-init': 0,
  busybox: 0,
  timeout: 1,
  gosu: 1,
  'su-exec': 1,
};
/** Programs whose arguments are texts, or options of other programs. */
const SENDS_NOTHING = new Set([
  '',
  '[',
  'test',
  'echo',
  'printf',
  'export',
  'kubectl',
  'helm',
  'docker',
  'ssh',
  'openssl',
]);
const MAY_HOLD_FLAG = /\s--?[\w.-]*(hosts?|addr(ess(es)?)?|endpoints?|servers?|brokers?|upstreams?|connect)[=\s]/i;
/** A connection that bash opens as a file. */
const TCP_FILE = /^\/dev\/tcp\/([^/]+)\/([^/]+)$/;

/** The hosts in the words of a command. Each has the position of its word. */
export function hostsOfWords(words: readonly string[], context: CommandContext, depth = 0): ClientHost[] {
  const start = commandStart(words);
  const command = words.slice(start);
  const program = programName(command[0] ?? '');
  const files = words.flatMap((word, i) => fileHost(word, i));
  if (depth > 3) return files;
  if (program === 'eval') return [...files, ...hostsOfScript(command.slice(1).join(' '), context, depth + 1)];
  if (SHELLS.has(program)) {
    const at = scriptPosition(command);
    if (at === undefined) return files;
    const hosts = hostsOfScript(command[at]!, context, depth + 1);
    return [...files, ...hosts.map((host) => ({ ...host, word: start + at }))];
  }
  const own = hostsOfCommand(command, context.has).map((host) => ({ ...host, word: start + host.word }));
  if (!isClient(program) && !SENDS_NOTHING.has(program)) own.push(...hostsOfFlags(words));
  // wait-for-it db:5432 -- COMMAND
  const next = program.startsWith('wait') ? words.indexOf('--', start) + 1 : 0;
  const then = next > 0 ? hostsOfWords(words.slice(next), context, depth + 1) : [];
  return [...files, ...own, ...then.map((host) => ({ ...host, word: next + host.word }))];
}

/** The hosts in a shell script. */
export function hostsOfScript(script: string, context: CommandContext, depth = 0): ClientHost[] {
  if (!script.includes('/dev/tcp/') && !MENTIONS_CLIENT.test(script) && !MAY_HOLD_FLAG.test(script)) return [];
  // Kubernetes replaces $(NAME) before the shell starts.
  const expanded = script.replace(
    /(?<!\$)\$\((\w+)\)/g,
    (reference, name: string) => context.valueOf(name) ?? reference,
  );
  return commandsIn(expanded, context.namespace, context.valueOf).flatMap((words) =>
    hostsOfWords(words, context, depth),
  );
}

/** The position of the program: after `exec`, `timeout 5` or `env A=b`. */
function commandStart(words: readonly string[]): number {
  let at = 0;
  for (
    let program = programName(words[0] ?? '');
    Object.hasOwn(WRAPPERS, program);
    program = programName(words[at] ?? '')
  ) {
    const own = WRAPPERS[program]!;
    at++;
    while (/^-|^\w+=/.test(words[at] ?? '')) {
      // timeout -s KILL 5, and timeout -t 5 of BusyBox
      if (program === 'timeout' && /^-[skt]$/.test(words[at]!)) at++;
      at++;
    }
    if (program !== 'timeout' || /^[\d.]+[smhd]?$/.test(words[at] ?? '')) at += own;
    if (isClient(programName(words[at] ?? ''))) break;
  }
  return at;
}

/** The position of the script in `sh -ec SCRIPT`. */
function scriptPosition(command: readonly string[]): number | undefined {
  let reads = false;
  for (let i = 1; i < command.length; i++) {
    const word = command[i]!;
    if (!/^[-+]/.test(word)) return reads ? i : undefined;
    if (/^-\w*c\w*$/.test(word)) reads = true;
    if (/^[-+]\w*o$/.test(word)) i++;
  }
  return undefined;
}

/** The addresses in the flags of any program: `--db-host=db`, `--brokers kafka:9092`. */
function hostsOfFlags(words: readonly string[]): ClientHost[] {
  return words.flatMap((text, word) => {
    const label = flagOf(text, words[word - 1]);
    if (label === '' || !holdsAddress(label)) return [];
    return labeledAddresses({ text, label }, new Map()).map(({ host, port }) => ({ host, port, word }));
  });
}

function fileHost(text: string, word: number): ClientHost[] {
  const [, name = '', port = ''] = TCP_FILE.exec(text) ?? [];
  const host = name.toLowerCase();
  return isName(host) ? [{ host, port: portNumber(port), word }] : [];
}
