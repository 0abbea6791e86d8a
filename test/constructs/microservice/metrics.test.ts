import { Chart } from 'cdk8s';
import { check } from '../../../src/check/check';
import {
  defineApp,
  Image,
  Microservice,
  Namespace,
  type Metrics,
  type MicroserviceOptions,
  type PrometheusSettings,
} from '../../../src/index';
import { manifestsOf } from '../../check/mutants';
import { find, objectsOf, problemsOf } from '../render';

interface Given {
  readonly options?: Partial<MicroserviceOptions>;
  readonly prometheus?: PrometheusSettings;
  readonly namespace?: string;
}

/** An app with one microservice, and the settings of its Prometheus. */
function app({ options = {}, prometheus = {}, namespace = 'shop' }: Given) {
  return defineApp(
    (root) => {
      const chart = new Chart(root, 'shop', { namespace });
      new Namespace(chart, namespace);
      new Microservice(chart, 'cart', { image: Image.of('shop/cart:1'), ...options });
    },
    { test: { prometheus } },
  ).make('test');
}

function render(given: Given) {
  const objects = objectsOf(app(given));
  expect(check(manifestsOf(objects), 'hardened')).toEqual([]);
  const { template } = find(objects, 'Deployment', 'cart').spec;
  return {
    objects,
    annotations: (template.metadata.annotations ?? {}) as Record<string, string>,
    ports: template.spec.containers[0].ports as { name: string; containerPort: number }[],
    env: template.spec.containers[0].env as { name: string; value: string }[],
    ingress: find(objects, 'NetworkPolicy', 'cart').spec.ingress as object[] | undefined,
    monitors: objects.filter(({ kind }) => kind === 'PodMonitor'),
  };
}

const from = (namespace: string, more = {}) => [
  { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, ...more },
];
const tcp = (port: number) => [{ port, protocol: 'TCP' }];

test('without the option, nobody scrapes the pods', () => {
  const { annotations, ingress, monitors } = render({ prometheus: { finds: 'pod-monitors' } });
  expect([annotations, ingress, monitors]).toEqual([{}, undefined, []]);
});

test.each<[what: string, options: Partial<MicroserviceOptions> & { metrics: Metrics }, port: number, path: string]>([
  ['the port of requests', { metrics: {} }, 8080, '/metrics'],
  ['the port of the health checks', { health: { port: 8082 }, metrics: {} }, 8082, '/metrics'],
  ['a port of callers', { ports: { stats: 9100 }, metrics: { port: 9100 } }, 9100, '/metrics'],
  ['a port of its own', { metrics: { port: 9090, path: '/stats' } }, 9090, '/stats'],
  [
    'a port of a worker',
    { http: false, health: { live: ['true'], ready: ['true'] }, metrics: { port: 9090 } },
    9090,
    '/metrics',
  ],
])('metrics at %s: annotations, and a policy for this port alone', (_, options, port, path) => {
  const { annotations, ingress, ports } = render({ options });
  expect(annotations).toEqual({
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': String(port),
    'prometheus.io/path': path,
  });
  expect(ingress).toEqual([{ from: from('monitoring'), ports: tcp(port) }]);
  expect(ports.filter(({ containerPort }) => containerPort === port)).toHaveLength(1);
});

test('a port of its own is in METRICS_PORT, and not in the Service', () => {
  const { env, ports, objects } = render({ options: { metrics: { port: 9090 } } });
  expect(env).toContainEqual({ name: 'METRICS_PORT', value: '9090' });
  expect(ports).toContainEqual({ name: 'metrics', containerPort: 9090, protocol: 'TCP' });
  expect(find(objects, 'Service', 'cart').spec.ports).toHaveLength(1);
  expect(render({ options: { metrics: {} } }).env.map(({ name }) => name)).not.toContain('METRICS_PORT');
});

test('annotations of the chart win', () => {
  const { annotations } = render({
    options: { metrics: {}, pod: { annotations: { 'prometheus.io/path': '/other' } } },
  });
  expect(annotations['prometheus.io/path']).toBe('/other');
});

test('PodMonitors, for the Prometheus operator', () => {
  const { annotations, ingress, monitors } = render({
    options: { metrics: { port: 9090, path: '/stats' } },
    prometheus: {
      namespace: 'observability',
      pods: { app: 'prometheus' },
      finds: 'pod-monitors',
      monitorLabels: { release: 'main' },
    },
  });
  expect(annotations).toEqual({});
  expect(ingress).toEqual([
    { from: from('observability', { podSelector: { matchLabels: { app: 'prometheus' } } }), ports: tcp(9090) },
  ]);
  expect(monitors).toMatchObject([
    {
      apiVersion: 'monitoring.coreos.com/v1',
      metadata: { name: 'cart', namespace: 'shop', labels: { release: 'main' } },
      spec: {
        selector: {
          matchLabels: { 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/instance': 'shop' },
        },
        podMetricsEndpoints: [{ port: 'metrics', path: '/stats' }],
      },
    },
  ]);
});

test('a PodMonitor names the port that serves the metrics, whatever its name is', () => {
  const { monitors } = render({
    options: { health: { port: 8082 }, metrics: {} },
    prometheus: { finds: 'pod-monitors' },
  });
  expect(monitors).toMatchObject([{ spec: { podMetricsEndpoints: [{ port: 'health' }] } }]);
});

test('backlog reads the metric at the port of the metrics', () => {
  const { objects } = render({ options: { backlog: 'jobs_waiting', metrics: { port: 9090 } } });
  expect(find(objects, 'Deployment', 'cart').metadata.annotations).toMatchObject({
    'callsign.dev/backlog': JSON.stringify({ port: 9090, metric: 'jobs_waiting' }),
  });
});

test.each<[what: string, given: Given, code: string, field: string]>([
  ['a worker without a port', { options: { http: false, metrics: {} } }, 'port-invalid', 'metrics.port'],
  ['a port that is none', { options: { metrics: { port: 0 } } }, 'port-invalid', 'metrics.port'],
  ['a relative path', { options: { metrics: { path: 'metrics' } } }, 'path-invalid', 'metrics.path'],
  ['an unknown way to find pods', { prometheus: { finds: 'guess' as never } }, 'construct-invalid', 'prometheus.finds'],
  ['a namespace that is none', { prometheus: { namespace: 'No' } }, 'name-invalid', 'prometheus.namespace'],
  [
    'labels of PodMonitors that do not exist',
    { prometheus: { monitorLabels: { release: 'main' } } },
    'construct-invalid',
    'prometheus.monitorLabels',
  ],
  ['every pod of the namespace', { options: { metrics: {} }, namespace: 'monitoring' }, 'construct-invalid', 'metrics'],
  ['an unknown setting', { prometheus: { find: 'annotations' } as never }, 'option-unknown', 'prometheus.find'],
])('%s is a problem', (_, given, code, field) => {
  expect(problemsOf(app(given))).toContainEqual(expect.objectContaining({ code, field }));
});
