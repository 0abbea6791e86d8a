import { App, Chart } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import { Database, ExistingService, External, Gateway, Image, Microservice, Namespace, Volume } from '../../src/index';
import { CallsignError } from '../../src/problems/problem';
import { chart, objectsOf, problemsOf } from './render';

const image = Image.of('shop/cart:1');
const cart = (scope: Chart, options: object = {}) => new Microservice(scope, 'cart', { image, ...options });
/** A value of any type, as a program in JavaScript can pass it. */
// oxlint-disable-next-line typescript/no-explicit-any -- any type is the purpose
const anything = (value: unknown): any => value;

/** A gateway to the cart, with these options. */
const gateway = (scope: Chart, options: object) =>
  new Gateway(
    scope,
    'entry',
    anything({ ...(!('routes' in options) && { routes: { '/': cart(scope) } }), ...options }),
  );

/** Each entry: the error, the expected code and field, and the chart. */
const BROKEN: [error: string, code: string, field: string | undefined, declare: (scope: Chart) => void][] = [
  ['a name in capital letters', 'name-invalid', undefined, (s) => new Microservice(s, 'Cart', { image })],
  ['a name that begins with a digit', 'name-invalid', undefined, (s) => new Microservice(s, '2cart', { image })],
  ['a name with an underscore', 'name-invalid', undefined, (s) => new Database(s, 'orders_db')],
  ['a name of 64 characters', 'name-invalid', undefined, (s) => new Microservice(s, 'a'.repeat(64), { image })],
  [
    'a gateway with a dot in its name',
    'name-invalid',
    undefined,
    (s) => new Gateway(s, 'a.b', { routes: { '/': cart(s) } }),
  ],
  ['two microservices with the same name', 'name-taken', undefined, (s) => [cart(s), cart(s)]],
  [
    'a database and a microservice with the same name',
    'name-taken',
    undefined,
    (s) => [new Database(s, 'cart'), cart(s)],
  ],
  ['minus one replica', 'replicas-invalid', 'replicas', (s) => cart(s, { replicas: -1 })],
  ['half a replica', 'replicas-invalid', 'replicas', (s) => cart(s, { replicas: 1.5 })],
  ['NaN replicas', 'replicas-invalid', 'replicas', (s) => cart(s, { replicas: NaN })],
  ['infinitely many replicas', 'replicas-invalid', 'replicas', (s) => cart(s, { replicas: Infinity })],
  ['replicas as a text', 'replicas-invalid', 'replicas', (s) => cart(s, { replicas: '3' })],
  [
    'replicas and autoscaling',
    'replicas-and-autoscale',
    'replicas',
    (s) => cart(s, { replicas: 2, autoscale: { max: 4 } }),
  ],
  [
    'autoscaling with a minimum of 0',
    'autoscale-invalid',
    'autoscale.min',
    (s) => cart(s, { autoscale: { min: 0, max: 4 } }),
  ],
  [
    'autoscaling with equal minimum and maximum',
    'autoscale-invalid',
    'autoscale.max',
    (s) => cart(s, { autoscale: { min: 4, max: 4 } }),
  ],
  ['autoscaling without a maximum', 'autoscale-invalid', 'autoscale.max', (s) => cart(s, { autoscale: { min: 4 } })],
  ['autoscaling at 101 %', 'autoscale-invalid', 'autoscale.cpu', (s) => cart(s, { autoscale: { max: 4, cpu: 101 } })],
  [
    'autoscaling with a calm of more than one hour',
    'autoscale-invalid',
    'autoscale.calm',
    (s) => cart(s, { autoscale: { max: 4, calm: 3601 } }),
  ],
  [
    'autoscaling with a calm of half a second',
    'autoscale-invalid',
    'autoscale.calm',
    (s) => cart(s, { autoscale: { max: 4, calm: 0.5 } }),
  ],
  [
    'replicas and a schedule',
    'replicas-and-autoscale',
    'replicas',
    (s) => cart(s, { replicas: 2, schedule: [{ at: '10:00', replicas: 2 }] }),
  ],
  ['a schedule without steps', 'schedule-invalid', 'schedule', (s) => cart(s, { schedule: [] })],
  [
    'an invalid time of day',
    'schedule-invalid',
    'schedule[0].at',
    (s) => cart(s, { schedule: [{ at: '24:00', replicas: 2 }] }),
  ],
  [
    'two steps at the same time',
    'schedule-invalid',
    'schedule[1].at',
    (s) =>
      cart(s, {
        schedule: [
          { at: '10:00', replicas: 2 },
          { at: '10:00', replicas: 3, days: ['Mon'] },
        ],
      }),
  ],
  [
    'an invalid day of the week',
    'schedule-invalid',
    'schedule[0].days',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: 2, days: ['Monday'] }] }),
  ],
  [
    'minus one replica in a schedule',
    'replicas-invalid',
    'schedule[0].replicas',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: -1 }] }),
  ],
  [
    'an unknown time zone',
    'schedule-invalid',
    'timeZone',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: 2 }], timeZone: 'Europe/Bonn' }),
  ],
  [
    'a time zone that is an offset',
    'schedule-invalid',
    'timeZone',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: 2 }], timeZone: '+01:00' }),
  ],
  [
    'a time zone in lower-case letters',
    'schedule-invalid',
    'timeZone',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: 2 }], timeZone: 'europe/berlin' }),
  ],
  [
    'the time zone Local, which Kubernetes does not accept',
    'schedule-invalid',
    'timeZone',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: 2 }], timeZone: 'Local' }),
  ],
  [
    'a name that is too long for a schedule',
    'name-invalid',
    'schedule',
    (s) => new Microservice(s, 'a'.repeat(39), { image, schedule: [{ at: '10:00', replicas: 2 }] }),
  ],
  [
    'a minimum of the autoscaler and a schedule',
    'replicas-and-autoscale',
    'autoscale.min',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: 2 }], autoscale: { min: 1, max: 4 } }),
  ],
  [
    'a scheduled minimum above the maximum of the autoscaler',
    'autoscale-invalid',
    'schedule[0].replicas',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: 5 }], autoscale: { max: 4 } }),
  ],
  [
    'a scheduled minimum of 0',
    'autoscale-invalid',
    'schedule[0].replicas',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: 0 }], autoscale: { max: 4 } }),
  ],
  ['an unknown strategy', 'strategy-invalid', 'strategy', (s) => cart(s, { strategy: 'blue-green' })],
  ['an empty strategy', 'strategy-invalid', 'strategy', (s) => cart(s, { strategy: {} })],
  ['a strategy that is null', 'strategy-invalid', 'strategy', (s) => cart(s, { strategy: null })],
  [
    'two strategies',
    'strategy-invalid',
    'strategy',
    (s) => cart(s, { strategy: { canary: { image, weight: 50 }, blueGreen: { green: image } } }),
  ],
  [
    'a canary without an image',
    'image-invalid',
    'strategy.canary.image',
    (s) => cart(s, { strategy: { canary: { weight: 50 } } }),
  ],
  [
    'a canary without a tag',
    'image-unpinned',
    'strategy.canary.image',
    (s) => cart(s, { strategy: { canary: { image: Image.of('shop/cart'), weight: 50 } } }),
  ],
  [
    'a canary without a weight',
    'strategy-invalid',
    'strategy.canary.weight',
    (s) => cart(s, { strategy: { canary: { image } } }),
  ],
  [
    'a canary of more than 50 %',
    'strategy-invalid',
    'strategy.canary.weight',
    (s) => cart(s, { strategy: { canary: { image, weight: 51 } } }),
  ],
  [
    'a canary of less than 0 %',
    'strategy-invalid',
    'strategy.canary.weight',
    (s) => cart(s, { strategy: { canary: { image, weight: -1 } } }),
  ],
  [
    'a canary of 0.5 %',
    'strategy-invalid',
    'strategy.canary.weight',
    (s) => cart(s, { strategy: { canary: { image, weight: 0.5 } } }),
  ],
  [
    'a canary of 101 % by the gateway',
    'strategy-invalid',
    'strategy.canary.weight',
    (s) => cart(s, { strategy: { canary: { image, weight: 101, by: 'gateway' } } }),
  ],
  [
    'a canary by an unknown method',
    'strategy-invalid',
    'strategy.canary.by',
    (s) => cart(s, { strategy: { canary: { image, weight: 50, by: 'header' } } }),
  ],
  [
    'a canary of a worker by the gateway',
    'strategy-invalid',
    'strategy.canary.by',
    (s) => cart(s, { http: false, strategy: { canary: { image, weight: 50, by: 'gateway' } } }),
  ],
  [
    'a canary by the gateway without a route to it',
    'weight-not-carried',
    'strategy.canary.by',
    (s) => cart(s, { strategy: { canary: { image, weight: 50, by: 'gateway' } } }),
  ],
  [
    'a canary by weight behind an Ingress',
    'weight-not-carried',
    "routes['/']",
    (s) =>
      new Gateway(s, 'entry', {
        routes: { '/': cart(s, { strategy: { canary: { image, weight: 50, by: 'gateway' } } }) },
        className: 'nginx',
      }),
  ],
  [
    'a weight that is too small for the number of replicas',
    'weight-unreachable',
    'strategy.canary.weight',
    (s) => cart(s, { replicas: 3, strategy: { canary: { image, weight: 10 } } }),
  ],
  [
    'a weight that is too small for the minimum of replicas',
    'weight-unreachable',
    'strategy.canary.weight',
    (s) => cart(s, { autoscale: { min: 3, max: 20 }, strategy: { canary: { image, weight: 10 } } }),
  ],
  [
    'a weight that is too small for a step of the schedule',
    'weight-unreachable',
    'strategy.canary.weight',
    (s) =>
      cart(s, {
        schedule: [
          { at: '08:00', replicas: 9 },
          { at: '20:00', replicas: 1 },
        ],
        strategy: { canary: { image, weight: 10 } },
      }),
  ],
  [
    'a name that is too long with its canary',
    'name-invalid',
    'strategy',
    (s) => new Microservice(s, 'a'.repeat(57), { image, strategy: { canary: { image, weight: 50 } } }),
  ],
  [
    'a name that is too long with its preview',
    'name-invalid',
    'strategy',
    (s) => new Microservice(s, 'a'.repeat(57), { image, strategy: { blueGreen: { green: image } } }),
  ],
  [
    'a green release without an image',
    'image-invalid',
    'strategy.blueGreen.green',
    (s) => cart(s, { strategy: { blueGreen: { live: 'blue' } } }),
  ],
  [
    'a live release of another colour',
    'strategy-invalid',
    'strategy.blueGreen.live',
    (s) => cart(s, { strategy: { blueGreen: { green: image, live: 'red' } } }),
  ],
  [
    'a canary by the gateway without HTTP',
    'strategy-invalid',
    'strategy.canary.by',
    (s) => cart(s, { http: false, ports: { redis: 6379 }, strategy: { canary: { image, weight: 50, by: 'gateway' } } }),
  ],
  [
    'blue and green of a worker',
    'strategy-invalid',
    'strategy.blueGreen',
    (s) => cart(s, { http: false, strategy: { blueGreen: { green: image } } }),
  ],
  [
    'a microservice with the name of a canary',
    'identity-taken',
    undefined,
    (s) => [cart(s, { strategy: { canary: { image, weight: 50 } } }), new Microservice(s, 'cart-canary', { image })],
  ],
  [
    'a schedule image without a tag',
    'image-unpinned',
    'scheduleImage',
    (s) => cart(s, { schedule: [{ at: '10:00', replicas: 2 }], scheduleImage: Image.of('node') }),
  ],
  ['port 0', 'port-invalid', 'port', (s) => cart(s, { port: 0 })],
  ['port 65536', 'port-invalid', 'port', (s) => cart(s, { port: 65536 })],
  ['port 80.5', 'port-invalid', 'port', (s) => cart(s, { port: 80.5 })],
  ['an additional port out of range', 'port-invalid', 'ports.metrics', (s) => cart(s, { ports: { metrics: 70000 } })],
  [
    'an additional port with the number of the HTTP port',
    'port-taken',
    'ports.metrics',
    (s) => cart(s, { ports: { metrics: 8080 } }),
  ],
  [
    'two additional ports with the same number',
    'port-taken',
    'ports.b',
    (s) => cart(s, { ports: { a: 9000, b: 9000 } }),
  ],
  ['a port for events out of range', 'port-invalid', 'eventsPort', (s) => cart(s, { eventsPort: 0 })],
  ['a port for health checks out of range', 'port-invalid', 'health.port', (s) => cart(s, { health: { port: 1.5 } })],
  ['a backlog that is no metric', 'construct-invalid', 'backlog', (s) => cart(s, { backlog: 'jobs waiting' })],
  ['a backlog without HTTP', 'health-invalid', 'backlog', (s) => cart(s, { backlog: 'jobs', http: false })],
  [
    'a port for events with the number of the HTTP port',
    'port-taken',
    'eventsPort',
    (s) => cart(s, { eventsPort: 8080 }),
  ],
  [
    'a port for health checks with the number of the port for events',
    'port-taken',
    'health.port',
    (s) => cart(s, { eventsPort: 8081, health: { port: 8081 } }),
  ],
  [
    'an additional port with the number of the port for events',
    'port-taken',
    'ports.grpc',
    (s) => cart(s, { eventsPort: 8081, ports: { grpc: 8081 } }),
  ],
  [
    'an additional port with the name of the port for events',
    'port-taken',
    'ports.events',
    (s) => cart(s, { eventsPort: 8081, ports: { events: 9000 } }),
  ],
  [
    'a name that is too long for the Service for events',
    'name-invalid',
    'eventsPort',
    (s) => new Microservice(s, 'a'.repeat(57), { image, eventsPort: 8081 }),
  ],
  [
    'a call and events under one prefix',
    'variable-taken',
    'env.MAILER_URL',
    (s) => {
      const mailer = new Microservice(s, 'mailer', { image, eventsPort: 8081 });
      cart(s).calls(mailer).notifies(mailer);
    },
  ],
  [
    'an additional port with the name of the HTTP port',
    'port-taken',
    'ports.http',
    (s) => cart(s, { ports: { http: 9000 } }),
  ],
  [
    'a port name of 16 characters',
    'name-invalid',
    'ports.abcdefghijklmnop',
    (s) => cart(s, { ports: { abcdefghijklmnop: 9000 } }),
  ],
  ['no image', 'image-invalid', 'image', (s) => cart(s, { image: undefined })],
  ['an image that is a text', 'image-invalid', 'image', (s) => cart(s, { image: 'shop/cart:1' })],
  ['an invalid image reference', 'image-invalid', 'image', (s) => cart(s, { image: Image.of('shop cart') })],
  ['an image without a tag', 'image-unpinned', 'image', (s) => cart(s, { image: Image.of('shop/cart') })],
  [
    'an image with latest',
    'image-unpinned',
    'image',
    (s) => cart(s, { image: Image.of('localhost:5000/shop/cart:latest') }),
  ],
  [
    'a service image without a folder',
    'image-source-missing',
    'image',
    (s) => cart(s, { image: Image.service('nowhere') }),
  ],
  [
    'a database image with latest',
    'image-unpinned',
    'image',
    (s) => new Database(s, 'db', { image: Image.of('postgres:latest') }),
  ],
  [
    'a password image without a tag',
    'image-unpinned',
    'passwordImage',
    (s) => new Database(s, 'db', { passwordImage: Image.of('node') }),
  ],
  ['CPU that is not a quantity', 'quantity-invalid', 'resources.cpu', (s) => cart(s, { resources: { cpu: 'half' } })],
  [
    'memory in an unknown unit',
    'quantity-invalid',
    'resources.memory',
    (s) => cart(s, { resources: { memory: '128MB' } }),
  ],
  [
    'a memory limit of zero',
    'quantity-invalid',
    'resources.memoryLimit',
    (s) => cart(s, { resources: { memoryLimit: '0' } }),
  ],
  ['storage below zero', 'quantity-invalid', 'storage', (s) => new Database(s, 'db', { storage: '-1Gi' })],
  [
    'a limit below the request',
    'limit-below-request',
    'resources.memoryLimit',
    (s) => cart(s, { resources: { memory: '1Gi', memoryLimit: '512Mi' } }),
  ],
  ['a variable with a dash', 'variable-invalid', 'env.A-B', (s) => cart(s, { env: { 'A-B': '1' } })],
  ['a variable that replaces PORT', 'variable-taken', 'env.PORT', (s) => cart(s, { env: { PORT: '1' } })],
  [
    'a variable that replaces a variable of a call',
    'variable-taken',
    'env.TILL_URL',
    (s) => cart(s, { env: { TILL_URL: 'x' } }).calls(new Microservice(s, 'till', { image })),
  ],
  [
    'two calls with the same prefix',
    'variable-taken',
    'env.X_URL',
    (s) =>
      cart(s)
        .callsAs('X', new Microservice(s, 'a', { image }))
        .callsAs('X', new Microservice(s, 'b', { image })),
  ],
  ['a file at a relative path', 'path-invalid', 'files.etc/a', (s) => cart(s, { files: { 'etc/a': '' } })],
  ['a file at a path with ..', 'path-invalid', 'files./etc/../a', (s) => cart(s, { files: { '/etc/../a': '' } })],
  ['a volume at /', 'path-invalid', 'volumes./', (s) => cart(s, { volumes: { '/': { emptyDir: {} } } })],
  ['two mounts at the same path', 'path-invalid', 'writable./tmp', (s) => cart(s, { files: { '/tmp': '' } })],
  [
    'a health path with a host',
    'path-invalid',
    'health.ready',
    (s) => cart(s, { health: { ready: 'http://cart/ready' } }),
  ],
  ['an empty command', 'path-invalid', 'health.live', (s) => cart(s, { health: { live: [] } })],
  [
    'a health path of a worker',
    'health-invalid',
    'health.live',
    (s) => cart(s, { http: false, health: { live: '/live' } }),
  ],
  [
    'a TCP check of a worker',
    'health-invalid',
    'health.ready',
    (s) => cart(s, { http: false, health: { ready: 'tcp' } }),
  ],
  [
    'a health path without HTTP',
    'health-invalid',
    'health.ready',
    (s) => cart(s, { http: false, ports: { redis: 6379 }, health: { ready: '/ready' } }),
  ],
  ['a startup time of 0', 'health-invalid', 'health.startup', (s) => cart(s, { health: { startup: 0 } })],
  ['a timeout of half a second', 'health-invalid', 'health.timeout', (s) => cart(s, { health: { timeout: 0.5 } })],
  ['an interval that is a text', 'health-invalid', 'health.interval', (s) => cart(s, { health: { interval: '5' } })],
  ['zero failures', 'health-invalid', 'health.failures', (s) => cart(s, { health: { failures: 0 } })],
  ['a relative working directory', 'path-invalid', 'workingDir', (s) => cart(s, { workingDir: 'app' })],
  ['a folder as a file', 'file-missing', 'files./etc/a', (s) => cart(s, { files: { '/etc/a': { file: 'src' } } })],
  [
    'too much text in files',
    'file-missing',
    'files',
    (s) => cart(s, { files: { '/etc/a': '-'.repeat(150_000), '/etc/b': '-'.repeat(150_000) } }),
  ],
  [
    'a file of the project that does not exist',
    'file-missing',
    'files./etc/a',
    (s) => cart(s, { files: { '/etc/a': { file: 'nowhere/a.conf' } } }),
  ],
  [
    'two replicas with a volume that is not shared',
    'volume-not-shared',
    'volumes./data',
    (s) => cart(s, { volumes: { '/data': new Volume(s, 'data') } }),
  ],
  [
    'autoscaling with a volume that is not shared',
    'volume-not-shared',
    'volumes./data',
    (s) => cart(s, { autoscale: { max: 3 }, volumes: { '/data': new Volume(s, 'data') } }),
  ],
  [
    'two microservices with a volume that is not shared',
    'volume-not-shared',
    'shared',
    (s) => {
      const data = new Volume(s, 'data');
      for (const name of ['cart', 'till'])
        new Microservice(s, name, { image, replicas: 1, volumes: { '/data': data } });
    },
  ],
  ['a volume of size zero', 'quantity-invalid', 'size', (s) => new Volume(s, 'data', { size: '0' })],
  [
    'a port of a worker out of range',
    'port-invalid',
    'ports.redis',
    (s) => cart(s, { http: false, ports: { redis: 0 } }),
  ],
  [
    'a route to a server without HTTP',
    'route-not-http',
    "routes['/']",
    (s) => new Gateway(s, 'entry', { routes: { '/': cart(s, { http: false, ports: { redis: 6379 } }) } }),
  ],
  [
    'a grace period that ends during the pause',
    'time-invalid',
    'shutdown',
    (s) => cart(s, { shutdown: { pause: 30 } }),
  ],
  ['a pause of half a second', 'time-invalid', 'shutdown', (s) => cart(s, { shutdown: { pause: 0.5 } })],
  ['root', 'construct-invalid', 'user', (s) => cart(s, { user: 0 })],
  [
    'a call to itself',
    'call-self',
    undefined,
    (s) => {
      const c = cart(s);
      c.calls(c);
    },
  ],
  ['a call to undefined', 'call-unknown', undefined, (s) => cart(s).calls(anything(undefined))],
  ['a notification to undefined', 'call-unknown', undefined, (s) => cart(s).notifies(anything(undefined))],
  [
    'a prefix that is not valid in a variable name',
    'variable-invalid',
    'calls(till)',
    (s) => cart(s).callsAs('MY-TILL', new Microservice(s, 'till', { image })),
  ],
  [
    'a call to another app',
    'call-unknown',
    undefined,
    (s) => cart(s).calls(cart(new Chart(new App(), 'other', { namespace: 'shop' }))),
  ],
  [
    'a call to a worker',
    'call-not-served',
    undefined,
    (s) => cart(s).calls(new Microservice(s, 'worker', { image, http: false })),
  ],
  [
    'a call to a gateway',
    'call-not-served',
    undefined,
    (s) => {
      const c = cart(s);
      c.calls(anything(new Gateway(s, 'entry', { routes: { '/': c } })));
    },
  ],
  [
    'a call to a database in another namespace',
    'call-cross-namespace',
    undefined,
    (s) => cart(s).calls(new Database(new Chart(s, 'x', { namespace: 'x' }), 'db')),
  ],
  [
    'a call to a chart without a namespace',
    'namespace-missing',
    undefined,
    (s) => cart(s).calls(new Microservice(new Chart(s, 'x', { namespace: '' }), 'y', { image })),
  ],
  [
    'an external host with a scheme',
    'host-invalid',
    'calls(https://example.com)',
    (s) => cart(s).calls(new External('https://example.com', 443)),
  ],
  [
    'an external host that is an IP address',
    'host-invalid',
    'calls(192.0.2.1)',
    (s) => cart(s).calls(new External('192.0.2.1', 443)),
  ],
  ['an external host without a dot', 'host-invalid', 'calls(mail)', (s) => cart(s).calls(new External('mail', 443))],
  [
    'an external host with port 0',
    'port-invalid',
    'calls(example.com)',
    (s) => cart(s).calls(new External('example.com', 0)),
  ],
  [
    'an invalid address range',
    'host-invalid',
    'calls(example.com)',
    (s) => cart(s).calls(new External('example.com', 443, { cidrs: ['203.0.113.0/33'] })),
  ],
  [
    'a Service with its namespace in the name',
    'name-invalid',
    'calls(a.b)',
    (s) => cart(s).calls(new ExistingService('a.b')),
  ],
  [
    'a Service with a negative port',
    'port-invalid',
    'calls(a)',
    (s) => cart(s).calls(new ExistingService('a', { port: -1 })),
  ],
  [
    'a Service with an invalid name of the port of its pods',
    'port-invalid',
    'calls(a)',
    (s) => cart(s).calls(new ExistingService('a', { targetPort: '80' })),
  ],
  [
    'a Service with an invalid address range',
    'host-invalid',
    'calls(a)',
    (s) => cart(s).calls(new ExistingService('a', { cidrs: ['10.0.0.0'] })),
  ],
  [
    'a Service with pods and address ranges',
    'construct-invalid',
    'calls(a)',
    (s) => cart(s).calls(new ExistingService('a', { pods: { app: 'a' }, cidrs: 'any' })),
  ],
  [
    'a route to a database',
    'route-not-http',
    "routes['/']",
    (s) => new Gateway(s, 'entry', { routes: { '/': anything(new Database(s, 'db')) } }),
  ],
  [
    'a route to a worker',
    'route-not-http',
    "routes['/']",
    (s) => new Gateway(s, 'entry', { routes: { '/': cart(s, { http: false }) } }),
  ],
  [
    'a route to undefined',
    'route-not-http',
    "routes['/']",
    (s) => new Gateway(s, 'entry', { routes: { '/': anything(undefined) } }),
  ],
  [
    'a route with a star',
    'path-invalid',
    "routes['/api/*']",
    (s) => new Gateway(s, 'entry', { routes: { '/api/*': cart(s) } }),
  ],
  [
    'a route without a leading slash',
    'path-invalid',
    "routes['api']",
    (s) => new Gateway(s, 'entry', { routes: anything({ api: cart(s) }) }),
  ],
  [
    'a route to another app',
    'call-unknown',
    "routes['/']",
    (s) => new Gateway(s, 'entry', { routes: { '/': cart(new Chart(new App(), 'o', { namespace: 'shop' })) } }),
  ],
  [
    'a route to another namespace',
    'call-cross-namespace',
    "routes['/']",
    (s) => new Gateway(s, 'entry', { routes: { '/': cart(new Chart(s, 'x', { namespace: 'x' })) } }),
  ],
  [
    'a route with a trailing slash',
    'path-invalid',
    "routes['/api/']",
    (s) => gateway(s, { routes: { '/api/': cart(s) } }),
  ],
  ['a route with a query', 'path-invalid', "routes['/api?x']", (s) => gateway(s, { routes: { '/api?x': cart(s) } })],
  [
    'a route that is not encoded as in a URL',
    'path-invalid',
    "routes['/größe']",
    (s) => gateway(s, { routes: { '/größe': cart(s) } }),
  ],
  ['a route with a backtick', 'path-invalid', "routes['/`']", (s) => gateway(s, { routes: { '/`': cart(s) } })],
  [
    'a star in the route of a host',
    'path-invalid',
    "hosts['a.example.com'].routes['/*']",
    (s) => gateway(s, { hosts: { 'a.example.com': { routes: { '/*': cart(s) } } }, routes: undefined }),
  ],
  ['a gateway without routes', 'route-none', 'routes', (s) => gateway(s, { routes: {} })],
  [
    'a host with empty routes',
    'route-none',
    "hosts['a.example.com'].routes",
    (s) => gateway(s, { hosts: { 'a.example.com': { routes: {} } } }),
  ],
  [
    'a host without routes in a gateway without routes',
    'route-none',
    'routes',
    (s) =>
      gateway(s, { hosts: { 'a.example.com': { routes: { '/': cart(s) } }, 'b.example.com': {} }, routes: undefined }),
  ],
  [
    'the same path of the same host in two gateways',
    'route-taken',
    'routes',
    (s) => {
      const c = cart(s);
      gateway(s, { routes: { '/': c } });
      new Gateway(s, 'other', { routes: { '/': c } });
    },
  ],
  ['a host with a scheme', 'host-invalid', 'host', (s) => gateway(s, { host: 'http://shop' })],
  ['a host with a port', 'host-invalid', 'host', (s) => gateway(s, { host: 'shop.example.com:8080' })],
  ['a host with a path', 'host-invalid', 'host', (s) => gateway(s, { host: 'shop.example.com/api' })],
  ['a host in capital letters', 'host-invalid', 'host', (s) => gateway(s, { host: 'Shop.example.com' })],
  ['a host that is an IP address', 'host-invalid', 'host', (s) => gateway(s, { host: '10.0.0.1' })],
  ['a host that is a star', 'host-invalid', 'host', (s) => gateway(s, { host: '*' })],
  [
    'a star in the middle of a host',
    'host-invalid',
    'hosts[1]',
    (s) => gateway(s, { hosts: ['a.example.com', 'a.*.com'] }),
  ],
  [
    'a star in a part of a label',
    'host-invalid',
    "hosts['*a.example.com']",
    (s) => gateway(s, { hosts: { '*a.example.com': {} } }),
  ],
  ['a host listed twice', 'host-invalid', 'hosts[1]', (s) => gateway(s, { hosts: ['a.example.com', 'a.example.com'] })],
  ['an empty list of hosts', 'host-invalid', 'hosts', (s) => gateway(s, { hosts: [] })],
  ['host and hosts', 'host-invalid', 'host', (s) => gateway(s, { host: 'a.example.com', hosts: ['b.example.com'] })],
  ['a Secret in capital letters', 'name-invalid', 'tlsSecret', (s) => gateway(s, { tlsSecret: 'TLS' })],
  [
    'the Secret of a host with a slash',
    'name-invalid',
    "hosts['a.example.com'].tlsSecret",
    (s) => gateway(s, { hosts: { 'a.example.com': { tlsSecret: 'shop/tls' } } }),
  ],
  ['a class with a space', 'name-invalid', 'className', (s) => gateway(s, { className: 'my class' })],
  [
    'a controller namespace with a dot',
    'name-invalid',
    'controllerNamespace',
    (s) => gateway(s, { controllerNamespace: 'a.b' }),
  ],
  ['a Gateway without a name', 'name-invalid', 'httpRoute.gateway', (s) => gateway(s, { httpRoute: {} })],
  [
    'a Gateway in a namespace in capital letters',
    'name-invalid',
    'httpRoute.namespace',
    (s) => gateway(s, { httpRoute: { gateway: 'public', namespace: 'Infra' } }),
  ],
  [
    'a listener with a space',
    'name-invalid',
    'httpRoute.listener',
    (s) => gateway(s, { httpRoute: { gateway: 'public', listener: 'the first' } }),
  ],
  [
    'CORS without origins',
    'cors-invalid',
    'cors.origins',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: [] } }),
  ],
  [
    'CORS for every origin with cookies',
    'cors-invalid',
    'cors.origins',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: ['*'], credentials: true } }),
  ],
  [
    'CORS for every origin and for one origin',
    'cors-invalid',
    'cors.origins',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: ['*', 'https://a.example.com'] } }),
  ],
  [
    'an origin without a scheme',
    'cors-invalid',
    'cors.origins[0]',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: ['a.example.com'] } }),
  ],
  [
    'an origin with a slash',
    'cors-invalid',
    'cors.origins[1]',
    (s) =>
      gateway(s, { controller: 'traefik', cors: { origins: ['https://a.example.com', 'https://b.example.com/'] } }),
  ],
  [
    'an origin with the default port',
    'cors-invalid',
    'cors.origins[0]',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: ['https://a.example.com:443'] } }),
  ],
  [
    'an origin with a star',
    'cors-invalid',
    'cors.origins[0]',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: ['https://*.example.com'] } }),
  ],
  [
    'a method in lower-case letters',
    'cors-invalid',
    'cors.methods[1]',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: ['*'], methods: ['GET', 'post'] } }),
  ],
  [
    'two headers in one',
    'cors-invalid',
    'cors.headers[0]',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: ['*'], headers: ['A, B'] } }),
  ],
  [
    'a star as exposed header',
    'cors-invalid',
    'cors.exposedHeaders[0]',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: ['*'], exposedHeaders: ['*'] } }),
  ],
  [
    'a maximum age of half a second',
    'cors-invalid',
    'cors.maxAge',
    (s) => gateway(s, { controller: 'traefik', cors: { origins: ['*'], maxAge: 0.5 } }),
  ],
  [
    'a maximum body in an unknown unit',
    'quantity-invalid',
    'maxBody',
    (s) => gateway(s, { controller: 'traefik', maxBody: '8MB' }),
  ],
  ['a maximum body of zero', 'quantity-invalid', 'maxBody', (s) => gateway(s, { controller: 'traefik', maxBody: '0' })],
  [
    'a maximum body of half a byte',
    'quantity-invalid',
    'maxBody',
    (s) => gateway(s, { controller: 'traefik', maxBody: '500m' }),
  ],
  [
    'CORS without a controller',
    'gateway-unsupported',
    'cors',
    (s) => gateway(s, { className: 'nginx', cors: { origins: ['*'] } }),
  ],
  [
    'a maximum body in an Ingress without a controller',
    'gateway-unsupported',
    'maxBody',
    (s) => gateway(s, { className: 'nginx', maxBody: '8Mi' }),
  ],
  [
    'a maximum body in an HTTPRoute without a controller',
    'gateway-unsupported',
    'maxBody',
    (s) => gateway(s, { httpRoute: { gateway: 'public' }, maxBody: '8Mi' }),
  ],
  [
    'passwords in an Ingress without a controller',
    'gateway-unsupported',
    'basicAuth',
    (s) => gateway(s, { className: 'nginx', basicAuth: { secret: 'staff' } }),
  ],
  [
    'passwords in an HTTPRoute without a controller',
    'gateway-unsupported',
    'basicAuth',
    (s) => gateway(s, { httpRoute: { gateway: 'public' }, basicAuth: { secret: 'staff' } }),
  ],
  [
    'a Secret of passwords with a slash',
    'name-invalid',
    'basicAuth.secret',
    (s) => gateway(s, { controller: 'traefik', basicAuth: { secret: 'shop/staff' } }),
  ],
  [
    'passwords without a Secret',
    'name-invalid',
    'basicAuth.secret',
    (s) => gateway(s, { controller: 'traefik', basicAuth: {} }),
  ],
  ['an unknown controller', 'gateway-unsupported', 'controller', (s) => gateway(s, { controller: 'nginx' })],
  [
    'an HTTPRoute for ingress-nginx',
    'gateway-unsupported',
    'controller',
    (s) => gateway(s, { controller: 'ingress-nginx', httpRoute: { gateway: 'public' } }),
  ],
  [
    'an HTTPRoute with a class',
    'gateway-unsupported',
    'className',
    (s) => gateway(s, { className: 'traefik', httpRoute: { gateway: 'public' } }),
  ],
  [
    'an HTTPRoute with a certificate',
    'gateway-unsupported',
    'tlsSecret',
    (s) => gateway(s, { tlsSecret: 'shop-tls', httpRoute: { gateway: 'public' } }),
  ],
  [
    'an HTTPRoute with the certificate of a host',
    'gateway-unsupported',
    "hosts['a.example.com'].tlsSecret",
    (s) => gateway(s, { hosts: { 'a.example.com': { tlsSecret: 'shop-tls' } }, httpRoute: { gateway: 'public' } }),
  ],
  [
    'a database name with a quote',
    'name-invalid',
    'databaseName',
    (s) => new Database(s, 'db', { databaseName: 'a";' }),
  ],
  [
    'a setting with a space',
    'name-invalid',
    'settings.max connections',
    (s) => new Database(s, 'db', { settings: { 'max connections': 1 } }),
  ],
  [
    'a namespace that differs from the namespace of the chart',
    'namespace-missing',
    undefined,
    (s) => new Namespace(s, 'bank'),
  ],
  [
    'two objects with the same kind and name',
    'identity-taken',
    undefined,
    (s) => [cart(s), cart(new Chart(s, 'twin', { namespace: 'shop' }))],
  ],
];

test.each(BROKEN)('%s', (_error, code, field, declare) => {
  const problems = problemsOf(chart(declare));
  expect(problems.map((problem) => problem.code)).toContain(code);
  const problem = problems.find((candidate) => candidate.code === code && candidate.field === field)!;
  expect(problem).toMatchObject({
    path: expect.stringMatching(/^shop\b/),
    place: { file: 'test/constructs/problems.test.ts', line: expect.any(Number) },
  });
  expect([problem.message, problem.fix].every((sentence) => /^[A-Z/].*\.$/s.test(sentence))).toBe(true);
});

test('the Middlewares of Traefik require a namespace', () => {
  const app = (options: object) => chart((scope) => gateway(scope, options), null);
  expect(problemsOf(app({ controller: 'traefik', maxBody: '8Mi' }))).toMatchObject([
    { code: 'namespace-missing', path: 'shop/entry', field: 'maxBody' },
  ]);
  expect(problemsOf(app({ controller: 'traefik', basicAuth: { secret: 'staff', existing: true } }))).toMatchObject([
    { code: 'namespace-missing', path: 'shop/entry', field: 'basicAuth' },
  ]);
  expect(() =>
    objectsOf(app({ controller: 'traefik', maxBody: '8Mi', httpRoute: { gateway: 'public' } })),
  ).not.toThrow();
  expect(() => objectsOf(app({ controller: 'ingress-nginx', maxBody: '8Mi' }))).not.toThrow();
});

test('all problems of a chart are reported together, each with construct and line, also by plain cdk8s', () => {
  const app = chart((scope) => {
    cart(scope, { replicas: -1, port: 0 });
    new Microservice(scope, 'till', { image: Image.of('till') });
  });
  const problems = problemsOf(app);
  expect(problems.map(({ code, path }) => [code, path])).toEqual([
    ['replicas-invalid', 'shop/cart'],
    ['port-invalid', 'shop/cart'],
    ['image-unpinned', 'shop/till'],
  ]);
  expect(problems[2]!.place!.line).toBeGreaterThan(problems[0]!.place!.line);
  expect(() => app.synthYaml()).toThrow(/replicas-invalid[^]*port-invalid[^]*image-unpinned/);
});

test('the text of a problem contains place, message, expected, got and fix', () => {
  const [problem] = problemsOf(chart((scope) => new Microservice(scope, 'cart', { image, replicas: -1 })));
  expect(new CallsignError([problem!]).message.replace(/:\d+:\d+/, ':LINE')).toBe(`1 problem

test/constructs/problems.test.ts:LINE  shop/cart · replicas  [replicas-invalid]
  The number is out of range.
  expected: a whole number, 0 or more
  got: -1
  fix: Write a whole number, 0 or more.`);
});

test('a construct outside a chart throws an error', () => {
  expect(() => new Microservice(new App(), 'cart', { image })).toThrow(/outside any chart[^]*expected: a cdk8s Chart/);
});

test('an incomplete cdk8s-plus object is reported as a problem', () => {
  const problems = problemsOf(
    chart((scope) => [new plus.Ingress(scope, 'nowhere'), new plus.Deployment(scope, 'empty')]),
  );
  expect(problems).toMatchObject([
    { code: 'construct-invalid', path: 'shop/nowhere', message: expect.stringContaining('rules') },
    { code: 'synthesis-failed', path: 'shop/empty/Resource', message: expect.stringContaining('container') },
  ]);
});

test.each([
  ['image', { image: 'nginx:1' }, "Write image: Image.of('nginx:1'), with import { Image } from 'callsign-k8s'."],
  [
    'image',
    { image: undefined },
    "Set image: Image.of('nginx:1.29.1'), or Image.service('NAME') for your own program.",
  ],
  ['resources.memory', { resources: { memory: 'much' } }, "Write, for instance, memory: '128Mi'."],
  ['shutdown', { shutdown: { pause: 9, grace: 5 } }, 'Write, for instance, shutdown: { pause: 5, grace: 30 }.'],
  ['env.a b', { env: { 'a b': 1 } }, 'Rename it, such as a_b.'],
])('the fix of %s names the option and the value', (field, options, fix) => {
  const scope = chart((s) => cart(s, anything(options)));
  expect(problemsOf(scope)).toContainEqual(expect.objectContaining({ field, fix }));
});

test.each([
  ['MyShop', '"my-shop"'],
  ['orders_db', '"orders-db"'],
  ['2', '"web"'],
])('a name such as %s has a valid name in its fix', (name, valid) => {
  const scope = chart((s) => new Microservice(s, name, { image }));
  expect(problemsOf(scope)).toContainEqual(
    expect.objectContaining({ code: 'name-invalid', fix: expect.stringContaining(`such as ${valid}`) }),
  );
});
