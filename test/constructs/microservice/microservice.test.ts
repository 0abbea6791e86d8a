import { Chart, Size } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import { Database, Image, Microservice, type MicroserviceOptions } from '../../../src/index';
import { chart, find, objectsOf } from '../render';

const image = Image.of('shop/cart:1.0.0');

function render(options: Partial<MicroserviceOptions> = {}) {
  const objects = objectsOf(chart((scope) => new Microservice(scope, 'cart', { image, ...options })));
  const deployment = find(objects, 'Deployment', 'cart');
  const pod = deployment.spec.template.spec;
  return {
    objects,
    deployment,
    template: deployment.spec.template,
    pod,
    container: pod.containers[0],
    kinds: objects.map(({ kind }) => kind),
  };
}

test('the default objects follow the recommended practices', () => {
  const { objects, deployment, pod, container, kinds } = render();
  expect(kinds).toEqual(['NetworkPolicy', 'ServiceAccount', 'Service', 'Deployment', 'PodDisruptionBudget']);
  expect(new Set(objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`))).toEqual(
    new Set(['shop/cart']),
  );
  expect(deployment.spec).toMatchObject({
    replicas: 2,
    revisionHistoryLimit: 3,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: { 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/instance': 'shop' } },
  });
  expect(pod).toMatchObject({
    serviceAccountName: 'cart',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, matchLabelKeys: ['pod-template-hash'] },
    ],
    volumes: [{ name: 'writable-0', emptyDir: { sizeLimit: '64Mi' } }],
  });
  expect(
    pod.tolerations.map(({ key, tolerationSeconds }: { key: string; tolerationSeconds: number }) => [
      key,
      tolerationSeconds,
    ]),
  ).toEqual([
    ['node.kubernetes.io/not-ready', 20],
    ['node.kubernetes.io/unreachable', 20],
  ]);
  expect(container).toMatchObject({
    name: 'cart',
    image: 'shop/cart:1.0.0',
    imagePullPolicy: 'IfNotPresent',
    env: [{ name: 'PORT', value: '8080' }],
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    startupProbe: { httpGet: { path: '/healthz/live', port: 'http' } },
    livenessProbe: { httpGet: { path: '/healthz/live', port: 'http' } },
    readinessProbe: { httpGet: { path: '/healthz/ready', port: 'http' } },
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'writable-0', mountPath: '/tmp' }],
  });
  expect(container.resources.limits).not.toHaveProperty('cpu');
  expect(find(objects, 'Service', 'cart').spec).toEqual({
    type: 'ClusterIP',
    ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }],
    selector: { 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/instance': 'shop' },
  });
  expect(find(objects, 'ServiceAccount', 'cart').automountServiceAccountToken).toBe(false);
  expect(find(objects, 'PodDisruptionBudget', 'cart').spec).toMatchObject({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test('the labels contain the name, the instance, the chart and the tool', () => {
  const { deployment, template } = render();
  expect(deployment.metadata.labels).toEqual({
    'app.kubernetes.io/name': 'cart',
    'app.kubernetes.io/instance': 'shop',
    'app.kubernetes.io/part-of': 'shop',
    'app.kubernetes.io/managed-by': 'callsign',
  });
  expect(template.metadata.labels).toEqual(deployment.spec.selector.matchLabels);
});

test.each([
  [0, false],
  [1, false],
  [2, true],
  [7, true],
])('replicas: %i sets the number; two or more replicas have a PodDisruptionBudget', (replicas, budget) => {
  const { deployment, kinds } = render({ replicas });
  expect(deployment.spec.replicas).toBe(replicas);
  expect(kinds.includes('PodDisruptionBudget')).toBe(budget);
});

test('autoscale replaces the fixed number of replicas', () => {
  const { objects, deployment, kinds } = render({ autoscale: { min: 1, max: 4, cpu: 55 } });
  expect(deployment.spec).not.toHaveProperty('replicas');
  expect(kinds).not.toContain('PodDisruptionBudget');
  expect(find(objects, 'HorizontalPodAutoscaler', 'cart').spec).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
    minReplicas: 1,
    maxReplicas: 4,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 55 } } }],
  });
});

test('by default autoscale has a minimum of two replicas and a target of 70 %', () => {
  const { objects, kinds } = render({ autoscale: { max: 5 } });
  expect(find(objects, 'HorizontalPodAutoscaler', 'cart').spec).toMatchObject({
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [{ resource: { target: { averageUtilization: 70 } } }],
  });
  expect(kinds).toContain('PodDisruptionBudget');
});

test('autoscale.calm sets how long the load must be low before replicas are removed', () => {
  const { objects } = render({ autoscale: { max: 5, calm: 30 } });
  expect(find(objects, 'HorizontalPodAutoscaler', 'cart').spec.behavior).toEqual({
    scaleDown: { stabilizationWindowSeconds: 30 },
  });
});

test('port changes the container, its environment and the policy, but not the Service', () => {
  const { objects, container } = render({ port: 3000 });
  expect(container.ports).toEqual([{ name: 'http', containerPort: 3000, protocol: 'TCP' }]);
  expect(container.env).toEqual([{ name: 'PORT', value: '3000' }]);
  expect(find(objects, 'Service', 'cart').spec.ports).toEqual([
    { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' },
  ]);
});

test('ports adds ports with their own numbers, open only to callers that name them', () => {
  const objects = objectsOf(
    chart((scope) => {
      const cart = new Microservice(scope, 'cart', { image, ports: { metrics: 9090 } });
      new Microservice(scope, 'till', { image }).calls(cart);
    }),
  );
  expect(find(objects, 'Deployment', 'cart').spec.template.spec.containers[0].ports).toEqual([
    { name: 'http', containerPort: 8080, protocol: 'TCP' },
    { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
  ]);
  expect(find(objects, 'Service', 'cart').spec.ports[1]).toEqual({
    name: 'metrics',
    port: 9090,
    protocol: 'TCP',
    targetPort: 'metrics',
  });
  expect(find(objects, 'NetworkPolicy', 'cart').spec.ingress[0].ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
});

test('http: false makes a worker without a Service, ports, probes and allowed callers', () => {
  const { objects, container, kinds } = render({ http: false });
  expect(kinds).toEqual(['NetworkPolicy', 'ServiceAccount', 'Deployment', 'PodDisruptionBudget']);
  for (const field of ['ports', 'env', 'startupProbe', 'readinessProbe', 'livenessProbe'])
    expect(container).not.toHaveProperty(field);
  expect(find(objects, 'NetworkPolicy', 'cart').spec).not.toHaveProperty('ingress');
});

test('each variable follows those that it refers to, and the others keep their order', () => {
  const env = { URL: '$(USER)@$(HOST)', MODE: 'a', HOST: '$(ZONE).example.com', USER: 'b', ZONE: 'c', LOOP: '$(LOOP)' };
  const names = (env_: Record<string, string>) =>
    render({ http: false, env: env_ }).container.env.map(({ name }: { name: string }) => name);
  expect(names(env)).toEqual(['USER', 'ZONE', 'HOST', 'URL', 'MODE', 'LOOP']);
  expect(names({ B: '$$(A)', A: 'a' })).toEqual(['B', 'A']);
  expect(names({ A: '$(B)', B: '$(A)', C: '$(B)' })).toEqual(['B', 'A', 'C']);
});

test('database sets the variables of one database, with the password from its Secret', () => {
  const objects = objectsOf(
    chart((scope) => new Microservice(scope, 'cart', { image, database: new Database(scope, 'orders-db') })),
  );
  expect(find(objects, 'Deployment', 'cart').spec.template.spec.containers[0].env).toEqual([
    { name: 'PORT', value: '8080' },
    { name: 'DATABASE_HOST', value: 'orders-db' },
    { name: 'DATABASE_PORT', value: '5432' },
    { name: 'DATABASE_NAME', value: 'orders_db' },
    { name: 'DATABASE_USER', value: 'orders_db' },
    { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-db', key: 'password' } } },
    { name: 'DATABASE_POOL', value: '5' },
  ]);
});

test('env accepts texts, numbers, booleans and keys of Secrets, and keeps their order', () => {
  const app = chart((scope) => {
    new plus.Secret(scope, 'mail', { metadata: { name: 'mail' }, stringData: { token: 'x' } });
    new Microservice(scope, 'cart', {
      image,
      env: { MODE: 'fast', LIMIT: 5, DEBUG: false, TOKEN: { secret: 'mail', key: 'token' } },
    });
  });
  expect(find(objectsOf(app), 'Deployment', 'cart').spec.template.spec.containers[0].env.slice(1)).toEqual([
    { name: 'MODE', value: 'fast' },
    { name: 'LIMIT', value: '5' },
    { name: 'DEBUG', value: 'false' },
    { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'mail', key: 'token' } } },
  ]);
});

test('each file is a separate mount, and a changed file replaces the pods that read it', () => {
  const { objects, pod, container, template } = render({
    files: { '/etc/cart/a.txt': 'one', '/etc/cart/b/a.txt': 'two' },
  });
  expect(find(objects, 'ConfigMap', 'cart').data).toEqual({ 'etc.cart.a.txt': 'one', 'etc.cart.b.a.txt': 'two' });
  expect(pod.volumes[0]).toEqual({ name: 'files', configMap: { name: 'cart' } });
  expect(container.volumeMounts.slice(0, 2)).toEqual([
    { name: 'files', mountPath: '/etc/cart/a.txt', subPath: 'etc.cart.a.txt', readOnly: true },
    { name: 'files', mountPath: '/etc/cart/b/a.txt', subPath: 'etc.cart.b.a.txt', readOnly: true },
  ]);
  const hash = (content: string) =>
    render({ files: { '/a': content } }).template.metadata.annotations['callsign.dev/config-hash'];
  expect(template.metadata.annotations['callsign.dev/config-hash']).toMatch(/^[0-9a-f]{12}$/);
  expect(hash('one')).toBe(hash('one'));
  expect(hash('one')).not.toBe(hash('two'));
});

test('an executable file has a mode that lets everybody run it', () => {
  const script = (executable?: boolean) => ({ file: 'README.md', ...(executable !== undefined && { executable }) });
  const { pod, container } = render({
    files: { '/a': 'text', '/b': script(true), '/c': script(false), '/d': script() },
  });
  expect(pod.volumes.slice(0, 2)).toEqual([
    { name: 'files', configMap: { name: 'cart' } },
    { name: 'executable-files', configMap: { name: 'cart', defaultMode: 0o555 } },
  ]);
  expect(
    container.volumeMounts
      .slice(0, 4)
      .map(({ name, mountPath }: { name: string; mountPath: string }) => [mountPath, name]),
  ).toEqual([
    ['/a', 'files'],
    ['/b', 'executable-files'],
    ['/c', 'files'],
    ['/d', 'files'],
  ]);
  const only = render({ files: { '/b': script(true) } });
  expect(only.pod.volumes.map(({ name }: { name: string }) => name)).not.toContain('files');
});

test('volumes of cdk8s-plus and of the pod spec are mounted; a ConfigMap of cdk8s-plus is part of the hash', () => {
  const annotations = (colour: string) => {
    const app = chart((scope) => {
      const map = new plus.ConfigMap(scope, 'theme', { metadata: { name: 'theme' }, data: { colour } });
      new Microservice(scope, 'cart', {
        image,
        volumes: { '/etc/theme': plus.Volume.fromConfigMap(scope, 'theme-volume', map), '/cache': { emptyDir: {} } },
      });
    });
    return find(objectsOf(app), 'Deployment', 'cart').spec.template;
  };
  const { metadata, spec } = annotations('green');
  expect(spec.volumes.slice(1)).toEqual([
    { name: 'volume-0', configMap: { name: 'theme' } },
    { name: 'volume-1', emptyDir: {} },
  ]);
  expect(spec.containers[0].volumeMounts.slice(1)).toEqual([
    { name: 'volume-0', mountPath: '/etc/theme' },
    { name: 'volume-1', mountPath: '/cache' },
  ]);
  expect(metadata.annotations).not.toEqual(annotations('red').metadata.annotations);
});

test('writable folders are emptyDir volumes; without them the pod has no volumes', () => {
  expect(
    render({ writable: ['/tmp', '/var/cache'] }).container.volumeMounts.map(
      ({ mountPath }: { mountPath: string }) => mountPath,
    ),
  ).toEqual(['/tmp', '/var/cache']);
  const { pod, container } = render({ writable: [] });
  expect([pod.volumes, container.volumeMounts]).toEqual([undefined, undefined]);
});

test('command, args, user, health and shutdown set their fields', () => {
  const { pod, container } = render({
    command: ['/bin/cart'],
    args: ['--fast'],
    user: 10001,
    health: { live: '/live', ready: '/ready' },
    shutdown: { pause: 3, grace: 20 },
  });
  expect(container).toMatchObject({
    command: ['/bin/cart'],
    args: ['--fast'],
    lifecycle: { preStop: { sleep: { seconds: 3 } } },
  });
  expect([
    container.livenessProbe.httpGet.path,
    container.startupProbe.httpGet.path,
    container.readinessProbe.httpGet.path,
  ]).toEqual(['/live', '/live', '/ready']);
  expect(pod).toMatchObject({
    terminationGracePeriodSeconds: 20,
    securityContext: { runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001 },
  });
});

test('a pause of 0 omits the preStop hook', () => {
  expect(render({ shutdown: { pause: 0 } }).container).not.toHaveProperty('lifecycle');
});

test('resources accepts quantities, and amounts of cdk8s and cdk8s-plus', () => {
  const { container } = render({
    resources: { cpu: plus.Cpu.millis(300), memory: Size.mebibytes(96), memoryLimit: '1Gi' },
  });
  expect(container.resources).toEqual({ requests: { cpu: '300m', memory: '96Mi' }, limits: { memory: '1Gi' } });
});

test('in a chart without a namespace no object has a namespace', () => {
  const app = chart((scope) => new Microservice(scope, 'cart', { image }), null);
  expect(find(objectsOf(app), 'Deployment', 'cart').metadata).not.toHaveProperty('namespace');
});

test('a chart below another construct works the same', () => {
  const app = chart((scope) => new Microservice(new Chart(scope, 'inner', { namespace: 'inner' }), 'cart', { image }));
  expect(find(objectsOf(app), 'Service', 'cart').metadata.namespace).toBe('inner');
});
