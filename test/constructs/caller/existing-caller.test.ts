import {
  ExistingCaller,
  graphOf,
  Image,
  Microservice,
  Namespace,
  type ExistingCallerOptions,
} from '../../../src/index';
import { check } from '../../../src/check/check';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/search:1.0.0');
// oxlint-disable-next-line typescript/no-explicit-any -- any type is the purpose
const anything = (value: unknown): any => value;

const scraped = (options: ExistingCallerOptions) =>
  chart((scope) => {
    new Namespace(scope, 'shop');
    const search = new Microservice(scope, 'search', { image, ports: { metrics: 9090 } });
    new ExistingCaller(scope, 'prometheus', options).calls(search.port('metrics'));
  });

const pods = { app: 'prometheus' };
const monitoring = { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } };

test.each<[string, ExistingCallerOptions, object]>([
  ['all pods of another namespace', { namespace: 'monitoring' }, { namespaceSelector: monitoring }],
  [
    'the pods with these labels of another namespace',
    { namespace: 'monitoring', pods },
    { namespaceSelector: monitoring, podSelector: { matchLabels: pods } },
  ],
  ['the pods with these labels of its own namespace', { pods }, { podSelector: { matchLabels: pods } }],
])('the target allows %s, at the called port only', (_, options, from) => {
  const objects = objectsOf(scraped(options));
  expect(find(objects, 'NetworkPolicy', 'search').spec.ingress).toEqual([
    { from: [from], ports: [{ port: 9090, protocol: 'TCP' }] },
  ]);
});

test('nobody reaches the port without it', () => {
  const app = chart((scope) => new Microservice(scope, 'search', { image, ports: { metrics: 9090 } }));
  expect(find(objectsOf(app), 'NetworkPolicy', 'search').spec.ingress).toBeUndefined();
});

test('it is in the graph, makes no object, and check finds no problem', () => {
  const app = scraped({ namespace: 'monitoring' });
  expect(graphOf(app).edges).toEqual([{ from: 'monitoring/prometheus', to: 'shop/search' }]);
  const manifests = synthesize(app).flatMap((file) => file.manifests);
  expect(manifests.filter(({ object }) => object.metadata.name === 'prometheus')).toEqual([]);
  expect(check(manifests)).toEqual([]);
});

test.each<[string, string, string | undefined, Parameters<typeof chart>[0]]>([
  ['no namespace and no labels', 'construct-invalid', 'pods', (s) => new ExistingCaller(s, 'prometheus', {})],
  [
    'the namespace of the chart and no labels',
    'construct-invalid',
    'pods',
    (s) => new ExistingCaller(s, 'prometheus', { namespace: 'shop' }),
  ],
  [
    'an unknown option',
    'option-unknown',
    'label',
    (s) => new ExistingCaller(s, 'prometheus', anything({ namespace: 'monitoring', label: {} })),
  ],
  [
    'the name of a target instead of the target',
    'call-unknown',
    undefined,
    (s) => new ExistingCaller(s, 'prometheus', { namespace: 'monitoring' }).calls(anything('search')),
  ],
  [
    'a worker, which has no port',
    'call-not-served',
    undefined,
    (s) =>
      new ExistingCaller(s, 'prometheus', { namespace: 'monitoring' }).calls(
        new Microservice(s, 'worker', { image, http: false }),
      ),
  ],
  [
    'a call to the caller',
    'call-not-served',
    undefined,
    (s) =>
      new Microservice(s, 'search', { image }).calls(
        anything(new ExistingCaller(s, 'prometheus', { namespace: 'monitoring' })),
      ),
  ],
])('%s is a problem', (_, code, field, declare) => {
  expect(problemsOf(chart(declare))).toMatchObject([{ code, ...(field && { field }) }]);
});
