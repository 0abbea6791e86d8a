import { Chart } from 'cdk8s';
import { check } from '../../../src/check/check';
import { requirementsOf } from '../../../src/check/requirements/requirements-of';
import {
  defineApp,
  Image,
  Microservice,
  Namespace,
  type Autoscale,
  type MicroserviceOptions,
  type PrometheusSettings,
} from '../../../src/index';
import type { KubeObject } from '../../../src/k8s/objects';
import { manifestsOf } from '../../check/mutants';
import { find, objectsOf, problemsOf } from '../render';
import { SCALED_OBJECT_DEFINITION, TRIGGER_METADATA } from './scaled-object-definition';

interface Given {
  readonly autoscale?: Autoscale;
  readonly options?: Partial<MicroserviceOptions>;
  readonly prometheus?: PrometheusSettings;
}

const KEDA: PrometheusSettings = { autoscaling: 'keda', address: 'http://prometheus.monitoring:9090' };
const WAITING = { backlog: 'jobs_waiting', metrics: {} };
const schedule = [
  { at: '10:00', replicas: 4 },
  { at: '01:00', replicas: 1 },
];

function app({ autoscale, options = {}, prometheus = {} }: Given) {
  return defineApp(
    (root) => {
      const chart = new Chart(root, 'shop', { namespace: 'shop' });
      new Namespace(chart, 'shop');
      const given = { image: Image.of('shop/cart:1'), ...(autoscale && { autoscale }), ...options };
      new Microservice(chart, 'cart', given as MicroserviceOptions);
    },
    { test: { prometheus } },
  ).make('test');
}

/** The objects, which also match the definition of KEDA. */
function render(given: Given): KubeObject[] {
  const objects = objectsOf(app(given));
  expect(check(manifestsOf([...objects, SCALED_OBJECT_DEFINITION]), 'hardened')).toEqual([]);
  return objects;
}

const autoscalerOf = (given: Given) => find(render(given), 'HorizontalPodAutoscaler', 'cart').spec;
const scaledBy = (given: Given) => find(render({ prometheus: KEDA, ...given }), 'ScaledObject', 'cart').spec;
/** A spec that a test breaks. */
// oxlint-disable-next-line typescript/no-explicit-any -- any type is the purpose
type ChangedSpec = Record<string, any>;
const kindsOf = (objects: readonly KubeObject[]) => objects.map(({ kind }) => kind);
const perReplica = (averageValue: string) => ({ type: 'AverageValue', averageValue });

describe('by an adapter', () => {
  test('the backlog is an external metric with a value per replica, and the CPU does not count', () => {
    expect(autoscalerOf({ autoscale: { max: 6, backlog: 1000, calm: 60 }, options: WAITING })).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [{ type: 'External', external: { metric: { name: 'jobs_waiting' }, target: perReplica('1000') } }],
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    });
  });

  test('a metric has labels, and a target that can be a fraction', () => {
    const metric = { name: 'mails_waiting', target: 0.5, labels: { queue: 'out' } };
    expect(autoscalerOf({ autoscale: { max: 6, metric } }).metrics).toEqual([
      {
        type: 'External',
        external: {
          metric: { name: 'mails_waiting', selector: { matchLabels: { queue: 'out' } } },
          target: perReplica('0.5'),
        },
      },
    ]);
  });

  test('several measures are in one autoscaler, which takes the largest number', () => {
    const autoscale = { max: 6, cpu: 60, backlog: 10, metric: { name: 'mails_waiting', target: 5 } };
    const { metrics } = autoscalerOf({ autoscale, options: WAITING });
    expect(metrics.map(({ type }: { type: string }) => type)).toEqual(['Resource', 'External', 'External']);
  });

  test('a schedule sets the minimum', () => {
    const objects = render({ autoscale: { max: 6, backlog: 10 }, options: { ...WAITING, schedule } });
    expect(find(objects, 'HorizontalPodAutoscaler', 'cart').spec).not.toHaveProperty('minReplicas');
    expect(find(objects, 'Deployment', 'cart').spec).not.toHaveProperty('replicas');
    expect(find(objects, 'Role', 'cart-schedule').rules).toEqual([
      {
        apiGroups: ['autoscaling'],
        resources: ['horizontalpodautoscalers'],
        resourceNames: ['cart'],
        verbs: ['patch'],
      },
    ]);
  });

  test('the cluster needs an adapter', () => {
    const manifests = manifestsOf(objectsOf(app({ autoscale: { max: 6, backlog: 10 }, options: WAITING })));
    expect(requirementsOf(manifests)).toContainEqual(
      expect.objectContaining({ kind: 'metrics', what: 'an adapter that serves external.metrics.k8s.io' }),
    );
  });
});

describe('by KEDA', () => {
  test('the backlog is a query: each replica reports all of it, so the largest total of a replica counts', () => {
    expect(scaledBy({ autoscale: { min: 3, max: 6, backlog: 1000, calm: 60 }, options: WAITING })).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
      minReplicaCount: 3,
      maxReplicaCount: 6,
      advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } } },
      triggers: [
        {
          type: 'prometheus',
          metricType: 'AverageValue',
          metadata: {
            serverAddress: 'http://prometheus.monitoring:9090',
            query: 'max(sum by (instance) (jobs_waiting{namespace="shop"}))',
            threshold: '1000',
            ignoreNullValues: 'false',
          },
        },
      ],
    });
  });

  test.each([
    [{ name: 'mails_waiting', target: 5 }, 'sum(mails_waiting{namespace="shop"})'],
    [
      { name: 'mails_waiting', target: 5, labels: { queue: 'out' } },
      'sum(mails_waiting{namespace="shop",queue="out"})',
    ],
    [{ name: 'mails', target: 5, query: 'max(mails)' }, 'max(mails)'],
  ])('a metric is a query: %j', (metric, query) => {
    expect(scaledBy({ autoscale: { max: 6, metric } }).triggers[0].metadata.query).toBe(query);
  });

  test('the CPU is a trigger too', () => {
    const { triggers } = scaledBy({ autoscale: { max: 6, cpu: 60, backlog: 10 }, options: WAITING });
    expect(triggers[1]).toEqual({ type: 'cpu', metricType: 'Utilization', metadata: { value: '60' } });
  });

  test('the address does not end with a slash', () => {
    const prometheus = { ...KEDA, address: 'http://prometheus:9090/' };
    const { triggers } = scaledBy({ autoscale: { max: 6, backlog: 10 }, options: WAITING, prometheus });
    expect(triggers[0].metadata.serverAddress).toBe('http://prometheus:9090');
  });

  test('a schedule sets the minimum; until then, KEDA does not remove all replicas', () => {
    const objects = render({
      autoscale: { max: 6, backlog: 10 },
      options: { ...WAITING, schedule },
      prometheus: KEDA,
    });
    const { spec } = find(objects, 'ScaledObject', 'cart');
    expect(spec).not.toHaveProperty('minReplicaCount');
    expect(spec.triggers[0].metadata.activationThreshold).toBe('-1');
    expect(find(objects, 'Role', 'cart-schedule').rules).toEqual([
      { apiGroups: ['keda.sh'], resources: ['scaledobjects'], resourceNames: ['cart'], verbs: ['patch'] },
    ]);
    const env = find(objects, 'CronJob', 'cart-schedule-1000').spec.jobTemplate.spec.template.spec.containers[0].env;
    expect(env).toContainEqual({
      name: 'PATH_TO_SET',
      value: '/apis/keda.sh/v1alpha1/namespaces/NAMESPACE/scaledobjects/cart?fieldManager=callsign-schedule',
    });
    expect(env).toContainEqual({ name: 'FIELD', value: 'minReplicaCount' });
  });

  test('without a metric, the autoscaler of Kubernetes scales by CPU', () => {
    const kinds = kindsOf(render({ autoscale: { max: 6 }, prometheus: KEDA }));
    expect(kinds).toContain('HorizontalPodAutoscaler');
    expect(kinds).not.toContain('ScaledObject');
  });

  test('with a metric, there is no second autoscaler, and the cluster needs KEDA', () => {
    const objects = render({ autoscale: { max: 6, backlog: 10 }, options: WAITING, prometheus: KEDA });
    expect(kindsOf(objects)).not.toContain('HorizontalPodAutoscaler');
    expect(requirementsOf(manifestsOf(objects))).toContainEqual(expect.objectContaining({ what: 'KEDA' }));
  });

  test('the triggers have the fields that KEDA reads', () => {
    const { triggers } = scaledBy({
      autoscale: { max: 6, cpu: 60, backlog: 10 },
      options: { ...WAITING, schedule },
    }) as { triggers: { type: string; metadata: object }[] };
    for (const { type, metadata } of triggers) {
      const { required, optional } = TRIGGER_METADATA[type]!;
      expect(Object.keys(metadata)).toEqual(expect.arrayContaining(required));
      expect([...required, ...optional]).toEqual(expect.arrayContaining(Object.keys(metadata)));
    }
  });

  test.each<[what: string, change: (spec: ChangedSpec) => void, field: string]>([
    ['an unknown field', (spec) => (spec.minReplicas = 2), 'spec.minReplicas'],
    ['a number as a text', (spec) => (spec.maxReplicaCount = '6'), 'spec.maxReplicaCount'],
    [
      'a threshold as a number',
      (spec) => (spec.triggers[0].metadata.threshold = 10),
      'spec.triggers[0].metadata.threshold',
    ],
    ['no trigger', (spec) => (spec.triggers = []), 'spec.triggers'],
    ['a trigger without a type', (spec) => delete spec.triggers[0].type, 'spec.triggers[0].type'],
  ])('the definition of the test refuses %s', (_, change, field) => {
    const objects = objectsOf(app({ autoscale: { max: 6, backlog: 10 }, options: WAITING, prometheus: KEDA }));
    change(find(objects, 'ScaledObject', 'cart').spec);
    expect(check(manifestsOf([...objects, SCALED_OBJECT_DEFINITION]))).toContainEqual(
      expect.objectContaining({ field }),
    );
  });
});

const metric = (change: object) => ({
  autoscale: { max: 6, metric: { name: 'mails', target: 5, ...change } } as Autoscale,
});

test.each<[what: string, given: Given, code: string, field: string]>([
  [
    'a backlog of 0 for each replica',
    { autoscale: { max: 6, backlog: 0 }, options: WAITING },
    'autoscale-invalid',
    'autoscale.backlog',
  ],
  [
    'a negative backlog',
    { autoscale: { max: 6, backlog: -1 }, options: WAITING },
    'autoscale-invalid',
    'autoscale.backlog',
  ],
  [
    'a backlog without its metric',
    { autoscale: { max: 6, backlog: 9 }, options: { metrics: {} } },
    'autoscale-metric-missing',
    'autoscale.backlog',
  ],
  [
    'a backlog that nobody scrapes',
    { autoscale: { max: 6, backlog: 9 }, options: { backlog: 'jobs' } },
    'autoscale-metric-missing',
    'autoscale.backlog',
  ],
  [
    'a metric that is a text',
    { autoscale: { max: 6, metric: 'mails' as never } },
    'autoscale-invalid',
    'autoscale.metric',
  ],
  ['a metric without a name', metric({ name: '' }), 'autoscale-invalid', 'autoscale.metric.name'],
  ['a name with a slash', metric({ name: 'a/b' }), 'autoscale-invalid', 'autoscale.metric.name'],
  ['a target of 0', metric({ target: 0 }), 'autoscale-invalid', 'autoscale.metric.target'],
  ['a negative target', metric({ target: -5 }), 'autoscale-invalid', 'autoscale.metric.target'],
  ['an infinite target', metric({ target: Infinity }), 'autoscale-invalid', 'autoscale.metric.target'],
  ['a target as a text', metric({ target: '5' }), 'autoscale-invalid', 'autoscale.metric.target'],
  ['an empty query', metric({ query: ' ' }), 'autoscale-invalid', 'autoscale.metric.query'],
  ['an unknown option of a metric', metric({ value: 5 }), 'option-unknown', 'autoscale.metric.value'],
  [
    'a name that Prometheus does not know',
    { ...metric({ name: 'queue.mails' }), prometheus: KEDA },
    'autoscale-metric-missing',
    'autoscale.metric',
  ],
  [
    'a label that Prometheus does not know',
    { ...metric({ labels: { 'a.b': 'c' } }), prometheus: KEDA },
    'autoscale-metric-missing',
    'autoscale.metric',
  ],
  [
    'a CPU target of 0 beside a metric',
    { autoscale: { max: 6, cpu: 0, backlog: 9 }, options: WAITING },
    'autoscale-invalid',
    'autoscale.cpu',
  ],
  [
    'an unknown source of metrics',
    { prometheus: { autoscaling: 'guess' as never } },
    'construct-invalid',
    'prometheus.autoscaling',
  ],
  ['KEDA without an address', { prometheus: { autoscaling: 'keda' } }, 'construct-invalid', 'prometheus.address'],
  [
    'KEDA with a host only',
    { prometheus: { ...KEDA, address: 'prometheus:9090' } },
    'construct-invalid',
    'prometheus.address',
  ],
  [
    'an address that nobody uses',
    { prometheus: { address: 'http://prometheus:9090' } },
    'construct-invalid',
    'prometheus.address',
  ],
])('%s is a problem', (_, given, code, field) => {
  expect(problemsOf(app(given))).toContainEqual(expect.objectContaining({ code, field }));
});
