import { serviceImages } from '../../../src/images/docker/build';
import { Database, Image, Microservice, type MicroserviceOptions } from '../../../src/index';
import { chart, find, objectsOf, problemsOf } from '../render';

type Options = Omit<Partial<MicroserviceOptions>, 'image'>;

const image = Image.of('shop/cart:1.0.0');
const proxy = { image: Image.of('shop/proxy:2.0.0') };
const app = (options: Options) =>
  chart((scope) => {
    const database = new Database(scope, 'orders');
    new Microservice(scope, 'cart', { image, database, ...options } as MicroserviceOptions);
  });
const podOf = (options: Options) => find(objectsOf(app(options)), 'Deployment', 'cart').spec.template.spec;
const names = (variables: readonly { name: string }[] = []) => variables.map(({ name }) => name);

test('an init container runs before the program, with its variables and hardened', () => {
  const pod = podOf({
    env: { COLOR: 'blue', SIZE: 'small' },
    initContainers: {
      migrate: { ...proxy, command: ['migrate'], args: ['up'], workingDir: '/app', env: { SIZE: 'large' } },
    },
  });
  expect(pod.initContainers).toHaveLength(1);
  const [migrate] = pod.initContainers;
  expect(migrate).toMatchObject({
    name: 'migrate',
    image: 'shop/proxy:2.0.0',
    command: ['migrate'],
    args: ['up'],
    workingDir: '/app',
    securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  });
  expect(migrate).not.toHaveProperty('restartPolicy');
  expect(names(migrate.env)).toEqual(expect.arrayContaining(['DATABASE_HOST', 'DATABASE_PASSWORD', 'COLOR']));
  expect(migrate.env.filter(({ name }: { name: string }) => name === 'SIZE')).toEqual([
    { name: 'SIZE', value: 'large' },
  ]);
});

test('a sidecar starts before init containers, is restarted, and gets no password unless it shares the variables', () => {
  const pod = podOf({ initContainers: { first: proxy }, sidecars: { proxy: { ...proxy, env: { MODE: 'tls' } } } });
  expect(names(pod.initContainers)).toEqual(['proxy', 'first']);
  expect(pod.initContainers[0]).toMatchObject({ restartPolicy: 'Always', env: [{ name: 'MODE', value: 'tls' }] });
  const [sharing] = podOf({ sidecars: { proxy: { ...proxy, sharesEnv: true } } }).initContainers;
  expect(names(sharing.env)).toContain('DATABASE_PASSWORD');
  const [init] = podOf({ initContainers: { first: { ...proxy, sharesEnv: false } } }).initContainers;
  expect(init).not.toHaveProperty('env');
});

test('the health checks of a sidecar', () => {
  const [sidecar] = podOf({
    sidecars: { proxy: { ...proxy, ports: { proxy: 4180 }, health: { ready: '/ready', live: 'tcp' } } },
  }).initContainers;
  expect(sidecar).toMatchObject({
    ports: [{ name: 'proxy', containerPort: 4180 }],
    startupProbe: { httpGet: { path: '/ready', port: 4180 }, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { httpGet: { path: '/ready', port: 4180 } },
    livenessProbe: { tcpSocket: { port: 4180 } },
  });
  const [other] = podOf({
    sidecars: { proxy: { ...proxy, health: { live: ['true'], ready: '/ready', port: 9000 } } },
  }).initContainers;
  expect(other).toMatchObject({
    livenessProbe: { exec: { command: ['true'] } },
    readinessProbe: { httpGet: { port: 9000 } },
  });
});

test('callers reach a port of a sidecar that is also a port of the microservice', () => {
  const objects = objectsOf(
    app({ ports: { metrics: 9121 }, sidecars: { a: { ...proxy, ports: { metrics: 9121, admin: 9122 } } } }),
  );
  const pod = find(objects, 'Deployment', 'cart').spec.template.spec;
  expect(names(pod.containers[0].ports)).toEqual(['http', 'metrics']);
  expect(names(pod.initContainers[0].ports)).toEqual(['admin']);
  expect(names(find(objects, 'Service', 'cart').spec.ports)).toEqual(['http', 'metrics']);
});

test('a container mounts paths of the program, and has folders of its own', () => {
  const pod = podOf({
    files: { '/etc/words.txt': 'words' },
    writable: ['/tmp', '/var/log/app'],
    sidecars: { logs: { ...proxy, mounts: ['/var/log/app', '/etc/words.txt'], writable: ['/cache'], user: 2000 } },
  });
  const [logs] = pod.initContainers;
  expect(logs.volumeMounts).toEqual([
    expect.objectContaining({ mountPath: '/etc/words.txt', readOnly: true }),
    { name: 'writable-1', mountPath: '/var/log/app' },
    { name: 'logs-writable-0', mountPath: '/cache' },
  ]);
  expect(names(pod.volumes)).toContain('logs-writable-0');
  expect(logs.securityContext).toMatchObject({ runAsUser: 2000, runAsGroup: 2000 });
});

test('images of these containers are built, and existing Secrets are known', () => {
  const built = app({ sidecars: { posts: { image: Image.service('posts') } } });
  expect(serviceImages(built).map(({ source }) => source.context)).toEqual(['services']);
  const deployment = find(
    objectsOf(app({ initContainers: { a: { ...proxy, env: { KEY: { secret: 'keys', key: 'a', existing: true } } } } })),
    'Deployment',
    'cart',
  );
  expect(Object.values(deployment.metadata.annotations)).toContain('{"keys":["a"]}');
});

test.each<[code: string, field: string, options: Options]>([
  ['name-invalid', 'sidecars.Proxy', { sidecars: { Proxy: proxy } }],
  ['name-taken', 'sidecars.a', { sidecars: { a: proxy }, initContainers: { a: proxy } }],
  ['name-taken', 'initContainers.cart', { initContainers: { cart: proxy } }],
  ['name-taken', 'sidecars.cart', { sidecars: { cart: proxy } }],
  ['image-unpinned', 'initContainers.a.image', { initContainers: { a: { image: Image.of('busybox') } } }],
  ['quantity-invalid', 'sidecars.a.resources.memory', { sidecars: { a: { ...proxy, resources: { memory: '1 GB' } } } }],
  ['construct-invalid', 'sidecars.a.user', { sidecars: { a: { ...proxy, user: 0 } } }],
  ['path-invalid', 'sidecars.a.mounts', { sidecars: { a: { ...proxy, mounts: ['/none'] } } }],
  ['path-invalid', 'sidecars.a.writable', { sidecars: { a: { ...proxy, writable: ['tmp'] } } }],
  ['path-invalid', 'sidecars.a.writable', { sidecars: { a: { ...proxy, mounts: ['/tmp'], writable: ['/tmp'] } } }],
  ['port-taken', 'sidecars.a.ports.http', { sidecars: { a: { ...proxy, ports: { http: 8080 } } } }],
  [
    'port-taken',
    'sidecars.b.ports.x',
    { sidecars: { a: { ...proxy, ports: { y: 9000 } }, b: { ...proxy, ports: { x: 9000 } } } },
  ],
  [
    'port-taken',
    'sidecars.b.ports.x',
    { ports: { x: 9000 }, sidecars: { a: { ...proxy, ports: { x: 9000 } }, b: { ...proxy, ports: { x: 9000 } } } },
  ],
  ['port-taken', 'sidecars.a.ports.y', { ports: { x: 9000 }, sidecars: { a: { ...proxy, ports: { y: 9000 } } } }],
  ['port-invalid', 'sidecars.a.ports.http', { sidecars: { a: { ...proxy, ports: { http: 0 } } } }],
  ['port-invalid', 'sidecars.a.health.port', { sidecars: { a: { ...proxy, health: { ready: 'tcp', port: 70_000 } } } }],
  [
    'path-invalid',
    'sidecars.a.health.ready',
    { sidecars: { a: { ...proxy, ports: { a: 1 }, health: { ready: 'ready' } } } },
  ],
  ['path-invalid', 'sidecars.a.health.live', { sidecars: { a: { ...proxy, health: { live: [] } } } }],
  ['health-invalid', 'sidecars.a.health.live', { sidecars: { a: { ...proxy, health: { live: 'tcp' } } } }],
  ['option-unknown', "sidecars['a'].port", { sidecars: { a: { ...proxy, port: 1 } as typeof proxy } }],
])('%s at %s', (code, field, options) => {
  expect(problemsOf(app(options)).filter((problem) => problem.code === code)).toMatchObject([
    { field, path: 'shop/cart' },
  ]);
});
