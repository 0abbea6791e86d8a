import { Chart, Size, type App } from 'cdk8s';
import { Cpu, Volume as PlusVolume } from 'cdk8s-plus-28';
import {
  Database,
  defineApp,
  ExistingService,
  External,
  Internet,
  Gateway,
  Image,
  Microservice,
  Namespace,
  StaticSite,
  Volume,
} from '../../src/index';
import { CallsignError, formatProblem, type Problem } from '../../src/problems/problem';
import { unknownOptions, type OptionNames } from '../../src/problems/unknown-options';
import { synthesize } from '../../src/synth/synthesize';
import { ALL_CHARTS, ALL_ENVIRONMENTS, DATABASES } from '../charts/all';
import { chart, objectsOf, problemsOf } from './render';

const image = Image.of('shop/cart:1');
/** A value of any type, as a program in JavaScript can pass it. */
// oxlint-disable-next-line typescript/no-explicit-any -- any type is the purpose
const anything = (value: unknown): any => value;

const cart = (scope: Chart, options: object = {}) => new Microservice(scope, 'cart', { image, ...options });
const database = (scope: Chart, options: object) => new Database(scope, 'orders', options);
const gateway = (scope: Chart, options: object) =>
  new Gateway(scope, 'entry', anything({ routes: { '/': cart(scope) }, ...options }));
const site = (scope: Chart, options: object) =>
  new StaticSite(scope, 'page', anything({ folder: 'test/static-site', ...options }));

/** The problems of unknown options. Other problems are ignored. */
function unknownIn(app: App): Problem[] {
  try {
    synthesize(app);
    return [];
  } catch (error) {
    if (!(error instanceof CallsignError)) throw error;
    return error.problems.filter(({ code }) => code === 'option-unknown');
  }
}

type Declare = (scope: Chart) => unknown;

/** Each entry: the unknown option, the name that is suggested, and the chart. */
const BROKEN: [field: string, guess: string | undefined, declare: Declare][] = [
  ['replica', 'replicas', (s) => cart(s, { replica: 3 })],
  ['nodeSelector', undefined, (s) => cart(s, { nodeSelector: { disk: 'ssd' } })],
  ['replica', 'replicas', (s) => cart(s, { replica: undefined })],
  ['Symbol(size)', undefined, (s) => cart(s, { [Symbol('size')]: 3 })],
  ['constructor', undefined, (s) => cart(s, { constructor: 3 })],
  ['exceptions[0].because', undefined, (s) => cart(s, { exceptions: [{ runAs: 'image', because: 'It must.' }] })],
  ['health.lives', 'live', (s) => cart(s, { health: { lives: '/live' } })],
  ['autoscale.mn', 'min', (s) => cart(s, { autoscale: { mn: 2, max: 4 } })],
  ['schedule[1].on', undefined, (s) => cart(s, { schedule: [{ at: '10:00', replicas: 2 }, anything({ on: 'Mon' })] })],
  ['shutdown.grase', 'grace', (s) => cart(s, { shutdown: { grase: 60 } })],
  ['resources.memorylimit', 'memoryLimit', (s) => cart(s, { resources: { memorylimit: '1Gi' } })],
  ['strategy.canari', 'canary', (s) => cart(s, { strategy: { canari: { image, weight: 10 } } })],
  ['strategy.canary.wieght', 'weight', (s) => cart(s, { strategy: { canary: { image, wieght: 10 } } })],
  ['strategy.blueGreen.blue', undefined, (s) => cart(s, { strategy: { blueGreen: { green: image, blue: image } } })],
  ["env['TOKEN'].keys", 'key', (s) => cart(s, { env: { TOKEN: { secret: 'token', keys: 'token' } } })],
  ["files['/etc/a'].fil", 'file', (s) => cart(s, { files: { '/etc/a': { fil: 'a.txt' } } })],
  ['image.dockerFile', 'dockerfile', (s) => cart(s, { image: Image.service('posts', anything({ dockerFile: 'a' })) })],
  [
    'strategy.canary.image.folders',
    'folder',
    (s) =>
      cart(s, {
        strategy: { canary: { image: Image.service('posts', anything({ folders: 'services' })), weight: 50 } },
      }),
  ],
  ['replicas', undefined, (s) => database(s, { replicas: 3 })],
  ['databasename', 'databaseName', (s) => database(s, { databasename: 'orders' })],
  ['backup.schedul', 'schedule', (s) => database(s, { backup: { schedul: '0 1 * * *' } })],
  ['initialSql.path', undefined, (s) => database(s, { initialSql: { file: 'README.md', path: 'x' } })],
  ['resources.cpus', 'cpu', (s) => database(s, { engine: 'mariadb', resources: { cpus: '1' } })],
  ['annotations', undefined, (s) => gateway(s, { annotations: { a: 'b' } })],
  ['route', 'routes', (s) => gateway(s, { route: {} })],
  [
    "hosts['a.example.com'].tlsSecrets",
    'tlsSecret',
    (s) => gateway(s, { hosts: { 'a.example.com': { tlsSecrets: 'a' } } }),
  ],
  ['cors.origin', 'origins', (s) => gateway(s, { controller: 'traefik', cors: { origins: ['*'], origin: '*' } })],
  [
    'basicAuth.existin',
    'existing',
    (s) => gateway(s, { controller: 'traefik', basicAuth: { secret: 'a', existin: true } }),
  ],
  ['httpRoute.listner', 'listener', (s) => gateway(s, { httpRoute: { gateway: 'public', listner: 'https' } })],
  ['port', undefined, (s) => site(s, { port: 9000 })],
  ['image', undefined, (s) => site(s, { image })],
  ['fallbacks', 'fallback', (s) => site(s, { fallbacks: false })],
  ['resources.cpus', 'cpu', (s) => site(s, { resources: { cpus: '1' } })],
  ['environment', 'env', (s) => cart(s, { environment: { A: 'b' } })],
  ['readinessProbe', 'health', (s) => cart(s, { readinessProbe: {} })],
  ['health.readiness', 'ready', (s) => cart(s, { health: { readiness: '/' } })],
  ['environment', undefined, (s) => new Volume(s, 'data', anything({ environment: {} }))],
  ['storage', undefined, (s) => new Volume(s, 'data', anything({ storage: '1Gi' }))],
  ['podsecurity', 'podSecurity', (s) => new Namespace(s, 'shop', anything({ podsecurity: 'baseline' }))],
];

test.each(BROKEN)('%s is unknown, the suggestion is %s', (field, guess, declare) => {
  const problems = unknownIn(chart(declare));
  expect(problems).toMatchObject([
    {
      field,
      path: expect.stringMatching(/^shop\//),
      place: { file: 'test/constructs/option-names.test.ts', line: expect.any(Number) },
      fix: guess ? `Did you mean ${guess}? Otherwise, remove it.` : expect.stringMatching(/^Remove it, or /),
    },
  ]);
  const [{ message, expected, got }] = problems as [Problem];
  const name = field.slice(field.lastIndexOf('.') + 1);
  expect(message).toBe(`The option "${name}" is unknown.`);
  expect(got).toBe(`"${name}"`);
  expect(expected).toMatch(guess ? new RegExp(`\\b${guess}\\b`) : /^(one of )?\w/);
});

test.each<[string, (scope: Chart) => External | ExistingService | Internet]>([
  ['External', () => new External('mail.example.com', 443, anything({ cidr: ['203.0.113.0/24'] }))],
  ['Internet', () => new Internet(anything({ port: [443] }))],
  ['ExistingService', () => new ExistingService('mail', anything({ targetport: 8080 }))],
])('the caller of an %s reports its unknown options', (_, target) => {
  const problems = unknownIn(chart((s) => cart(s).calls(target(s))));
  expect(problems).toMatchObject([
    { path: 'shop/cart', field: expect.stringMatching(/^calls\(/), fix: expect.stringMatching(/^Did you mean /) },
  ]);
});

test('one run reports all unknown options, and the other problems', () => {
  const app = chart((s) => {
    cart(s, { replica: 3, health: { lives: '/a', readdy: '/b' }, port: 0 });
    database(s, { backups: {} });
  });
  expect(problemsOf(app).map(({ code, path, field }) => [code, path, field])).toEqual([
    ['option-unknown', 'shop/cart', 'replica'],
    ['option-unknown', 'shop/cart', 'health.lives'],
    ['option-unknown', 'shop/cart', 'health.readdy'],
    ['port-invalid', 'shop/cart', 'port'],
    ['option-unknown', 'shop/orders', 'backups'],
  ]);
  expect(() => app.synthYaml()).toThrow(/option-unknown[^]*health\.lives/);
});

test('the text of a problem lists the options, and does not contain the value', () => {
  const [problem] = problemsOf(chart((s) => new Volume(s, 'data', anything({ password: 'hunter2' }))));
  expect(formatProblem(problem!).replace(/:\d+:\d+/, ':LINE'))
    .toBe(`test/constructs/option-names.test.ts:LINE  shop/data · password  [option-unknown]
  The option "password" is unknown.
  expected: one of size, storageClass, shared
  got: "password"
  fix: Remove it, or use one of the expected options.`);
});

describe('all known options are accepted', () => {
  const resources = { cpu: Cpu.millis(50), memory: Size.mebibytes(64), memoryLimit: '1Gi' };
  const schedule = [{ at: '10:00', replicas: 2, days: ['Mon'] }];
  const GOOD: [name: string, declare: Declare][] = [
    [
      'of a microservice',
      (s) =>
        cart(s, {
          autoscale: {
            min: 2,
            max: 4,
            cpu: 70,
            backlog: 10,
            metric: { name: 'mails', target: 5, labels: { anyName: 'a' }, query: 'sum(mails)' },
            calm: 60,
          },
          port: 8080,
          ports: { grpc: 9090, anyName: 9091 },
          eventsPort: 8081,
          http: true,
          database: database(s, {}),
          pool: 5,
          env: { A: 'a', B: { secret: 'b', key: 'b', existing: true }, replica: 1 },
          files: {
            '/a': 'text',
            '/b': { file: 'README.md', executable: true },
            '/c': { secret: 'c', key: 'c', existing: true },
          },
          volumes: {
            '/d': { emptyDir: { medium: 'Memory' } },
            '/e': new Volume(s, 'data', { size: '1Gi', storageClass: 'fast', shared: true }),
            '/f': PlusVolume.fromEmptyDir(s, 'empty', 'empty'),
          },
          writable: ['/tmp'],
          command: ['node'],
          args: ['main.js'],
          workingDir: '/app',
          resources,
          health: { live: 'tcp', ready: ['true'], startup: 60, port: 8082, interval: 5, timeout: 2, failures: 3 },
          backlog: 'jobs',
          strategy: 'rolling',
          shutdown: { pause: 5, grace: 30 },
          live: false,
          scheduleImage: Image.of('node:24-slim'),
          user: 1000,
        }),
    ],
    ['of a schedule', (s) => cart(s, { schedule, timeZone: 'Europe/Berlin', autoscale: { max: 4 } })],
    ['of a canary', (s) => cart(s, { replicas: 2, strategy: { canary: { image, weight: 50, by: 'replicas' } } })],
    ['of blue and green', (s) => cart(s, { strategy: { blueGreen: { green: image, live: 'green' } } })],
    [
      'of the image of a service',
      (s) =>
        cart(s, { image: Image.service('posts', { folder: 'services', args: { SERVICE: 'posts' }, repository: 'a' }) }),
    ],
    [
      'of a database',
      (s) =>
        database(s, {
          engine: 'postgres',
          image: Image.of('postgres:17'),
          instances: 1,
          storage: Size.gibibytes(1),
          storageClass: 'fast',
          databaseName: 'orders',
          settings: { max_connections: 100 },
          initialSql: { file: 'README.md' },
          backup: { schedule: '0 3 * * *', timeZone: 'Etc/UTC', keep: 7, storage: '1Gi', storageClass: 'slow' },
          resources,
          otherConnections: 3,
          user: 999,
          passwordImage: Image.of('node:24-slim'),
        }),
    ],
    [
      'of a gateway',
      (s) =>
        gateway(s, {
          host: 'a.example.com',
          tlsSecret: 'tls',
          cors: {
            origins: ['*'],
            methods: ['GET'],
            headers: ['A'],
            exposedHeaders: ['B'],
            credentials: false,
            maxAge: 1,
          },
          basicAuth: { secret: 'staff', existing: true },
          maxBody: Size.mebibytes(8),
          controller: 'traefik',
          className: 'traefik',
          controllerNamespace: 'traefik',
        }),
    ],
    ['of an HTTPRoute', (s) => gateway(s, { httpRoute: { gateway: 'a', namespace: 'b', listener: 'c' } })],
    ['of a list of hosts', (s) => gateway(s, { hosts: ['a.example.com'] })],
    [
      'of hosts',
      (s) => gateway(s, { hosts: { 'a.example.com': { routes: { '/': cart(s) }, tlsSecret: 'a' }, b: {} } }),
    ],
    [
      'of a static site',
      (s) =>
        site(s, {
          fallback: true,
          assets: ['assets'],
          keep: 3,
          headers: { 'x-any': 'a' },
          repository: 'a',
          schedule,
          timeZone: 'Europe/Berlin',
          scheduleImage: Image.of('node:24-slim'),
          resources,
          shutdown: { pause: 5, grace: 30 },
        }),
    ],
    ['of a static site with a fixed number', (s) => site(s, { replicas: 2 })],
    ['of a namespace', (s) => new Namespace(s, 'shop', { podSecurity: 'baseline', rebalance: true })],
    [
      'of the targets of calls',
      (s) =>
        cart(s).calls(
          new External('mail.example.com', 443, { cidrs: ['203.0.113.0/24'], pool: 5 }),
          new ExistingService('a', { namespace: 'b', port: 80, targetPort: 8080, pods: { any: 'label' }, pool: 5 }),
          new Internet({ ports: [443], cidrs: ['203.0.113.0/24'] }),
          new ExistingService('c', { targetPort: 'rest-api', cidrs: 'any' }),
        ),
    ],
  ];

  test.each(GOOD)('%s', (_, declare) => {
    expect(unknownIn(chart(declare))).toEqual([]);
  });

  test('in every chart of the repository', () => {
    const apps = [
      ...Object.values(ALL_CHARTS),
      ...Object.values(DATABASES),
      ...Object.values(ALL_ENVIRONMENTS).map(({ make }) => make),
    ];
    expect(apps.length).toBeGreaterThan(8);
    for (const make of apps) expect(() => objectsOf(make())).not.toThrow();
  });
});

describe('an environment', () => {
  const make = (environment: object) =>
    defineApp(
      (app) => {
        const shop = new Chart(app, 'shop', { namespace: 'shop' });
        const target = cart(shop);
        database(shop, {});
        site(shop, {});
        new Gateway(shop, 'entry', { routes: { '/': target } });
      },
      { prod: anything(environment) },
    ).make('prod');

  test.each<[field: string, guess: string, path: string | undefined, environment: object]>([
    ['replica', 'replicas', 'shop/cart', { cart: { replica: 5 } }],
    ['health.lives', 'live', 'shop/cart', { cart: { health: { lives: '/live' } } }],
    ['backup.kep', 'keep', 'shop/orders', { orders: { backup: { kep: 3 } } }],
    ['cors.origin', 'origins', 'shop/entry', { entry: { cors: { origin: '*' } } }],
    ['replica', 'replicas', 'shop/page', { page: { replica: 5 } }],
    ['images.registri', 'registry', undefined, { images: { registri: 'registry.example.com' } }],
    ['cluster.contexts', 'context', undefined, { cluster: { contexts: 'prod' } }],
  ])('%s is unknown, the suggestion is %s', (field, guess, path, environment) => {
    const problems = unknownIn(make(environment));
    expect(problems).toMatchObject([
      {
        field,
        message: `The environment prod sets the unknown option "${field}".`,
        fix: `Did you mean ${guess}? Otherwise, remove it.`,
      },
    ]);
    expect(problems[0]!.path).toBe(path);
  });

  test('sets only known options', () => {
    const app = make({
      cart: { replicas: 3, env: { ANY: 'a' }, health: { startup: 30 } },
      orders: { storage: '2Gi', settings: { shared_buffers: '64MB' } },
      entry: { hosts: { 'a.example.com': { tlsSecret: 'a' } } },
      page: { resources: { cpu: '100m' } },
      images: { registry: 'registry.example.com', byDigest: false, lock: 'a.json', pullSecret: 'login' },
      cluster: { context: 'prod', release: 'shop', namespace: 'default' },
    });
    expect(unknownIn(app)).toEqual([]);
  });

  test('reports an option and a part that do not exist together', () => {
    const app = make({ cart: { replica: 5 }, crat: { replicas: 5 } });
    expect(problemsOf(app).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['option-unknown', 'override-unused']),
    );
  });
});

test('objects of a class and values that are no objects are not checked', () => {
  class Settings {
    readonly replica = 3;
  }
  for (const value of [new Settings(), [{ replica: 3 }], 'replica', undefined, null, () => 3, new Map()])
    expect([...unknownOptions(value, { replicas: true })]).toEqual([]);
  expect([...unknownOptions(Object.assign(Object.create(null), { replica: 3 }), { replicas: true })]).toHaveLength(1);
});

test('the compiler rejects names that are incomplete or wrong', () => {
  interface Area {
    readonly width: number;
    readonly height?: number;
  }
  type Box = { readonly size: Area; readonly image?: Image } & ({ readonly a?: 1 } | { readonly b: readonly Area[] });
  const size: OptionNames<Area> = { width: true, height: true };
  const complete: OptionNames<Box> = { size, image: 'opaque', a: true, b: [size] };
  // @ts-expect-error -- an optional name is missing
  const missing: OptionNames<Area> = { width: true };
  // @ts-expect-error -- a name is missing that only one member of the union has
  const ofUnion: OptionNames<Box> = { size, image: 'opaque', b: [size] };
  // @ts-expect-error -- the names of the options in the value are missing
  const shallow: OptionNames<Box> = { size: true, image: 'opaque', a: true, b: [size] };
  // @ts-expect-error -- a name that the options do not have
  const unknown: OptionNames<Area> = { width: true, height: true, depth: true };
  expect([complete, missing, ofUnion, shallow, unknown]).toHaveLength(5);
});
