import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { requirementsOf } from '../../../src/check/requirements/requirements-of';
import { verifiableRequirements } from '../../../src/check/requirements/find-requirements';
import { World } from '../../../src/check/world/world';
import { readManifests } from '../../../src/check/read/read';
import { deployment, documents, service } from '../problems-in';

/** The requirements of this YAML, and the objects that have them. */
function required(...yaml: string[]): [kind: string, what: string, objects: string][] {
  const { manifests, problems } = readManifests(documents(...yaml), 'shop.yaml');
  expect(problems).toEqual([]);
  return requirementsOf(manifests).map(({ kind, what, objects }) => [kind, what, objects.join(', ')]);
}

const NAMESPACE = '{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }';
const of = (kind: string, name: string, spec: string, apiVersion = 'v1') =>
  `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}, namespace: shop }, spec: ${spec} }`;
const ingress = (spec: string, annotations = '{}') =>
  `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: gateway, namespace: shop, annotations: ${annotations} }, spec: ${spec} }`;
const claim = (spec: string) => of('PersistentVolumeClaim', 'data', spec);
const autoscaler = (metrics: string) =>
  of('HorizontalPodAutoscaler', 'web', `{ maxReplicas: 3${metrics} }`, 'autoscaling/v2');
const route = (parent: string) => of('HTTPRoute', 'web', `{ parentRefs: [${parent}] }`, 'gateway.networking.k8s.io/v1');
const secret = (name: string) => `{ apiVersion: v1, kind: Secret, metadata: { name: ${name}, namespace: shop } }`;
const GATEWAY_API = 'the definitions of the Gateway API, and a controller for it';
const PLAIN_INGRESS = 'an ingress controller with the default class';

/** The title, the manifests and their requirements. The object with the requirements is the first one. */
const CASES: [what: string, yaml: string[], requirements: [kind: string, what: string][]][] = [
  ['no requirement for objects that every cluster supports', [deployment(''), service('web')], []],
  [
    'a namespace',
    [of('Service', 'web', '{ type: ClusterIP }').replace('shop', 'elsewhere')],
    [['namespace', 'the namespace elsewhere']],
  ],
  [
    'a namespace that always exists',
    [of('Service', 'web', '{}').replace('shop', 'default'), of('Service', 'dns', '{}').replace('shop', 'kube-system')],
    [],
  ],
  [
    'a preStop sleep',
    [deployment('lifecycle: { preStop: { sleep: { seconds: 5 } } }')],
    [['version', 'Kubernetes 1.30 or newer, for lifecycle.preStop.sleep']],
  ],
  ['a preStop command', [deployment('lifecycle: { preStop: { exec: { command: [sleep, "5"] } } }')], []],
  [
    'sidecar containers',
    [deployment('', { pod: 'initContainers: [{ name: log, image: "shop/log:1", restartPolicy: Always }]' })],
    [['version', 'Kubernetes 1.29 or newer, for sidecar containers']],
  ],
  [
    'resources of a whole pod',
    [deployment('', { pod: 'resources: { requests: { cpu: 100m } }' })],
    [['version', 'Kubernetes 1.34 or newer, for the resources of a whole pod']],
  ],
  [
    'a volume with an image',
    [deployment('', { pod: 'volumes: [{ name: models, image: { reference: "shop/models:1" } }]' })],
    [['version', 'Kubernetes 1.35 or newer, for volumes with an image']],
  ],
  [
    'topology spread constraints with matchLabelKeys',
    [deployment('', { pod: 'topologySpreadConstraints: [{ matchLabelKeys: [pod-template-hash] }]' })],
    [['version', 'Kubernetes 1.27 or newer, for topologySpreadConstraints.matchLabelKeys']],
  ],
  [
    'a budget for unhealthy pods',
    [of('PodDisruptionBudget', 'web', '{ unhealthyPodEvictionPolicy: AlwaysAllow }', 'policy/v1')],
    [['version', 'Kubernetes 1.27 or newer, for unhealthyPodEvictionPolicy']],
  ],
  [
    'a time zone',
    [of('CronJob', 'tidy', '{ timeZone: Europe/Berlin }', 'batch/v1')],
    [['version', 'Kubernetes 1.25 or newer, for the time zone of a CronJob']],
  ],
  [
    'the newest of several features',
    [
      deployment('lifecycle: { preStop: { sleep: { seconds: 5 } } }'),
      of('CronJob', 'tidy', '{ timeZone: Europe/Berlin }', 'batch/v1'),
    ],
    [['version', 'Kubernetes 1.30 or newer, for lifecycle.preStop.sleep']],
  ],
  [
    'a well-known custom kind',
    [of('Cluster', 'db', '{}', 'postgresql.cnpg.io/v1')],
    [['custom-kinds', 'the operator CloudNativePG']],
  ],
  [
    'an unknown custom kind',
    [of('Tea', 'pot', '{}', 'kitchen.example.com/v1')],
    [['custom-kinds', 'the definitions of the kinds of kitchen.example.com']],
  ],
  [
    'a kind with its definition',
    [
      of('Tea', 'pot', '{}', 'kitchen.example.com/v1'),
      of(
        'CustomResourceDefinition',
        'teas.kitchen.example.com',
        '{ group: kitchen.example.com }',
        'apiextensions.k8s.io/v1',
      ),
    ],
    [],
  ],
  [
    'kinds of Kubernetes',
    [
      of('Role', 'a', '{}', 'rbac.authorization.k8s.io/v1'),
      of('Lease', 'b', '{}', 'coordination.k8s.io/v1'),
      of('Job', 'c', '{}', 'batch/v1'),
    ],
    [],
  ],
  [
    'a route',
    [route('{ name: main, namespace: infra }, { name: web, kind: Service }')],
    [
      ['custom-kinds', GATEWAY_API],
      ['gateway', 'the Gateway infra/main'],
    ],
  ],
  [
    'a route and its Gateway',
    [route('{ name: main }'), of('Gateway', 'main', '{}', 'gateway.networking.k8s.io/v1')],
    [['custom-kinds', GATEWAY_API]],
  ],
  [
    'a Gateway with a class',
    [of('Gateway', 'main', '{ gatewayClassName: eg }', 'gateway.networking.k8s.io/v1')],
    [
      ['custom-kinds', GATEWAY_API],
      ['gateway', 'the GatewayClass eg'],
    ],
  ],
  [
    'a Gateway and its class',
    [
      of('Gateway', 'main', '{ gatewayClassName: eg }', 'gateway.networking.k8s.io/v1'),
      of('GatewayClass', 'eg', '{}', 'gateway.networking.k8s.io/v1'),
    ],
    [['custom-kinds', GATEWAY_API]],
  ],
  ['an Ingress', [ingress('{}')], [['ingress-controller', PLAIN_INGRESS]]],
  [
    'an Ingress with a class',
    [ingress('{ ingressClassName: traefik }')],
    [['ingress-controller', 'an ingress controller for the class traefik']],
  ],
  [
    'an Ingress with the annotation for a class',
    [ingress('{}', '{ kubernetes.io/ingress.class: nginx }')],
    [['ingress-controller', 'an ingress controller for the class nginx']],
  ],
  [
    'a load balancer',
    [of('Service', 'gateway', '{ type: LoadBalancer }')],
    [['load-balancer', 'a load balancer, provided by the cloud or by MetalLB']],
  ],
  ['a claim', [claim('{ accessModes: [ReadWriteOnce] }')], [['storage', 'a default storage class']]],
  [
    'a claim for many nodes',
    [claim('{ accessModes: [ReadWriteMany], storageClassName: nfs }')],
    [['storage', 'the storage class nfs, with volumes that several nodes can mount read-write']],
  ],
  [
    'a claim with its own class',
    [
      claim('{ storageClassName: fast }'),
      '{ apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: { name: fast } }',
    ],
    [],
  ],
  ['a claim with a named volume', [claim('{ volumeName: disk-1 }')], [['storage', 'a PersistentVolume disk-1']]],
  ['a claim without a class', [claim('{ storageClassName: "" }')], [['storage', 'a PersistentVolume']]],
  [
    'a claim with a volume in the manifests',
    [claim('{ volumeName: disk-1 }'), '{ apiVersion: v1, kind: PersistentVolume, metadata: { name: disk-1 } }'],
    [],
  ],
  [
    'claims of a StatefulSet',
    [of('StatefulSet', 'db', '{ volumeClaimTemplates: [{ metadata: { name: data }, spec: {} }] }', 'apps/v1')],
    [['storage', 'a default storage class']],
  ],
  [
    'an ephemeral claim',
    [
      deployment('', {
        pod: 'volumes: [{ name: a, ephemeral: { volumeClaimTemplate: { spec: { storageClassName: fast } } } }]',
      }),
    ],
    [['storage', 'the storage class fast']],
  ],
  [
    'classes of a pod',
    [deployment('', { pod: 'priorityClassName: high\nruntimeClassName: gvisor' })],
    [
      ['pod-class', 'the priority class high'],
      ['pod-class', 'the runtime class gvisor'],
    ],
  ],
  [
    'classes in the manifests',
    [
      deployment('', { pod: 'priorityClassName: high' }),
      '{ apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: { name: high } }',
      deployment('', { name: 'node', pod: 'priorityClassName: system-node-critical' }),
    ],
    [],
  ],
  [
    'nodes with a label',
    [deployment('', { pod: 'nodeSelector: { disk: ssd, kubernetes.io/os: linux }' })],
    [['nodes', 'nodes with the label disk=ssd']],
  ],
  [
    'nodes with a device',
    [deployment('resources: { requests: { cpu: 1 }, limits: { nvidia.com/gpu: 1 } }')],
    [['nodes', 'nodes that offer nvidia.com/gpu']],
  ],
  [
    'CPU utilization',
    [autoscaler(', metrics: [{ type: Resource }, { type: ContainerResource }]')],
    [['metrics', 'metrics-server']],
  ],
  ['the default metric', [autoscaler('')], [['metrics', 'metrics-server']]],
  [
    'custom and external metrics',
    [autoscaler(', metrics: [{ type: Pods }, { type: External }, { type: Tea }]')],
    [
      ['metrics', 'an adapter that serves custom.metrics.k8s.io'],
      ['metrics', 'an adapter that serves external.metrics.k8s.io'],
    ],
  ],
  [
    'CPU utilization with a metrics API in the manifests',
    [
      autoscaler(''),
      of('APIService', 'v1beta1.metrics.k8s.io', '{ group: metrics.k8s.io }', 'apiregistration.k8s.io/v1'),
    ],
    [],
  ],
  [
    'a policy',
    [of('NetworkPolicy', 'web', '{ podSelector: {} }', 'networking.k8s.io/v1')],
    [
      [
        'network-policies',
        'a network plugin that enforces NetworkPolicies. Other plugins ignore them without a message',
      ],
    ],
  ],
  [
    'a certificate',
    [ingress('{ tls: [{ secretName: shop-tls }] }')],
    [
      ['ingress-controller', PLAIN_INGRESS],
      ['secret', 'the Secret shop/shop-tls, with tls.crt, tls.key'],
    ],
  ],
  [
    'a certificate in the manifests',
    [ingress('{ tls: [{ secretName: shop-tls }] }'), secret('shop-tls')],
    [['ingress-controller', PLAIN_INGRESS]],
  ],
  [
    'a certificate that cert-manager creates',
    [ingress('{ tls: [{ secretName: shop-tls }] }', '{ cert-manager.io/cluster-issuer: letsencrypt }')],
    [['ingress-controller', PLAIN_INGRESS]],
  ],
  [
    'a certificate of a Gateway',
    [
      of(
        'Gateway',
        'main',
        '{ listeners: [{ tls: { certificateRefs: [{ name: shop-tls }] } }] }',
        'gateway.networking.k8s.io/v1',
      ),
    ],
    [
      ['custom-kinds', GATEWAY_API],
      ['secret', 'the Secret shop/shop-tls, with tls.crt, tls.key'],
    ],
  ],
  [
    'all keys of a Secret in one requirement',
    [
      deployment(`
env:
  - { name: A, valueFrom: { secretKeyRef: { name: login, key: user } } }
  - { name: B, valueFrom: { secretKeyRef: { name: login, key: password } } }
  - { name: C, valueFrom: { secretKeyRef: { name: perhaps, key: token, optional: true } } }`),
    ],
    [['secret', 'the Secret shop/login, with user, password']],
  ],
  [
    'a pull secret',
    [deployment('', { pod: 'imagePullSecrets: [{ name: registry }]' })],
    [['secret', 'the Secret shop/registry']],
  ],
  ['a Secret in the manifests', [deployment('envFrom: [{ secretRef: { name: login } }]'), secret('login')], []],
  [
    'a Secret that is created in the cluster',
    [
      deployment('envFrom: [{ secretRef: { name: login } }]'),
      `{ apiVersion: batch/v1, kind: Job, metadata: { name: make, namespace: shop, annotations: { callsign.dev/makes-secret: '{"login":["password"]}' } } }`,
    ],
    [],
  ],
  [
    'a Secret that, according to the charts, exists',
    [
      `{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop, annotations: { callsign.dev/existing-secrets: '{"smtp":["password"]}' } } }`,
    ],
    [['secret', 'the Secret shop/smtp, with password']],
  ],
  [
    'an unreadable annotation of existing Secrets',
    [
      `{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop, annotations: { callsign.dev/existing-secrets: '{"smtp' } } }`,
    ],
    [],
  ],
];

test.each(CASES)('%s', (_, yaml, expected) => {
  expect(required(NAMESPACE, ...yaml).map(([kind, what]) => [kind, what])).toEqual(expected);
});

test('lists all objects with a requirement once', () => {
  const two = ['web', 'cart'].map((name) => of('PersistentVolumeClaim', name, '{}'));
  expect(required(NAMESPACE, ...two)).toEqual([
    ['storage', 'a default storage class', 'PersistentVolumeClaim shop/web, PersistentVolumeClaim shop/cart'],
  ]);
});

test('every file of requirements has a case', () => {
  const files = readdirSync(join(__dirname, '../../../src/check/requirements/rules'));
  const kinds = new Set(CASES.flatMap(([, , expected]) => expected.map(([kind]) => kind)));
  expect(kinds.size).toBe(files.length);
});

test('no manifests have no requirements', () => {
  expect(requirementsOf([])).toEqual([]);
});

test('a requirement says how to verify it, unless the API server cannot answer it', () => {
  const { manifests } = readManifests(
    documents(
      ingress('{}'),
      ingress('{ ingressClassName: traefik }'),
      ingress('{}', '{ kubernetes.io/ingress.class: nginx }'),
      claim('{}'),
      claim('{ storageClassName: fast }'),
      claim('{ volumeName: disk-1 }'),
      claim('{ storageClassName: "" }'),
      autoscaler(''),
      deployment('lifecycle: { preStop: { sleep: { seconds: 5 } } }', {
        pod: 'nodeSelector: { disk: ssd }\nruntimeClassName: gvisor',
      }),
      deployment('resources: { limits: { nvidia.com/gpu: 1 } }', { name: 'model' }),
      route('{ name: main, namespace: infra }'),
      deployment('envFrom: [{ secretRef: { name: login } }]', { name: 'user' }),
      of('Service', 'gateway', '{ type: LoadBalancer }'),
      of('NetworkPolicy', 'web', '{ podSelector: {} }', 'networking.k8s.io/v1'),
    ),
    'shop.yaml',
  );
  const object = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
    object: { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } },
  });
  expect(verifiableRequirements(new World(manifests)).map(({ kind, lookUp }) => [kind, lookUp])).toEqual([
    ['version', { minor: 30 }],
    ['namespace', object('v1', 'Namespace', 'shop')],
    ['custom-kinds', { group: 'gateway.networking.k8s.io' }],
    ['gateway', object('gateway.networking.k8s.io/v1', 'Gateway', 'main', 'infra')],
    ['ingress-controller', { defaultOf: 'IngressClass' }],
    ['ingress-controller', object('networking.k8s.io/v1', 'IngressClass', 'traefik')],
    ['ingress-controller', undefined],
    ['load-balancer', undefined],
    ['storage', { defaultOf: 'StorageClass' }],
    ['storage', object('storage.k8s.io/v1', 'StorageClass', 'fast')],
    ['storage', object('v1', 'PersistentVolume', 'disk-1')],
    ['storage', undefined],
    ['pod-class', object('node.k8s.io/v1', 'RuntimeClass', 'gvisor')],
    ['nodes', { label: ['disk', 'ssd'] }],
    ['nodes', { resource: 'nvidia.com/gpu' }],
    ['metrics', { group: 'metrics.k8s.io' }],
    ['network-policies', undefined],
    ['secret', object('v1', 'Secret', 'login', 'shop')],
  ]);
});
