import { Database, Image, Microservice, Namespace, Volume, type MicroserviceOptions } from '../../../src/index';
import { check } from '../../../src/check/check';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf } from '../render';

// Options for programs that were not written for Callsign: other protocols and health checks, files and volumes.

const image = Image.of('shop/cart:1.0.0');

function render(options: Partial<MicroserviceOptions> = {}) {
  const objects = objectsOf(chart((scope) => new Microservice(scope, 'cart', { image, ...options })));
  const deployment = find(objects, 'Deployment', 'cart');
  const pod = deployment.spec.template.spec;
  return { objects, deployment, pod, container: pod.containers[0], kinds: objects.map(({ kind }) => kind) };
}

describe('a server of another protocol', () => {
  const objects = objectsOf(
    chart((scope) => {
      const cache = new Microservice(scope, 'cache', { image, http: false, ports: { redis: 6379, admin: 8001 } });
      new Microservice(scope, 'web', { image }).calls(cache);
    }),
  );

  test('has a Service with its own ports, and callers get host and port in variables', () => {
    expect(find(objects, 'Service', 'cache').spec.ports).toEqual([
      { name: 'redis', port: 6379, protocol: 'TCP', targetPort: 'redis' },
      { name: 'admin', port: 8001, protocol: 'TCP', targetPort: 'admin' },
    ]);
    const [web] = find(objects, 'Deployment', 'web').spec.template.spec.containers;
    expect(web.env).toEqual([
      { name: 'PORT', value: '8080' },
      { name: 'CACHE_HOST', value: 'cache' },
      { name: 'CACHE_PORT', value: '6379' },
    ]);
    expect(
      find(objects, 'NetworkPolicy', 'cache').spec.ingress[0].ports.map(({ port }: { port: number }) => port),
    ).toEqual([6379]);
  });

  test('has probes that open a connection, and no variable PORT', () => {
    const [cache] = find(objects, 'Deployment', 'cache').spec.template.spec.containers;
    expect(cache.env).toBeUndefined();
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
      expect(cache[probe].tcpSocket).toEqual({ port: 'redis' });
  });
});

describe('health', () => {
  test('each check can be a path, a port or a command', () => {
    const { container } = render({ health: { live: 'tcp', ready: ['redis-cli', 'ping'] } });
    expect(container.startupProbe).toEqual({
      tcpSocket: { port: 'http' },
      timeoutSeconds: 2,
      periodSeconds: 1,
      failureThreshold: 60,
    });
    expect(container.readinessProbe).toEqual({
      exec: { command: ['redis-cli', 'ping'] },
      timeoutSeconds: 2,
      periodSeconds: 3,
      failureThreshold: 2,
    });
    expect(container.livenessProbe).toMatchObject({
      tcpSocket: { port: 'http' },
      periodSeconds: 10,
      failureThreshold: 3,
    });
  });

  test('the options set the times of the probes', () => {
    const { container } = render({ health: { live: ['true'], startup: 122, interval: 20, timeout: 7, failures: 5 } });
    expect(container.startupProbe).toMatchObject({ timeoutSeconds: 7, periodSeconds: 5, failureThreshold: 25 });
    expect(container.readinessProbe).toMatchObject({ timeoutSeconds: 7, periodSeconds: 20, failureThreshold: 5 });
    expect(container.livenessProbe).toMatchObject({ timeoutSeconds: 7, periodSeconds: 20, failureThreshold: 5 });
  });

  test('a worker has probes only if the checks are commands', () => {
    const { container } = render({ http: false, health: { ready: ['test', '-f', '/tmp/ready'] } });
    expect(container.readinessProbe.exec.command).toEqual(['test', '-f', '/tmp/ready']);
    expect([container.livenessProbe, container.startupProbe, container.ports]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test('a program can listen on a port below 1024 without root', () => {
  expect(render({ port: 80 }).pod.securityContext.sysctls).toEqual([
    { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' },
  ]);
  expect(render({ port: 1024 }).pod.securityContext.sysctls).toBeUndefined();
  expect(render({ port: 80 }).pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
});

test('the name of a variable can contain dots', () => {
  expect(render({ env: { 'discovery.type': 'single-node' } }).container.env).toContainEqual({
    name: 'discovery.type',
    value: 'single-node',
  });
});

test('workingDir sets the working directory', () => {
  expect(render({ workingDir: '/app' }).container.workingDir).toBe('/app');
  expect(render().container).not.toHaveProperty('workingDir');
});

test('variables of calls come before the option env, so that its texts can refer to them', () => {
  const objects = objectsOf(
    chart((scope) => {
      const env = {
        DATABASE_URL: 'postgres://$(DATABASE_USER):$(DATABASE_PASSWORD)@$(DATABASE_HOST)/$(DATABASE_NAME)',
      };
      new Microservice(scope, 'cart', { image, database: new Database(scope, 'orders'), env });
    }),
  );
  const [{ env }] = find(objects, 'Deployment', 'cart').spec.template.spec.containers;
  expect(env.at(-1).name).toBe('DATABASE_URL');
  const before = new Set(env.slice(0, -1).map(({ name }: { name: string }) => name));
  expect(
    [...env.at(-1).value.matchAll(/\$\((\w+)\)/g)].map(([, name]) => name).filter((name) => !before.has(name)),
  ).toEqual([]);
});

describe('files', () => {
  test('can come from the project or from a Secret', () => {
    const { objects, pod, container } = render({
      writable: [],
      files: {
        '/etc/a': { file: 'cdk8s.yaml' },
        '/run/secrets/token': { secret: 'api.keys', key: 'token', existing: true },
      },
    });
    expect(find(objects, 'ConfigMap', 'cart').data).toEqual({
      'etc.a': expect.stringContaining('language: typescript'),
    });
    expect(pod.volumes).toEqual([
      { name: 'files', configMap: { name: 'cart' } },
      { name: 'secret-api-keys', secret: { secretName: 'api.keys' } },
    ]);
    expect(container.volumeMounts).toEqual([
      { name: 'files', mountPath: '/etc/a', subPath: 'etc.a', readOnly: true },
      { name: 'secret-api-keys', mountPath: '/run/secrets/token', subPath: 'token', readOnly: true },
    ]);
  });

  test('from Secrets need no ConfigMap', () => {
    expect(render({ files: { '/run/secrets/token': { secret: 'keys', key: 'token' } } }).kinds).not.toContain(
      'ConfigMap',
    );
  });
});

describe('a Secret that is created outside the charts', () => {
  const problems = (existing: boolean) =>
    check(
      synthesize(
        chart((scope) => {
          new Namespace(scope, 'shop');
          const key = (name: string) => ({ secret: 'smtp', key: name, existing });
          new Microservice(scope, 'cart', {
            image,
            env: { SMTP_PASSWORD: key('password') },
            files: { '/run/secrets/user': key('user') },
          });
          new Microservice(scope, 'till', { image, env: { SMTP_TOKEN: key('token') } });
        }),
      ).flatMap(({ manifests }) => manifests),
    ).map(({ code }) => code);

  test('is not reported as missing with existing: true', () => expect(problems(true)).toEqual([]));
  test('is reported as missing without existing: true', () =>
    expect(problems(false)).toEqual(['secret-missing', 'secret-missing', 'secret-missing']));
});

describe('a volume', () => {
  const renderWith = (options: ConstructorParameters<typeof Volume>[2] = {}, replicas = 1) => {
    const objects = objectsOf(
      chart((scope) => {
        const uploads = new Volume(scope, 'uploads', options);
        new Microservice(scope, 'cart', { image, replicas, writable: [], volumes: { '/uploads': uploads } });
        new Microservice(scope, 'web', { image, writable: [], volumes: { '/srv': uploads.readOnly } });
      }),
    );
    return {
      claim: find(objects, 'PersistentVolumeClaim', 'uploads').spec,
      cart: find(objects, 'Deployment', 'cart').spec,
      web: find(objects, 'Deployment', 'web').spec,
    };
  };

  test('is a claim for one replica: the old pod ends before the new one starts', () => {
    const { claim, cart, web } = renderWith();
    expect(claim).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } });
    expect(cart.strategy).toEqual({ type: 'Recreate' });
    expect(cart.template.spec.volumes).toEqual([{ name: 'volume-0', persistentVolumeClaim: { claimName: 'uploads' } }]);
    expect(cart.template.spec.containers[0].volumeMounts).toEqual([{ name: 'volume-0', mountPath: '/uploads' }]);
    expect(web.strategy.type).toBe('RollingUpdate');
    expect(web.template.spec.volumes).toEqual([
      { name: 'volume-0', persistentVolumeClaim: { claimName: 'uploads', readOnly: true } },
    ]);
  });

  test('can be shared by several replicas', () => {
    const { claim, cart } = renderWith({ shared: true, size: '5Gi', storageClass: 'nfs' }, 3);
    expect(claim).toEqual({
      accessModes: ['ReadWriteMany'],
      storageClassName: 'nfs',
      resources: { requests: { storage: '5Gi' } },
    });
    expect(cart.strategy.type).toBe('RollingUpdate');
  });
});
