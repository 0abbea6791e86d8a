import { Chart } from 'cdk8s';
import { defineApp, Image, Microservice, type MicroserviceOptions } from '../../../src/index';
import { chart, find, objectsOf, problemsOf } from '../render';

type Pod = NonNullable<MicroserviceOptions['pod']>;

const image = Image.of('shop/cart:1.0.0');
const cart = (pod: Pod) => chart((scope) => new Microservice(scope, 'cart', { image, pod }));
const templateOf = (pod: Pod) => find(objectsOf(cart(pod)), 'Deployment', 'cart').spec.template;

test.each<[name: string, pod: Pod, expected: object]>([
  ['nodeSelector', { nodeSelector: { disk: 'ssd' } }, { nodeSelector: { disk: 'ssd' } }],
  [
    'affinity',
    { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } } },
    { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } } },
  ],
  [
    'tolerations',
    { tolerations: [{ key: 'gpu', operator: 'Exists' }] },
    {
      tolerations: [
        expect.objectContaining({ key: 'node.kubernetes.io/not-ready' }),
        expect.objectContaining({ key: 'node.kubernetes.io/unreachable' }),
        { key: 'gpu', operator: 'Exists' },
      ],
    },
  ],
  [
    'topologySpread',
    {
      topologySpread: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' }],
    },
    {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
      ],
    },
  ],
  ['priorityClass', { priorityClass: 'system-cluster-critical' }, { priorityClassName: 'system-cluster-critical' }],
  ['runtimeClass', { runtimeClass: 'gvisor' }, { runtimeClassName: 'gvisor' }],
  ['hostname', { hostname: 'rabbit' }, { hostname: 'rabbit' }],
  [
    'hostAliases',
    { hostAliases: { '10.1.2.3': ['a.example', 'b.example'] } },
    { hostAliases: [{ ip: '10.1.2.3', hostnames: ['a.example', 'b.example'] }] },
  ],
  [
    'dns',
    { dns: { policy: 'None', nameservers: ['10.0.0.53'], searches: ['example.com'], options: { ndots: '2' } } },
    {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.53'], searches: ['example.com'], options: [{ name: 'ndots', value: '2' }] },
    },
  ],
  ['a part of dns', { dns: { policy: 'Default' } }, { dnsPolicy: 'Default' }],
  ['imagePullSecrets', { imagePullSecrets: ['login'] }, { imagePullSecrets: [{ name: 'login' }] }],
  [
    'groups',
    { supplementalGroups: [3000], fsGroup: 2000 },
    { securityContext: expect.objectContaining({ runAsUser: 1000, fsGroup: 2000, supplementalGroups: [3000] }) },
  ],
  ['hostUsers', { hostUsers: false }, { hostUsers: false }],
])('%s', (_, pod, expected) => {
  const before = templateOf({}).spec;
  expect(templateOf(pod).spec).toEqual({ ...before, ...expected });
});

test('labels and annotations are those of the pods, not of the selector', () => {
  const { metadata } = templateOf({ labels: { team: 'a' }, annotations: { 'example.com/scrape': 'yes' } });
  expect(metadata).toEqual({
    labels: { team: 'a', 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/instance': 'shop' },
    annotations: { 'example.com/scrape': 'yes' },
  });
  const deployment = objectsOf(cart({ labels: { team: 'a' } })).find(({ kind }) => kind === 'Deployment');
  expect(deployment).not.toHaveProperty('spec.selector.matchLabels.team');
});

test('a label that selects the pods cannot be changed', () => {
  expect(problemsOf(cart({ labels: { 'app.kubernetes.io/name': 'other' } }))).toMatchObject([
    { code: 'construct-invalid', field: "pod.labels['app.kubernetes.io/name']", got: '"other"' },
  ]);
});

test('the policy of the pods allows their nameservers', () => {
  const policy = find(objectsOf(cart({ dns: { nameservers: ['10.0.0.53', 'fd00::53'] } })), 'NetworkPolicy', 'cart');
  expect(policy.spec.egress[1]).toEqual({
    to: [{ ipBlock: { cidr: '10.0.0.53/32' } }, { ipBlock: { cidr: 'fd00::53/128' } }],
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  });
});

test('an environment changes single options, and its pull secret is kept', () => {
  const definition = defineApp<{ cart: Microservice }>(
    (app) => {
      new Microservice(new Chart(app, 'shop', { namespace: 'shop' }), 'cart', {
        image,
        pod: { nodeSelector: { disk: 'ssd' }, imagePullSecrets: ['login'] },
      });
    },
    { prod: { images: { pullSecret: 'registry' }, cart: { pod: { priorityClass: 'high' } } } },
  );
  const { spec } = find(objectsOf(definition.make('prod')), 'Deployment', 'cart').spec.template;
  expect(spec).toMatchObject({
    nodeSelector: { disk: 'ssd' },
    priorityClassName: 'high',
    imagePullSecrets: [{ name: 'registry' }, { name: 'login' }],
  });
});
