import { Database, defineApp, Gateway, Image, Microservice, type Environment } from '../../src/index';
import { Chart, type App } from 'cdk8s';
import { find, objectsOf, problemsOf } from '../constructs/render';

class Shop extends Chart {
  readonly parts;

  constructor(app: App) {
    super(app, 'shop', { namespace: 'shop' });
    const cart = new Microservice(this, 'cart', {
      image: Image.of('shop/cart:1'),
      replicas: 3,
      env: { MODE: 'fast', LIMIT: 1 },
      resources: { cpu: '100m' },
    });
    const till = new Microservice(this, 'credit-till', { image: Image.of('shop/till:1'), autoscale: { max: 4 } });
    this.parts = {
      cart,
      'credit-till': till,
      orders: new Database(this, 'orders'),
      door: new Gateway(this, 'door', { routes: { '/': cart }, className: 'traefik' }),
    };
  }
}
const make = (environment: Environment<Shop['parts']>, shell = {}) =>
  defineApp((app) => new Shop(app), { here: environment }).make('here', shell);
const container = (app: App, name: string) => find(objectsOf(app), 'Deployment', name).spec.template.spec.containers[0];

test('an environment changes options of parts, and leaves the others', () => {
  const app = make({
    cart: { replicas: 5, resources: { memoryLimit: '1Gi' }, env: { MODE: 'safe', NEW: 'x' } },
    orders: { storage: '9Gi', settings: { shared_buffers: '64MB' } },
    door: { host: 'shop.example.com' },
  });
  const objects = objectsOf(app);
  expect(find(objects, 'Deployment', 'cart').spec.replicas).toBe(5);
  expect(container(app, 'cart').resources).toEqual({
    requests: { cpu: '100m', memory: '64Mi' },
    limits: { memory: '1Gi' },
  });
  expect(container(app, 'cart').env.slice(1)).toEqual([
    { name: 'MODE', value: 'safe' },
    { name: 'LIMIT', value: '1' },
    { name: 'NEW', value: 'x' },
  ]);
  expect(find(objects, 'StatefulSet', 'orders').spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe(
    '9Gi',
  );
  expect(find(objects, 'StatefulSet', 'orders').spec.template.spec.containers[0].args).toEqual([
    '-c',
    'max_connections=200',
    '-c',
    'tcp_keepalives_idle=30',
    '-c',
    'tcp_keepalives_interval=10',
    '-c',
    'tcp_keepalives_count=3',
    '-c',
    'shared_buffers=64MB',
  ]);
  expect(find(objects, 'Ingress', 'door').spec.rules[0].host).toBe('shop.example.com');
  expect(find(objects, 'HorizontalPodAutoscaler', 'credit-till').spec.maxReplicas).toBe(4);
});

test('a backup is changed part by part, and several instances take the place of one', () => {
  const build = (environment: object, shell = {}) => {
    const definition = defineApp<{ orders: Database }>(
      (app) => {
        new Database(new Chart(app, 'shop', { namespace: 'shop' }), 'orders', {
          backup: { keep: 3, timeZone: 'Europe/Berlin' },
        });
      },
      { here: { orders: environment } },
    );
    return objectsOf(definition.make('here', shell));
  };
  const cronJob = find(
    build({ backup: { keep: 5 } }, { CALLSIGN_ORDERS_BACKUP_SCHEDULE: '0 1 * * *' }),
    'CronJob',
    'orders-backup',
  ).spec;
  expect(cronJob).toMatchObject({ schedule: '0 1 * * *', timeZone: 'Europe/Berlin' });
  expect(JSON.stringify(cronJob)).toContain('{"name":"KEEP","value":"5"}');
  expect(find(build({ instances: 3 }), 'Cluster', 'orders').spec.instances).toBe(3);
  expect(
    find(build({}, { CALLSIGN_ORDERS_INSTANCES: '2', CALLSIGN_ORDERS_BACKUP_KEEP: '9' }), 'Cluster', 'orders').spec
      .instances,
  ).toBe(2);
});

test('what decides on the copies is replaced as a whole', () => {
  const app = make({ cart: { autoscale: { min: 2, max: 9 } }, 'credit-till': { replicas: 1 } });
  const objects = objectsOf(app);
  expect(find(objects, 'Deployment', 'cart').spec).not.toHaveProperty('replicas');
  expect(find(objects, 'Deployment', 'credit-till').spec.replicas).toBe(1);
  expect(objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name)).toEqual(
    ['cart'],
  );
});

describe('a gateway elsewhere', () => {
  class Doors extends Chart {
    readonly parts;

    constructor(app: App) {
      super(app, 'shop', { namespace: 'shop' });
      const cart = new Microservice(this, 'cart', { image: Image.of('shop/cart:1') });
      const two = new Gateway(this, 'two', {
        hosts: ['a.example.com', 'b.example.com'],
        routes: { '/': cart },
        controller: 'traefik',
        cors: { origins: ['https://app.example.com'], maxAge: 60 },
      });
      this.parts = {
        two,
        own: new Gateway(this, 'own', {
          hosts: { 'c.example.com': {}, 'd.example.com': { routes: { '/d': cart } } },
          routes: { '/': cart },
          className: 'traefik',
        }),
      };
    }
  }
  const doors = (environment: Environment<Doors['parts']>, shell = {}) =>
    defineApp((app) => new Doors(app), { here: environment }).make('here', shell);
  const hosts = (app: App, name: string) =>
    (find(objectsOf(app), 'Ingress', name).spec.rules as { host?: string }[]).map(({ host }) => host);

  test('answers to its own hosts, in place of those of the chart', () => {
    expect(hosts(doors({ two: { host: 'x.example.com' } }), 'two')).toEqual(['x.example.com']);
    expect(
      hosts(doors({ two: { hosts: { 'x.example.com': { tlsSecret: 'x-tls' }, 'y.example.com': {} } } }), 'two'),
    ).toEqual(['x.example.com', 'y.example.com']);
    expect(hosts(doors({}, { CALLSIGN_TWO_HOST: 'x.example.com' }), 'two')).toEqual(['x.example.com']);
    expect(doors({ two: { host: 'x.example.com' } }).explain('two.hosts')).toEqual([]);
  });

  test('lets other pages call, and keeps what else the chart says of them', () => {
    const { spec } = find(
      objectsOf(doors({ two: { cors: { origins: ['https://x.example.com'] } } })),
      'Middleware',
      'two-cors',
    );
    expect(spec.headers).toMatchObject({
      accessControlAllowOriginList: ['https://x.example.com'],
      accessControlMaxAge: 60,
    });
  });

  test('does not lose the routes that only one host has', () => {
    expect(problemsOf(doors({ own: { hosts: ['c.example.com'] } }))).toMatchObject([
      {
        code: 'override-invalid',
        path: 'shop/own',
        field: 'hosts',
        message: 'The environment removes the host "d.example.com", which has its own routes.',
      },
    ]);
    expect(problemsOf(doors({ own: { host: 'x.example.com' } }))).toMatchObject([
      { code: 'override-invalid', field: 'hosts' },
    ]);
  });

  test('keeps them where the environment names the host', () => {
    const app = doors({ own: { hosts: { 'd.example.com': { tlsSecret: 'd-tls' } } } });
    expect(find(objectsOf(app), 'Ingress', 'own').spec).toMatchObject({
      tls: [{ secretName: 'd-tls' }],
      rules: [{ host: 'd.example.com', http: { paths: [{ path: '/d' }] } }],
    });
  });
});

describe('how requests enter', () => {
  class Doors extends Chart {
    readonly parts;

    constructor(app: App) {
      super(app, 'shop', { namespace: 'shop' });
      const cart = new Microservice(this, 'cart', { image: Image.of('shop/cart:1') });
      const routes = { '/': cart };
      this.parts = {
        open: new Gateway(this, 'open', { host: 'a.example.com', routes }),
        own: new Gateway(this, 'own', { host: 'b.example.com', routes, className: 'traefik' }),
      };
    }
  }
  const doors = (environment: Environment<Doors['parts']>, shell = {}) =>
    defineApp((app) => new Doors(app), { here: environment }).make('here', shell);
  const kinds = (app: App) =>
    objectsOf(app)
      .filter(({ kind }) => ['Gateway', 'HTTPRoute', 'Ingress'].includes(kind))
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      .toSorted();
  const parents = (app: App, name = 'open') => find(objectsOf(app), 'HTTPRoute', name).spec.parentRefs;

  test('is a setting of the environment, for gateways that do not say it', () => {
    expect(parents(doors({}))).toEqual([{ name: 'public', namespace: 'gateway' }]);
    const elsewhere = doors({ gateways: { httpRoute: { gateway: 'shared', namespace: 'infra' } } });
    expect(parents(elsewhere)).toEqual([{ name: 'shared', namespace: 'infra' }]);
    expect(kinds(elsewhere)).toEqual(['HTTPRoute open', 'Ingress own']);
    expect(kinds(doors({ gateways: { listen: { className: 'eg', redirect: false } } }))).toEqual([
      'Gateway open',
      'HTTPRoute open',
      'Ingress own',
    ]);
    expect(kinds(doors({ gateways: { controller: 'traefik' } }))).toEqual(['Ingress open', 'Ingress own']);
    const { spec } = find(
      objectsOf(doors({ gateways: { className: 'alb', controllerCidrs: ['10.0.0.0/16'] } })),
      'NetworkPolicy',
      'cart',
    );
    expect(spec.ingress[0].from).toContainEqual({ ipBlock: { cidr: '10.0.0.0/16' } });
  });

  test('can come from variables', () => {
    const shell = { CALLSIGN_GATEWAYS_HTTPROUTE_GATEWAY: 'shared', CALLSIGN_GATEWAYS_HTTPROUTE_NAMESPACE: 'infra' };
    const app = doors({ gateways: { listen: { className: 'eg' } } }, shell);
    expect(parents(app)).toEqual([{ name: 'shared', namespace: 'infra' }]);
    expect(app.explain('gateways.httpRoute.gateway')).toEqual([
      { value: 'shared', source: 'the variable CALLSIGN_GATEWAYS_HTTPROUTE_GATEWAY' },
    ]);
    expect(kinds(doors({}, { CALLSIGN_GATEWAYS_LISTEN_CLASSNAME: 'eg' }))).toContain('Gateway open');
    expect(kinds(doors({}, { CALLSIGN_GATEWAYS_CLASSNAME: 'nginx' }))).toContain('Ingress open');
  });

  test('of a single gateway replaces that of the chart', () => {
    const app = doors({ own: { listen: { className: 'eg' } } });
    expect(kinds(app)).toEqual(['Gateway own', 'HTTPRoute open', 'HTTPRoute own']);
    expect(kinds(doors({}, { CALLSIGN_OWN_HTTPROUTE_GATEWAY: 'public' }))).toEqual(['HTTPRoute open', 'HTTPRoute own']);
  });

  test('is a problem at the gateway if it is wrong, and at the app if it is unknown', () => {
    expect(problemsOf(doors({ gateways: { listen: { className: 'E g' } } }))).toMatchObject([
      { path: 'shop/open', field: 'listen.className' },
    ]);
    expect(problemsOf(doors({ gateways: { listener: 'web' } as never }))).toMatchObject([
      { code: 'option-unknown', field: 'gateways.listener' },
    ]);
  });
});

test('a variable of the shell is stronger than the environment, which is stronger than the chart', () => {
  const app = make(
    { cart: { replicas: 5, resources: { cpu: '200m' } } },
    {
      CALLSIGN_CART_REPLICAS: '7',
      CALLSIGN_CREDIT_TILL_RESOURCES_MEMORY: '96Mi',
      CALLSIGN_DOOR_HOST: 'x.example.com',
      CALLSIGN_ORDERS_STORAGE: '',
      PATH: '/bin',
    },
  );
  const objects = objectsOf(app);
  expect(find(objects, 'Deployment', 'cart').spec.replicas).toBe(7);
  expect(container(app, 'cart').resources.requests.cpu).toBe('200m');
  expect(container(app, 'credit-till').resources.requests.memory).toBe('96Mi');
  expect(find(objects, 'Ingress', 'door').spec.rules[0].host).toBe('x.example.com');
});

test('the shell sets the pool of a microservice, and the connections that a database has for others', () => {
  const definition = defineApp((app) => {
    const scope = new Chart(app, 'shop', { namespace: 'shop' });
    const database = new Database(scope, 'orders');
    new Microservice(scope, 'cart', { image: Image.of('shop/cart:1'), database });
  });
  const objects = objectsOf(
    definition.make(undefined, { CALLSIGN_CART_POOL: '7', CALLSIGN_ORDERS_OTHERCONNECTIONS: '150' }),
  );
  const [cart] = find(objects, 'Deployment', 'cart').spec.template.spec.containers;
  expect(cart.env).toContainEqual({ name: 'DATABASE_POOL', value: '7' });
  const [orders] = find(objects, 'StatefulSet', 'orders').spec.template.spec.containers;
  expect(orders.args).toContain('max_connections=200');
});

describe('the image of a part', () => {
  const images = (app: App) => {
    const objects = objectsOf(app);
    return {
      cart: container(app, 'cart').image as string,
      till: container(app, 'credit-till').image as string,
      orders: find(objects, 'StatefulSet', 'orders').spec.template.spec.containers[0].image as string,
    };
  };
  const chartImages = images(make({}));

  test('can differ in an environment', () => {
    const app = make({ cart: { image: Image.of('shop/cart:2.0.0') }, orders: { image: Image.of('shop/postgres:18') } });
    expect(images(app)).toEqual({ ...chartImages, cart: 'shop/cart:2.0.0', orders: 'shop/postgres:18' });
  });

  test('can come from the shell, which has priority', () => {
    const app = make(
      { cart: { image: Image.of('shop/cart:2.0.0') } },
      { CALLSIGN_CART_IMAGE: 'shop/cart:3.0.0', CALLSIGN_ORDERS_IMAGE: 'shop/postgres:18' },
    );
    expect(images(app)).toEqual({ ...chartImages, cart: 'shop/cart:3.0.0', orders: 'shop/postgres:18' });
    expect(app.explain('cart.image').slice(-2)).toEqual([
      { value: 'shop/cart:2.0.0', source: 'the environment here' },
      { value: 'shop/cart:3.0.0', source: 'the variable CALLSIGN_CART_IMAGE' },
    ]);
  });

  test('is checked like that of the chart', () => {
    expect(problemsOf(make({}, { CALLSIGN_CART_IMAGE: 'shop/cart 3' }))).toMatchObject([
      { code: 'image-invalid', field: 'image', got: '"shop/cart 3"' },
    ]);
    const text = 'shop/cart:2' as unknown as Image;
    expect(problemsOf(make({ cart: { image: text } }))).toMatchObject([{ field: 'image', got: '"shop/cart:2"' }]);
  });
});

test('explain tells every value on the way, the one that holds last', () => {
  const app = make({ cart: { replicas: 5 }, 'credit-till': { replicas: 6 } }, { CALLSIGN_CART_REPLICAS: '7' });
  expect(app.explain('cart.replicas')).toEqual([
    { value: 2, source: 'the default' },
    { value: 3, source: 'the chart' },
    { value: 5, source: 'the environment here' },
    { value: 7, source: 'the variable CALLSIGN_CART_REPLICAS' },
  ]);
  expect(app.explain('cart.resources.cpu')).toEqual([
    { value: '50m', source: 'the default' },
    { value: '100m', source: 'the chart' },
  ]);
  expect(app.explain('credit-till.autoscale')).toEqual([]);
  expect(app.explain('credit-till.replicas')).toEqual([{ value: 6, source: 'the environment here' }]);
  expect(app.explain('nothing.replicas')).toEqual([]);
  expect(app.options).toEqual(expect.arrayContaining(['cart.replicas', 'orders.storage', 'door.routes']));
});

test('without an environment the charts are as they stand', () => {
  const definition = defineApp<Shop['parts']>((app) => new Shop(app), { here: { cart: { replicas: 5 } } });
  expect(definition.environments).toEqual(['here']);
  expect(find(objectsOf(definition.make()), 'Deployment', 'cart').spec.replicas).toBe(3);
  expect(() => definition.make('there')).toThrow(/no environment "there"\. Expected: here/);
});

test('what meets nothing is a problem: a part, a variable, a number that is none', () => {
  const app = make({ cartt: { replicas: 5 } } as object, { CALLSIGN_CART_REPLICA: '7', CALLSIGN_CART_PORT: 'high' });
  expect(problemsOf(app).map(({ code, message, fix }) => [code, message, fix])).toEqual([
    [
      'override-invalid',
      'The variable CALLSIGN_CART_PORT is not a number.',
      'Write a number, or unset the variable: unset CALLSIGN_CART_PORT.',
    ],
    [
      'override-unused',
      'The environment here overrides "cartt", which no chart contains.',
      'Write cart, or remove it.',
    ],
    [
      'override-unused',
      'The variable CALLSIGN_CART_REPLICA sets no option of any part.',
      'Write CALLSIGN_CART_REPLICAS, or remove it.',
    ],
  ]);
  expect(() => app.synthYaml()).toThrow(/override-unused/);
});

test('what an environment makes wrong is told like any other problem', () => {
  expect(problemsOf(make({ cart: { replicas: -1 } }))).toMatchObject([{ code: 'replicas-invalid', path: 'shop/cart' }]);
});

test.each([
  [
    'a scheme',
    { registry: 'https://registry.example.com' },
    'registry',
    'Write registry.example.com, without the scheme.',
  ],
  [
    'a folder of Docker Hub without its host',
    { registry: 'shop' },
    'registry',
    'Begin with the host, as in docker.io/shop.',
  ],
  ['a tag', { registry: 'registry.example.com/shop:1' }, 'registry', 'Begin with the host, as in docker.io/shop.'],
  [
    'digests from nowhere',
    { byDigest: true },
    'registry',
    "Set images: { registry: 'registry.example.com/shop' } in the environment, or CALLSIGN_IMAGES_REGISTRY.",
  ],
  [
    'a mirror with a scheme',
    { mirror: 'https://registry.example.com/mirror' },
    'mirror',
    'Write registry.example.com/mirror, without the scheme.',
  ],
  [
    'a mirror for one host that is none',
    { mirror: { 'ghcr.io': 'mirror' } },
    "mirror['ghcr.io']",
    'Begin with the host, as in docker.io/shop.',
  ],
  [
    'a mirror for something that is no host',
    { mirror: { dockerhub: 'registry.example.com/hub' } },
    "mirror['dockerhub']",
    'Write the host alone. Docker Hub is docker.io.',
  ],
])('images with %s: one problem of the app', (_, images, field, fix) => {
  expect(problemsOf(make({ images }))).toMatchObject([{ code: 'registry-invalid', field: `images.${field}`, fix }]);
});

test.each([
  'registry.example.com',
  'registry.example.com/shop/eu-1',
  'localhost:5000',
  'localhost',
  'registry:5000/a_b',
  'docker.io/shop',
])('%s is a registry, and by tag it needs no lock', (registry) => {
  const app = make({ images: { registry, byDigest: false } });
  expect(app.images).toMatchObject({ registry });
  // An image of somebody else stays where it is.
  expect(container(app, 'cart').image).toBe('shop/cart:1');
});

test('what the compiler can see does not compile', () => {
  const wrong: Environment<Shop['parts']>[] = [
    // @ts-expect-error -- a part that is not there
    { basket: { replicas: 2 } },
    // @ts-expect-error -- an option that is not there
    { cart: { replica: 2 } },
    // @ts-expect-error -- an option of another kind of part
    { orders: { replicas: 2 } },
    // @ts-expect-error -- where a path leads is what a gateway is
    { door: { routes: {} } },
    // @ts-expect-error -- of a host too
    { door: { hosts: { 'a.example.com': { routes: {} } } } },
    // @ts-expect-error -- an image is not a text
    { cart: { image: 'shop/cart:2' } },
    // @ts-expect-error -- a mirror is a text or a map of texts
    { images: { mirror: { 'docker.io': true } } },
    // @ts-expect-error -- a setting of images that is not there
    { images: { registries: 'registry.example.com' } },
  ];
  expect(wrong).toHaveLength(8);
});
