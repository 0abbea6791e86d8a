import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chart } from 'cdk8s';
import { check } from '../../../src/check/check';
import {
  CronTask,
  defineApp,
  Image,
  Microservice,
  Namespace,
  StaticSite,
  Task,
  type MicroserviceOptions,
  type TelemetrySettings,
} from '../../../src/index';
import { graphOf } from '../../../src/links/graph';
import { manifestsOf } from '../../check/mutants';
import { find, objectsOf, problemsOf } from '../render';

interface Given {
  readonly options?: Partial<MicroserviceOptions>;
  readonly telemetry?: TelemetrySettings;
}
const image = Image.of('shop/cart:1');
const IN_CLUSTER = { otlp: 'http://collector.observability:4318' };

/** An app with two microservices and two tasks, and the settings of its collector. */
function app({ options = {}, telemetry = {} }: Given) {
  return defineApp(
    (root) => {
      const chart = new Chart(root, 'shop', { namespace: 'shop' });
      new Namespace(chart, 'shop');
      new Microservice(chart, 'cart', { image, ...options });
      new Microservice(chart, 'orders', { image });
      new Task(chart, 'migration', { image });
      new CronTask(chart, 'report', { image, schedule: '@daily' });
    },
    { test: { telemetry } },
  ).make('test');
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

function render(given: Given) {
  const objects = objectsOf(app(given));
  expect(check(manifestsOf(objects), 'hardened')).toEqual([]);
  const { env } = find(objects, 'Deployment', 'cart').spec.template.spec.containers[0] as { env: Variable[] };
  return {
    objects,
    env: env.filter(({ name }) => name.startsWith('OTEL_')),
    egress: (find(objects, 'NetworkPolicy', 'cart').spec.egress as object[]).slice(1),
  };
}

test('without the setting, programs have no variables of OpenTelemetry and no way to a collector', () => {
  const { env, egress } = render({});
  expect([env, egress]).toEqual([[], []]);
});

test('variables, resource attributes, and a policy for this port of the collector alone', () => {
  const { env, egress } = render({ telemetry: { ...IN_CLUSTER, pods: { app: 'collector' }, ratio: 0.1 } });
  const pod = '$(OTEL_POD_NAME)';
  expect(env).toEqual([
    { name: 'OTEL_SERVICE_NAME', value: 'cart' },
    { name: 'OTEL_POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    {
      name: 'OTEL_RESOURCE_ATTRIBUTES',
      value: `service.namespace=shop,k8s.namespace.name=shop,k8s.pod.name=${pod},service.instance.id=${pod}`,
    },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector.observability:4318' },
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
    { name: 'OTEL_TRACES_SAMPLER', value: 'parentbased_traceidratio' },
    { name: 'OTEL_TRACES_SAMPLER_ARG', value: '0.1' },
  ]);
  expect(egress).toEqual([
    {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } },
          podSelector: { matchLabels: { app: 'collector' } },
        },
      ],
      ports: [{ port: 4318, protocol: 'TCP' }],
    },
  ]);
});

test.each<[otlp: string, to: object[] | undefined, port: number, protocol: string]>([
  [
    'http://collector.observability.svc.cluster.local:4317',
    [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } } }],
    4317,
    'grpc',
  ],
  ['https://otlp.vendor.example.com', undefined, 443, 'http/protobuf'],
])('the collector at %s', (otlp, to, port, protocol) => {
  const { env, egress } = render({ telemetry: { otlp } });
  expect(egress).toEqual([{ ...(to && { to }), ports: [{ port, protocol: 'TCP' }] }]);
  expect(env).toContainEqual({ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: otlp });
  expect(env).toContainEqual({ name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: protocol });
});

test('tasks send traces too, and the graph has one collector', () => {
  const { objects } = render({ telemetry: IN_CLUSTER });
  const job = objects.find(({ kind }) => kind === 'Job')!.metadata.name;
  const pods = [
    find(objects, 'Job', job).spec.template.spec,
    find(objects, 'CronJob', 'report').spec.jobTemplate.spec.template.spec,
  ] as Record<'initContainers' | 'containers', { env?: Variable[] }[] | undefined>[];
  const variables = pods.map(({ initContainers = [], containers = [] }) =>
    [...initContainers, ...containers].flatMap(({ env = [] }) => env),
  );
  expect(variables.map((all) => all.filter(({ name }) => name === 'OTEL_SERVICE_NAME'))).toEqual([
    [{ name: 'OTEL_SERVICE_NAME', value: 'migration' }],
    [{ name: 'OTEL_SERVICE_NAME', value: 'report' }],
  ]);
  const { nodes, edges } = graphOf(app({ telemetry: IN_CLUSTER }));
  const collectors = nodes.filter(({ name }) => name === 'collector');
  expect(collectors).toHaveLength(1);
  expect(edges.filter(({ to }) => to === collectors[0]!.id)).toHaveLength(4);
});

test('a microservice can do without, and can set a variable itself', () => {
  const none = render({ options: { telemetry: false }, telemetry: IN_CLUSTER });
  expect([none.env, none.egress]).toEqual([[], []]);
  const { env } = render({ options: { env: { OTEL_SERVICE_NAME: 'basket' } }, telemetry: IN_CLUSTER });
  expect(env.filter(({ name }) => name === 'OTEL_SERVICE_NAME')).toEqual([
    { name: 'OTEL_SERVICE_NAME', value: 'basket' },
  ]);
});

test('a static site sends no traces', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callsign-site-'));
  writeFileSync(join(folder, 'index.html'), '<title>Shop</title>');
  const definition = defineApp(
    (root) => {
      const chart = new Chart(root, 'shop', { namespace: 'shop' });
      new StaticSite(chart, 'page', { folder });
    },
    { test: { telemetry: IN_CLUSTER } },
  );
  const { env } = find(objectsOf(definition.make('test')), 'Deployment', 'page').spec.template.spec.containers[0];
  expect((env as Variable[]).filter(({ name }) => name.startsWith('OTEL_'))).toEqual([]);
});

test('the shell can set the collector', () => {
  const definition = defineApp((root) => {
    const chart = new Chart(root, 'shop', { namespace: 'shop' });
    new Microservice(chart, 'cart', { image });
  }, {});
  const made = definition.make(undefined, { CALLSIGN_TELEMETRY_OTLP: 'http://collector.observability:4318' });
  const { env } = find(objectsOf(made), 'Deployment', 'cart').spec.template.spec.containers[0];
  expect(env).toContainEqual({ name: 'OTEL_SERVICE_NAME', value: 'cart' });
});

test.each<[what: string, telemetry: TelemetrySettings, code: string, field: string]>([
  ['no namespace', { otlp: 'http://collector:4318' }, 'host-invalid', 'telemetry.otlp'],
  ['no URL', { otlp: 'collector:4318' }, 'host-invalid', 'telemetry.otlp'],
  ['another protocol', { otlp: 'grpc://collector:4317' }, 'host-invalid', 'telemetry.otlp'],
  ['an address', { otlp: 'http://10.0.0.7:4318' }, 'host-invalid', 'telemetry.otlp'],
  ['labels without a collector', { pods: { app: 'collector' } }, 'construct-invalid', 'telemetry.otlp'],
  [
    'labels of a host outside',
    { otlp: 'https://otlp.vendor.example.com', pods: { app: 'x' } },
    'construct-invalid',
    'telemetry.pods',
  ],
  ['a ratio in percent', { ...IN_CLUSTER, ratio: 10 }, 'construct-invalid', 'telemetry.ratio'],
  ['an unknown setting', { oltp: 'http://collector:4318' } as never, 'option-unknown', 'telemetry.oltp'],
])('%s is a problem', (_, telemetry, code, field) => {
  expect(problemsOf(app({ telemetry }))).toContainEqual(expect.objectContaining({ code, field }));
});
