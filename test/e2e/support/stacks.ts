import type { Context } from '../context';
import { Gateway } from './gateway';
import { Broken } from './promise';
import { until } from './until';

/** A folder of `programs/stacks`, and the answers of its programs. */
export interface Stack {
  readonly name: string;
  /** The service with the only address. */
  readonly page?: string;
  readonly asks: readonly {
    /** The service, if the stack has several addresses. */
    readonly service?: string;
    readonly path?: string;
    /** The whole body, or a part of it. */
    readonly answer: string | RegExp;
  }[];
}

/** Projects as users have them: one for each kind of application. */
export const STACKS: readonly Stack[] = [
  { name: 'blog-mariadb', page: 'page', asks: [{ answer: 'Hello world' }] },
  { name: 'workers', page: 'api', asks: [{ answer: '{"sum":20540,"workers":2}' }] },
  { name: 'replicas', page: 'web', asks: [{ answer: '3 replicas' }] },
  { name: 'migration', page: 'page', asks: [{ answer: 'chair,lamp' }] },
  { name: 'compiled-in', page: 'page', asks: [{ answer: 'postgres in postgres' }] },
  { name: 'init-scripts', page: 'page', asks: [{ answer: 'The Castle' }] },
  {
    name: 'proxy',
    page: 'proxy',
    asks: [
      { path: '/lamps', answer: 'the page at /lamps' },
      { path: '/api/lamps', answer: 'the api at /lamps' },
    ],
  },
  {
    name: 'scrape',
    page: 'prometheus',
    asks: [
      { path: '/api/v1/query?query=lamps_sold_total', answer: /"value":\[[\d.]+,"17"\]/ },
      { path: '/api/v1/query?query=up', answer: /"job":"app".*"value":\[[\d.]+,"1"\]/ },
    ],
  },
  {
    name: 'root',
    asks: [
      { service: 'registry', path: '/v2/', answer: '{}' },
      { service: 'counter', answer: 'user 1000 writes: true' },
    ],
  },
  {
    name: 'itself',
    page: 'self',
    asks: [{ answer: '{"self":"self","printer":"192.0.2.17","files":["written","written","EROFS"]}' }],
  },
];

/** The host of a service of a stack at the gateway. */
export function hostOf(namespace: string, service?: string): string {
  return `${service === undefined ? '' : `${service}.`}${namespace}.localhost`;
}

/** Asks the programs of a stack until they answer. Throws with the last answer of the first one that does not. */
export async function askAll({ gateway }: Context, namespace: string, asks: Stack['asks']): Promise<void> {
  for (const { service, path = '/', answer } of asks) {
    const host = hostOf(namespace, service);
    const client = new Gateway(`127.0.0.1:${gateway.port}`, host);
    let last: unknown;
    await until(`${host}${path} answers`, 30, async () => {
      const { status, text } = await client.ask(path);
      last = { status, text };
      return status === 200 && (typeof answer === 'string' ? text === answer : answer.test(text));
    }).catch((error: Error) => {
      throw new Broken(error.message, { expected: String(answer), last });
    });
  }
}

/** The pods of a broken stack, and the last lines of their logs. */
export async function stateOf({ kubectl }: Context, namespace: string, label: string): Promise<string> {
  const pods = await kubectl.run(['-n', namespace, 'get', 'pods', '-o', 'wide']);
  const logs = await kubectl.run([
    '-n',
    namespace,
    'logs',
    `--selector=${label}`,
    '--all-containers',
    '--prefix',
    '--tail=15',
  ]);
  return `${pods.out}${logs.out}${logs.error}`;
}
