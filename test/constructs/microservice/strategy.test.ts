import { Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { check, Database, defineApp, Image, Microservice, synthesize, Volume } from '../../../src/index';
import type { MicroserviceOptions } from '../../../src/index';
import { resolveMicroservice } from '../../../src/constructs/microservice/resolve';
import { canaryReplicas, shareOf } from '../../../src/constructs/microservice/release/canary-replicas';
import { releaseOf } from '../../../src/constructs/microservice/release/release';
import { ANNOTATIONS } from '../../../src/k8s/keys';
import { serviceImages } from '../../../src/images/docker/build';
import { matches } from '../../../src/k8s/selector';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/cart:1');
const next = Image.of('shop/cart:2');
const NAME = { 'app.kubernetes.io/name': 'cart' };
const OWN = { ...NAME, 'app.kubernetes.io/instance': 'shop' };
const CANARY = { ...NAME, 'app.kubernetes.io/instance': 'shop-canary' };
const GREEN = { ...NAME, 'app.kubernetes.io/instance': 'shop-green' };

/** A cart that uses a database, and a page that calls the cart. */
const shop = (options: object) =>
  chart((scope) => {
    // Without the setting, more replicas can mean more connections, and a restart of the database.
    const database = new Database(scope, 'orders', { settings: { max_connections: 200 } });
    const cart = new Microservice(scope, 'cart', {
      image,
      database,
      files: { '/etc/cart/note.txt': 'hello' },
      ...options,
    });
    new Microservice(scope, 'page', { image: Image.of('shop/page:1') }).calls(cart);
  });
const render = (options: object) => objectsOf(shop(options));
const titles = (objects: ReturnType<typeof render>) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
const byCanary = (weight: number, others: object = { replicas: 3 }) => ({
  ...others,
  strategy: { canary: { image: next, weight } },
});
const byBlueGreen = (live?: string, others: object = {}) => ({
  ...others,
  strategy: { blueGreen: { green: next, live } },
});

const EVERY: [strategy: string, options: object][] = [
  ['a canary', byCanary(25)],
  ['a canary with weight 0', byCanary(0)],
  ['a canary with autoscaling', byCanary(25, { autoscale: { max: 9 } })],
  [
    'a canary with a schedule',
    byCanary(25, {
      schedule: [
        { at: '08:00', replicas: 9 },
        { at: '20:00', replicas: 3 },
      ],
    }),
  ],
  ['blue and green, blue is live', byBlueGreen('blue')],
  ['blue and green, green is live', byBlueGreen('green')],
  ['blue and green with autoscaling', byBlueGreen('green', { autoscale: { max: 9 } })],
];

describe.each(EVERY)('%s', (_, options) => {
  const objects = render(options);
  const plain = render({ ...options, strategy: undefined });

  test('only adds objects: no selector and no pod of the microservice itself changes', () => {
    for (const kind of [
      'Deployment',
      'PodDisruptionBudget',
      'HorizontalPodAutoscaler',
      'ServiceAccount',
      'ConfigMap',
      'CronJob',
      'StatefulSet',
    ]) {
      for (const object of plain.filter((one) => one.kind === kind))
        expect(find(objects, kind, object.metadata.name)).toEqual(object);
    }
  });

  test('no Deployment, budget or autoscaler selects the pods of another', () => {
    const deployments = objects
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ metadata }) => find(objects, 'Deployment', metadata.name));
    const selectors = [...deployments, ...objects.filter(({ kind }) => kind === 'PodDisruptionBudget')].map(
      (object) => [object.metadata.name, object.spec.selector] as const,
    );
    for (const { metadata, spec } of deployments) {
      expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
      expect(spec.template.spec.topologySpreadConstraints[0].labelSelector).toEqual(spec.selector);
      const selecting = selectors
        .filter(([, selector]) => matches(selector, spec.template.metadata.labels))
        .map(([name]) => name);
      expect(new Set(selecting)).toEqual(new Set([metadata.name]));
    }
  });

  test('the policies allow the calls from and to every replica', () => {
    const policy = (name: string) => find(objects, 'NetworkPolicy', name).spec;
    expect(policy('cart').podSelector.matchLabels).toEqual(NAME);
    expect(policy('orders').ingress[0].from).toContainEqual({ podSelector: { matchLabels: NAME } });
    expect(policy('page').egress).toContainEqual({
      to: [{ podSelector: { matchLabels: NAME } }],
      ports: [{ port: 8080, protocol: 'TCP' }],
    });
  });

  test('check finds no problem', () => {
    expect(check(synthesize(shop(options)).flatMap(({ manifests }) => manifests))).toEqual([]);
  });
});

describe('a canary by replicas', () => {
  test('has some replicas with the next image behind the same Service, and is otherwise the same', () => {
    const objects = render(byCanary(25));
    const [stable, canary] = ['cart', 'cart-canary'].map((name) => find(objects, 'Deployment', name));
    expect([stable.spec.replicas, canary.spec.replicas]).toEqual([3, 1]);
    expect(find(objects, 'Service', 'cart').spec.selector).toEqual(NAME);
    expect(canary.metadata.annotations).toEqual({ 'callsign.dev/release': '25 % of the requests: 1 of 4 copies' });
    const pod = canary.spec.template;
    expect(pod.metadata.labels).toEqual(CANARY);
    expect({
      ...pod.spec,
      containers: [{ ...pod.spec.containers[0], image: image.reference }],
      topologySpreadConstraints: stable.spec.template.spec.topologySpreadConstraints,
    }).toEqual(stable.spec.template.spec);
    expect(pod.spec.containers[0].image).toBe('shop/cart:2');
    expect(pod.metadata.annotations).toEqual(stable.spec.template.metadata.annotations);
  });

  test('weight 0 keeps the Deployment, without replicas', () => {
    const objects = render(byCanary(0));
    expect(find(objects, 'Deployment', 'cart-canary')).toMatchObject({
      metadata: { annotations: { 'callsign.dev/release': 'no copies, no requests' } },
      spec: { replicas: 0 },
    });
    expect(find(objects, 'Deployment', 'cart').spec.replicas).toBe(3);
  });

  test('follows the load in proportion, with its own autoscaler', () => {
    const objects = render(byCanary(25, { autoscale: { min: 2, max: 10, cpu: 60 } }));
    const autoscaler = find(objects, 'HorizontalPodAutoscaler', 'cart-canary').spec;
    expect(autoscaler).toMatchObject({
      scaleTargetRef: { name: 'cart-canary' },
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [{ resource: { target: { averageUtilization: 60 } } }],
    });
    expect(find(objects, 'HorizontalPodAutoscaler', 'cart').spec).toMatchObject({ minReplicas: 2, maxReplicas: 10 });
    const { metadata, spec } = find(objects, 'Deployment', 'cart-canary');
    expect(spec).not.toHaveProperty('replicas');
    expect(metadata.annotations['callsign.dev/release']).toBe(
      '33.3 to 23.1 % of the requests: 1 of 3 to 3 of 13 copies, the nearest to 25 %',
    );
  });

  test('follows a metric in proportion: it counts the work of both releases', () => {
    const metric = { name: 'mails_waiting', target: 100 };
    const objects = render(byCanary(25, { autoscale: { min: 3, max: 9, metric } }));
    const targets = ['cart', 'cart-canary'].map(
      (name) => find(objects, 'HorizontalPodAutoscaler', name).spec.metrics[0].external.target.averageValue,
    );
    expect(targets).toEqual(['100', '300']);
  });

  test('has a fixed number if the autoscaler would have only one number', () => {
    const objects = render(byCanary(20, { autoscale: { min: 3, max: 4 } }));
    expect(find(objects, 'Deployment', 'cart-canary').spec.replicas).toBe(1);
    expect(titles(objects)).not.toContain('HorizontalPodAutoscaler cart-canary');
  });

  test('follows a schedule in proportion, also with zero replicas', () => {
    const schedule = [
      { at: '08:00', replicas: 9 },
      { at: '20:00', replicas: 0 },
    ];
    const objects = render(byCanary(25, { schedule, timeZone: 'Europe/Berlin' }));
    expect(titles(objects)).toEqual(
      expect.arrayContaining(['CronJob cart-canary-schedule-0800', 'CronJob cart-schedule-0800']),
    );
    expect(JSON.stringify(find(objects, 'CronJob', 'cart-canary-schedule-2000'))).toContain(
      'deployments/cart-canary/scale',
    );
    expect(JSON.stringify(find(objects, 'CronJob', 'cart-canary-schedule-2000'))).toContain('[480,3]');
    expect(find(objects, 'CronJob', 'cart-canary-schedule-0800').spec.timeZone).toBe('Europe/Berlin');
  });

  test('follows a schedule and the load together', () => {
    const objects = render(
      byCanary(25, {
        schedule: [
          { at: '08:00', replicas: 6 },
          { at: '20:00', replicas: 3 },
        ],
        autoscale: { max: 12 },
      }),
    );
    expect(find(objects, 'HorizontalPodAutoscaler', 'cart-canary').spec).toMatchObject({ maxReplicas: 4 });
    expect(JSON.stringify(find(objects, 'CronJob', 'cart-canary-schedule-0800'))).toContain('[480,2]');
  });

  test('is possible for a worker, whose replicas share the work', () => {
    const objects = objectsOf(
      chart((scope) => new Microservice(scope, 'mill', { image, http: false, replicas: 3, ...byCanary(25) })),
    );
    expect(titles(objects)).toEqual(expect.arrayContaining(['Deployment mill', 'Deployment mill-canary']));
    expect(objects.map(({ kind }) => kind)).not.toContain('Service');
  });

  test('can mount a shared volume', () => {
    const objects = objectsOf(
      chart((scope) => {
        const uploads = new Volume(scope, 'uploads', { shared: true });
        new Microservice(scope, 'cart', {
          image,
          replicas: 3,
          volumes: { '/uploads': uploads },
          strategy: { canary: { image: next, weight: 25 } },
        });
      }),
    );
    for (const name of ['cart', 'cart-canary']) {
      const { spec } = find(objects, 'Deployment', name);
      expect(spec.strategy.type).toBe('RollingUpdate');
      expect(spec.template.spec.volumes).toContainEqual({
        name: 'volume-0',
        persistentVolumeClaim: { claimName: 'uploads' },
      });
    }
  });

  test('has the annotations of the existing Secrets and of the progress', () => {
    const objects = render({ env: { TOKEN: { secret: 'keys', key: 'token', existing: true } }, ...byCanary(25) });
    const existing = { 'callsign.dev/existing-secrets': '{"keys":["token"]}' };
    expect(find(objects, 'Deployment', 'cart').metadata.annotations).toEqual(existing);
    expect(find(objects, 'Deployment', 'cart-canary').metadata.annotations).toEqual({
      ...existing,
      [ANNOTATIONS.release]: expect.any(String),
    });
  });

  test('no other number of replicas is closer to the share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 50 }), (others, weight) => {
        const replicas = canaryReplicas(others, weight);
        const error = (n: number) => Math.abs(shareOf(n, others) - weight);
        for (const other of [replicas - 1, replicas + 1])
          if (other >= 0 && others > 0) expect(error(replicas)).toBeLessThanOrEqual(error(other) + 1e-9);
        expect(replicas).toBeLessThanOrEqual(others);
      }),
    );
  });
});

describe('a canary by the gateway', () => {
  const release = (weight: number, others: object) =>
    releaseFor({ image, ...others, strategy: { canary: { image: next, weight, by: 'gateway' } } });
  const releaseFor = (options: MicroserviceOptions) => releaseOf('cart', 'shop', resolveMicroservice(options), options);

  test('has its own Service and weight, and the other release gets the rest', () => {
    expect(release(10, { replicas: 2 })).toMatchObject({
      served: OWN,
      further: { name: 'cart-canary', pods: CANARY },
      pods: NAME,
      backends: [
        { service: 'cart', weight: 90 },
        { service: 'cart-canary', weight: 10 },
      ],
      beside: {
        options: { scaling: { kind: 'fixed', replicas: 1 } },
        progress: '10 % of the requests that come through the gateway',
      },
    });
  });

  test.each([
    [0, 8, 1],
    [0, 0, 0],
    [1, 8, 1],
    [50, 8, 4],
    [51, 8, 5],
    [100, 8, 8],
  ])('at %i %% and %i replicas it has %i', (weight, replicas, expected) => {
    expect(release(weight, { replicas }).beside!.options.scaling).toEqual({ kind: 'fixed', replicas: expected });
  });
});

describe('blue and green', () => {
  test.each([
    ['blue', OWN, GREEN],
    ['green', GREEN, OWN],
  ])('%s is live: the Service selects it, and the preview Service selects the other one', (live, served, waiting) => {
    const objects = render(byBlueGreen(live));
    expect(find(objects, 'Service', 'cart').spec.selector).toEqual(served);
    expect(find(objects, 'Service', 'cart-preview').spec).toEqual({
      ...find(objects, 'Service', 'cart').spec,
      selector: waiting,
    });
    expect(
      ['cart', 'cart-green'].map((name) => find(objects, 'Deployment', name).spec.template.spec.containers[0].image),
    ).toEqual(['shop/cart:1', 'shop/cart:2']);
    expect(['cart', 'cart-green'].map((name) => find(objects, 'Deployment', name).spec.replicas)).toEqual([2, 2]);
    expect(find(objects, 'Deployment', 'cart-green').metadata.annotations['callsign.dev/release']).toMatch(
      live === 'blue' ? /^blue is live, green is at / : /^green is live, blue is at /,
    );
  });

  test('blue is live by default, and a switch changes no pod', () => {
    const [none, blue, green] = [undefined, 'blue', 'green'].map((live) => render(byBlueGreen(live)));
    expect(none).toEqual(blue);
    const templates = (objects: ReturnType<typeof render>) =>
      objects.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec);
    expect(templates(green!)).toEqual(templates(blue!));
  });

  test('each release has its own autoscaler and budget', () => {
    const objects = render(byBlueGreen('green', { autoscale: { max: 5 } }));
    expect(titles(objects)).toEqual(
      expect.arrayContaining(
        ['cart', 'cart-green'].flatMap((name) => [`HorizontalPodAutoscaler ${name}`, `PodDisruptionBudget ${name}`]),
      ),
    );
  });

  test('are possible for a server of another protocol', () => {
    const strategy = { blueGreen: { green: next, live: 'green' } } as const;
    const objects = objectsOf(
      chart((scope) => new Microservice(scope, 'cache', { image, http: false, ports: { redis: 6379 }, strategy })),
    );
    const service = (name: string) => find(objects, 'Service', name).spec;
    expect(service('cache')).toMatchObject({
      selector: { ...GREEN, 'app.kubernetes.io/name': 'cache' },
      ports: [{ name: 'redis', port: 6379 }],
    });
    expect(service('cache-preview').ports).toEqual(service('cache').ports);
  });
});

test.each([
  ['a canary', byCanary(25, { replicas: 1 })],
  ['blue and green', byBlueGreen('blue', { replicas: 1 })],
])('%s cannot use a volume that is not shared', (_, options) => {
  const found = problemsOf(
    chart(
      (scope) =>
        new Microservice(scope, 'cart', {
          image,
          volumes: { '/data': new Volume(scope, 'data') },
          ...(options as object),
        }),
    ),
  );
  expect(
    found.filter(({ code }) => code === 'volume-not-shared').map(({ field, message }) => [field, message]),
  ).toEqual([['strategy', expect.stringContaining('"data"')]]);
});

test('an environment can have a canary that the others do not have', () => {
  const app = defineApp<{ cart: Microservice }>(
    (root) => void new Microservice(new Chart(root, 'shop', { namespace: 'shop' }), 'cart', { image, replicas: 3 }),
    { prod: { cart: { strategy: { canary: { image: next, weight: 25 } } } }, dev: {} },
  );
  const deployments = (environment: string) =>
    objectsOf(app.make(environment))
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ metadata }) => metadata.name);
  expect([deployments('dev'), deployments('prod')]).toEqual([['cart'], ['cart', 'cart-canary']]);
});

test('images of both releases are built', () => {
  const [comments, posts] = [Image.service('comments'), Image.service('posts')];
  const built = (options: object) =>
    serviceImages(chart((scope) => new Microservice(scope, 'cart', { image: comments, ...options }))).map(
      ({ reference }) => reference,
    );
  expect(built({ strategy: { canary: { image: posts, weight: 50 } } })).toEqual([comments.reference, posts.reference]);
  expect(built({ strategy: { blueGreen: { green: posts } } })).toEqual([comments.reference, posts.reference]);
});

describe('recreate and rolling', () => {
  test("'recreate' ends the old pods first; 'rolling' is the default", () => {
    expect(find(render({ strategy: 'recreate' }), 'Deployment', 'cart').spec.strategy).toEqual({ type: 'Recreate' });
    expect(render({ strategy: 'rolling' })).toEqual(render({}));
  });
});
