import {
  Database,
  External,
  ExistingService,
  Image,
  Microservice,
  type DatabaseOptions,
  type MicroserviceOptions,
} from '../../../src/index';
import { parseQuantity } from '../../../src/k8s/quantity';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/any:1');
type Callers = Readonly<Record<string, Partial<MicroserviceOptions>>>;

const app = (options: DatabaseOptions, callers: Callers) =>
  chart((scope) => {
    const database = new Database(scope, 'db', options);
    for (const [name, given] of Object.entries(callers)) new Microservice(scope, name, { image, database, ...given });
  });

/** The settings and resources of the server, and the pool of each caller. */
function capacity(options: DatabaseOptions, callers: Callers = { cart: {} }) {
  const objects = objectsOf(app(options, callers));
  const server = (options.instances ?? 1) > 1 ? find(objects, 'Cluster', 'db').spec : undefined;
  const container = server ?? find(objects, 'StatefulSet', 'db').spec.template.spec.containers[0];
  const settings: Record<string, string> =
    server?.postgresql.parameters ??
    Object.fromEntries(
      container.args.filter((word: string) => word !== '-c').map((word: string) => word.replace(/^--/, '').split('=')),
    );
  const pools = Object.fromEntries(
    Object.keys(callers).map((name) => {
      const { env } = find(objects, 'Deployment', name).spec.template.spec.containers[0];
      return [name, env.find((variable: { name: string }) => variable.name === 'DATABASE_POOL')?.value];
    }),
  );
  const { requests, limits } = container.resources;
  return { settings, pools, request: requests.memory, limit: limits.memory };
}
const services = (count: number, given: Partial<MicroserviceOptions> = {}): Callers =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i + 1}`, given]));
const sumOf = (options: DatabaseOptions, callers: Callers) =>
  problemsOf(app({ settings: { max_connections: 1 }, ...options }, callers)).find(
    ({ code }) => code === 'connections-exceeded',
  )!.got;

describe('the connections of callers', () => {
  test.each<[string, Partial<MicroserviceOptions>, string]>([
    ['a rollout: all new replicas, while the old ones still shut down', {}, 'cart 2+2 replicas × 3'],
    ['a fixed number', { replicas: 6 }, 'cart 6+6 replicas × 3'],
    ['no replicas', { replicas: 0 }, 'cart 0+0 replicas × 3'],
    ['the maximum of an autoscaler', { autoscale: { min: 2, max: 12 } }, 'cart 12+12 replicas × 3'],
    [
      'the highest number of a schedule',
      {
        schedule: [
          { at: '07:00', replicas: 7 },
          { at: '20:00', replicas: 1 },
        ],
      },
      'cart 7+7 replicas × 3',
    ],
    [
      'the maximum of an autoscaler with a schedule',
      { schedule: [{ at: '07:00', replicas: 2 }], autoscale: { max: 9 } },
      'cart 9+9 replicas × 3',
    ],
    ['no overlap of old and new pods', { replicas: 3, strategy: 'recreate' }, 'cart 3+0 replicas × 3'],
    [
      'the replicas of a canary',
      { replicas: 3, strategy: { canary: { image: Image.of('shop/any:2'), weight: 25 } } },
      'cart 4+3 replicas × 3',
    ],
    [
      'two complete releases',
      { replicas: 3, strategy: { blueGreen: { green: Image.of('shop/any:2') } } },
      'cart 6+3 replicas × 3',
    ],
    ['a pool of its own size', { pool: 20 }, 'cart 2+2 replicas × 20'],
  ])('%s', (_, given, share) => {
    expect(sumOf({}, { cart: given })).toMatch(
      new RegExp(`^${share.replaceAll('+', '\\+')} \\+ 10 reserved = \\d+ > 1$`),
    );
  });

  test('are added up, with others and with backups and operators', () => {
    const callers = { cart: {}, till: { replicas: 1, pool: 8 } };
    expect(sumOf({}, callers)).toBe('cart 2+2 replicas × 3 + till 1+1 replicas × 8 + 10 reserved = 38 > 1');
    expect(sumOf({ otherConnections: 20, backup: {} }, callers)).toBe(
      'cart 2+2 replicas × 3 + till 1+1 replicas × 8 + 20 others + 12 reserved = 60 > 1',
    );
    expect(sumOf({ instances: 3 }, callers)).toMatch(/ \+ 15 reserved = 43 > 1$/);
  });

  test('are counted for each call, also to a second database', () => {
    const objects = objectsOf(
      chart((scope) => {
        const [orders, stock] = [new Database(scope, 'orders'), new Database(scope, 'stock', { engine: 'mysql' })];
        new Microservice(scope, 'cart', { image, database: orders, replicas: 30 }).calls(stock);
      }),
    );
    const { env } = find(objects, 'Deployment', 'cart').spec.template.spec.containers[0];
    expect(env.filter(({ name }: { name: string }) => name.endsWith('_POOL'))).toEqual([
      { name: 'DATABASE_POOL', value: '5' },
      { name: 'STOCK_POOL', value: '5' },
    ]);
    for (const [name, setting] of [
      ['orders', 'max_connections=400'],
      ['stock', '--max_connections=400'],
    ])
      expect(find(objects, 'StatefulSet', name!).spec.template.spec.containers[0].args).toContain(setting);
  });
});

describe('the server', () => {
  test('accepts the connections of all callers, in steps, so that a few more replicas do not restart it', () => {
    const connections = (count: number, given?: Partial<MicroserviceOptions>) =>
      capacity({}, services(count, given)).settings['max_connections'];
    expect([0, 1, 4, 5, 9, 10, 19].map((count) => connections(count))).toEqual([
      '200',
      '200',
      '200',
      '200',
      '200',
      '400',
      '400',
    ]);
    const five = (replicas: number) => capacity({}, { ...services(4), cart: { replicas } });
    for (const replicas of [1, 6]) expect(five(replicas)).toEqual({ ...five(2), pools: five(2).pools });
    expect(five(6).pools).toEqual(five(2).pools);
  });

  test('has a cache and a memory limit for that number of connections', () => {
    const figures = (count: number) => {
      const { settings, limit, request } = capacity({}, services(count));
      return [settings['max_connections'], settings['shared_buffers'], request, limit];
    };
    expect(figures(1)).toEqual(['200', '128MB', '192Mi', '1280Mi']);
    expect(figures(5)).toEqual(['200', '128MB', '192Mi', '1280Mi']);
    expect(figures(10)).toEqual(['400', '256MB', '320Mi', '2432Mi']);
  });

  test.each(['postgres', 'mysql', 'mariadb'] as const)(
    '%s uses at most 80 %% of its memory limit if all connections are busy',
    (engine) => {
      const [base, connection] = { postgres: [64, 4], mysql: [400, 3], mariadb: [128, 3] }[engine] as [number, number];
      for (const count of [0, 1, 5, 10, 20]) {
        const { settings, limit } = capacity({ engine }, services(count));
        const cache = parseInt(settings[engine === 'postgres' ? 'shared_buffers' : 'innodb_buffer_pool_size']!);
        const most = base + cache + connection * Number(settings['max_connections']);
        expect(most / (parseQuantity(limit)! / 1024 ** 2)).toBeLessThanOrEqual(0.8);
        expect(most / (parseQuantity(limit)! / 1024 ** 2)).toBeGreaterThan(0.7);
      }
    },
  );

  test('gets smaller pools before it needs more than 400 connections', () => {
    const pools = (count: number) => {
      const { settings, pools: all } = capacity({}, services(count));
      return [settings['max_connections'], all['s1']];
    };
    expect([19, 20, 24, 25, 32, 33].map(pools)).toEqual([
      ['400', '5'],
      ['400', '4'],
      ['400', '4'],
      ['400', '3'],
      ['400', '3'],
      ['800', '3'],
    ]);
  });

  test('keeps the pool that a microservice sets', () => {
    const { pools } = capacity({}, { ...services(24), cart: { pool: 9 } });
    expect(pools).toMatchObject({ s1: '3', cart: '9' });
  });

  test('runs in several instances with room for the operator, and a cache within the memory request', () => {
    const one = capacity({}, services(1));
    const three = capacity({ instances: 3 }, services(1));
    expect(three.settings).toEqual(one.settings);
    expect([three.request, three.limit]).toEqual(['320Mi', '1408Mi']);
    expect(capacity({ instances: 3, resources: { memory: '100Mi' } }).settings['shared_buffers']).toBe('100MB');
  });
});

describe('what the user sets is a limit', () => {
  test('max_connections: the pools become smaller, and the memory follows', () => {
    expect(capacity({ settings: { max_connections: 90 } }, services(5))).toMatchObject({
      settings: { max_connections: '90' },
      pools: { s1: '4' },
      limit: '704Mi',
    });
    expect(capacity({ settings: { max_connections: '1000' } }, services(5))).toMatchObject({
      settings: { max_connections: '1000', shared_buffers: '640MB' },
      pools: { s1: '5' },
    });
  });

  test('memoryLimit: the pools and the cache become smaller', () => {
    expect(capacity({ resources: { memoryLimit: '512Mi' } }, services(5))).toMatchObject({
      settings: { max_connections: '70', shared_buffers: '64MB' },
      pools: { s1: '3' },
      request: '128Mi',
      limit: '512Mi',
    });
    // A large limit is used for the cache and for larger pools.
    expect(capacity({ resources: { memoryLimit: '8Gi' } }, services(30))).toMatchObject({
      settings: { max_connections: '800', shared_buffers: '2048MB' },
      pools: { s1: '5' },
    });
  });

  test.each<[DatabaseOptions['engine'], object, string]>([
    ['postgres', { shared_buffers: '1GB' }, '2368Mi'],
    ['postgres', { shared_buffers: 131072 }, '2368Mi'],
    ['postgres', { shared_buffers: '1048576kB' }, '2368Mi'],
    ['mysql', { innodb_buffer_pool_size: '1G' }, '2560Mi'],
    ['mysql', { 'innodb-buffer-pool-size': 1073741824 }, '2560Mi'],
    ['mariadb', { innodb_buffer_pool_size: '1024M' }, '2240Mi'],
  ])('the cache: the memory limit of %s follows from %j', (engine, settings, limit) => {
    const server = capacity({ engine, settings } as DatabaseOptions);
    expect(server.limit).toBe(limit);
    expect(Object.keys(server.settings).filter((name) => /buffer/.test(name))).toEqual(Object.keys(settings));
  });

  test('a memory request above the computed limit raises the limit', () => {
    expect(capacity({ resources: { memory: '4Gi' } })).toMatchObject({ request: '4Gi', limit: '4Gi' });
    expect(capacity({ resources: { memoryLimit: '180Mi' } }, {})).toMatchObject({ request: '128Mi' });
  });
});

describe('connections that do not fit are a problem', () => {
  const callers = { comments: { replicas: 6, pool: 10 }, bus: { replicas: 5, pool: 10 } };

  test('for max_connections, with the sum', () => {
    const problems = problemsOf(app({ settings: { max_connections: 200 } }, callers));
    expect(problems).toMatchObject([
      {
        code: 'connections-exceeded',
        path: 'shop/db',
        field: 'settings.max_connections',
        message: 'The callers can open more connections than PostgreSQL accepts.',
        expected: 'at least 230 connections',
        got: 'comments 6+6 replicas × 10 + bus 5+5 replicas × 10 + 10 reserved = 230 > 200',
      },
    ]);
    expect(problems[0]!.place!.file).toBe('test/constructs/database/capacity.test.ts');
    expect(() => objectsOf(app({ settings: { max_connections: 230 } }, callers))).not.toThrow();
  });

  test('for a memory limit, with the sum', () => {
    expect(problemsOf(app({ resources: { memoryLimit: '1Gi' } }, callers))).toMatchObject([
      {
        code: 'connections-exceeded',
        field: 'resources.memoryLimit',
        expected: 'at least 1280Mi',
        got: 'comments 6+6 replicas × 10 + bus 5+5 replicas × 10 + 10 reserved = 230; 230 connections × 4 MiB + 32 MiB shared_buffers + 64 MiB = 1016 MiB > 819 MiB, which is 80 % of "1Gi"',
      },
    ]);
    expect(() => objectsOf(app({ resources: { memoryLimit: '1280Mi' } }, callers))).not.toThrow();
  });

  test('for MySQL and MariaDB too', () => {
    const wrong = (options: DatabaseOptions) => problemsOf(app(options, callers)).map(({ message }) => message);
    expect(wrong({ engine: 'mysql', settings: { 'max-connections': 100 } })).toEqual([
      'The callers can open more connections than MySQL accepts.',
    ]);
    expect(wrong({ engine: 'mariadb', resources: { memoryLimit: '512Mi' } })).toEqual([
      'MariaDB would need more memory than its limit for the connections of the callers.',
    ]);
  });

  test('only if the smallest pools do not fit', () => {
    expect(() => objectsOf(app({ settings: { max_connections: 22 } }, { cart: {} }))).not.toThrow();
    expect(problemsOf(app({ settings: { max_connections: 21 } }, { cart: {} }))).toHaveLength(1);
  });
});

describe('a database that the charts do not declare', () => {
  const env = (target: External | ExistingService, given: Partial<MicroserviceOptions> = {}) =>
    find(
      objectsOf(chart((scope) => new Microservice(scope, 'cart', { image, ...given }).calls(target))),
      'Deployment',
      'cart',
    ).spec.template.spec.containers[0].env.slice(1);

  test('has the pool of its option, or of the microservice', () => {
    expect(env(new External('db.example.com', 5432, { pool: 4 }))).toEqual([
      { name: 'DB_EXAMPLE_COM_HOST', value: 'db.example.com' },
      { name: 'DB_EXAMPLE_COM_PORT', value: '5432' },
      { name: 'DB_EXAMPLE_COM_POOL', value: '4' },
    ]);
    expect(env(new ExistingService('db', { port: 5432, pool: 4 }), { pool: 7 })).toEqual([
      { name: 'DB_URL', value: 'http://db:5432' },
      { name: 'DB_POOL', value: '7' },
    ]);
    expect(env(new External('mail.example.com', 587), { pool: 7 })).toHaveLength(2);
  });

  test('rejects a pool that is not a number of connections', () => {
    const wrong = (target: External | ExistingService) =>
      problemsOf(chart((scope) => new Microservice(scope, 'cart', { image }).calls(target)));
    for (const target of [new External('db.example.com', 5432, { pool: 0 }), new ExistingService('db', { pool: 1.5 })])
      expect(wrong(target)).toMatchObject([{ code: 'connections-exceeded', path: 'shop/cart' }]);
  });
});

test('a pool of a microservice is a number of connections, and has one source', () => {
  expect(problemsOf(app({}, { cart: { pool: 0 } }))).toMatchObject([{ code: 'connections-exceeded', field: 'pool' }]);
  expect(problemsOf(app({}, { cart: { env: { DATABASE_POOL: 9 } } }))).toMatchObject([
    {
      code: 'variable-taken',
      field: 'env.DATABASE_POOL',
      fix: 'Remove the setting, and set the option pool to the same number.',
    },
  ]);
});

test('a backup has no pool', () => {
  const objects = objectsOf(app({ backup: {} }, {}));
  expect(JSON.stringify(find(objects, 'CronJob', 'db-backup'))).not.toContain('_POOL');
});
