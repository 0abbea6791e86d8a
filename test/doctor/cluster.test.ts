import { verifiableRequirements, type VerifiableRequirement } from '../../src/check/requirements/find-requirements';
import { readManifests } from '../../src/check/read/read';
import { World } from '../../src/check/world/world';
import { ApiError, type ApiServer } from '../../src/cluster/connection/api-server';
import type { ChartNeeds } from '../../src/doctor/charts';
import { ingressFinding } from '../../src/doctor/ingress';
import { networkPoliciesFinding } from '../../src/doctor/network-policies';
import { nodeImagesFinding } from '../../src/doctor/node-images';
import { nodesFinding } from '../../src/doctor/nodes';
import { ClusterReader } from '../../src/doctor/reader';
import { requirementFindings } from '../../src/doctor/requirement-findings';
import { storageFinding } from '../../src/doctor/storage';
import { EnvironmentError } from '../../src/problems/problem';

jest.setTimeout(30_000);

const INGRESSES = '/apis/networking.k8s.io/v1/ingressclasses';
const GATEWAYS = '/apis/gateway.networking.k8s.io/v1/gatewayclasses';
const STORAGE = '/apis/storage.k8s.io/v1/storageclasses';
const DAEMON_SETS = '/apis/apps/v1/daemonsets';
const NODES = '/api/v1/nodes';

type Answers = Readonly<Record<string, object | undefined>>;

/** An API server with these lists and objects. An error is thrown, and `undefined` never answers. */
function apiWith(answers: Answers): ApiServer {
  const json = async (path: string) => {
    if (!(path in answers)) throw new ApiError({ code: 404, message: 'not found' });
    const answer = answers[path];
    if (answer === undefined) return new Promise(() => undefined);
    if (answer instanceof Error) throw answer;
    return Array.isArray(answer) ? { items: answer } : answer;
  };
  return { json } as unknown as ApiServer;
}
const clusterWith = (answers: Answers) => new ClusterReader(apiWith(answers));

const charts = (yaml: string, more: Partial<ChartNeeds> = {}): ChartNeeds => {
  const { manifests, problems } = readManifests(yaml, 'charts.yaml');
  expect(problems).toEqual([]);
  const requirements = verifiableRequirements(new World(manifests));
  return { manifests, requirements, localImages: [], pulledImages: 0, ...more };
};
const EMPTY = charts('');
const named = (name: string, annotations: Record<string, string> = {}, more: object = {}) => ({
  metadata: { name, annotations },
  ...more,
});
const defaultClass = (kind: 'ingressclass' | 'storageclass', name: string) =>
  named(name, { [`${kind}.kubernetes.io/is-default-class`]: 'true' });

describe('ingress', () => {
  const ingress = (spec: string, annotations = '{}') =>
    charts(
      `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web, annotations: ${annotations} }, spec: ${spec} }`,
    );
  const PLAIN = ingress('{}');
  const NGINX = ingress('{ ingressClassName: nginx }');
  const BY_ANNOTATION = ingress('{}', '{ kubernetes.io/ingress.class: nginx }');
  const TRAEFIK = { [INGRESSES]: [defaultClass('ingressclass', 'traefik')] };
  const NO_DEFAULT = { [INGRESSES]: [named('traefik')] };
  const gateway = charts(
    '{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: main }, spec: { gatewayClassName: envoy } }',
  );
  const gatewayClass = (name: string, status = 'True') => ({
    [GATEWAYS]: [{ metadata: { name }, status: { conditions: [{ type: 'Accepted', status }] } }],
  });

  test.each<[string, Answers, ChartNeeds | undefined, string, string]>([
    ['none, without charts', {}, undefined, 'warning', 'IngressClass: none; GatewayClass: none'],
    ['some, without charts', TRAEFIK, undefined, 'ok', 'IngressClass: traefik (default); GatewayClass: none'],
    ['none, and the charts need none', {}, EMPTY, 'ok', 'IngressClass: none; GatewayClass: none'],
    ['the default class', TRAEFIK, PLAIN, 'ok', 'traefik (default)'],
    ['no controller', {}, PLAIN, 'missing', 'an ingress controller with the default class is missing'],
    ['no default class', NO_DEFAULT, PLAIN, 'warning', 'no class is the default'],
    ['another class', TRAEFIK, NGINX, 'missing', 'the class nginx is missing'],
    ['the class', { [INGRESSES]: [named('nginx')] }, NGINX, 'ok', 'IngressClass: nginx'],
    ['a class by annotation', NO_DEFAULT, BY_ANNOTATION, 'ok', 'IngressClass: traefik'],
    ['a class by annotation, without a controller', {}, BY_ANNOTATION, 'missing', 'for the class nginx is missing'],
    ['the class of a Gateway', gatewayClass('envoy'), gateway, 'ok', 'GatewayClass: envoy'],
    ['no class of Gateways', {}, gateway, 'missing', 'no GatewayClass'],
    ['another class of Gateways', gatewayClass('cilium'), gateway, 'missing', 'the GatewayClass envoy is missing'],
    ['a class without a controller', gatewayClass('envoy', 'False'), gateway, 'warning', 'no controller accepts'],
  ])('%s', async (_, answers, needs, state, found) => {
    const finding = await ingressFinding(clusterWith(answers), needs);
    expect(finding).toMatchObject({ name: 'ingress', state, found: expect.stringContaining(found) });
    expect(finding.fix === undefined).toBe(state === 'ok');
  });
});

describe('storage', () => {
  const claim = (spec: string) =>
    charts(`{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data }, spec: ${spec} }`);
  const STANDARD = { [STORAGE]: [named('slow'), defaultClass('storageclass', 'standard')] };
  const SLOW = { [STORAGE]: [named('slow')] };

  test.each<[string, Answers, ChartNeeds | undefined, string, string, string]>([
    ['a default class', STANDARD, claim('{}'), 'ok', 'StorageClass: slow, standard (default)', ''],
    ['no class', {}, claim('{}'), 'missing', 'no default class (StorageClass: none)', 'Install a storage provisioner'],
    ['no default', SLOW, claim('{}'), 'missing', 'no default class', 'kubectl annotate storageclass slow'],
    ['no default, without charts', SLOW, undefined, 'warning', 'no default class', 'kubectl annotate'],
    ['no default, and the charts need none', SLOW, EMPTY, 'ok', 'StorageClass: slow', ''],
    ['a class by name', SLOW, claim('{ storageClassName: slow }'), 'ok', 'slow', ''],
    ['no such class', STANDARD, claim('{ storageClassName: fast }'), 'missing', 'the class fast is missing', 'fast'],
  ])('%s', async (_, answers, needs, state, found, fix) => {
    const finding = await storageFinding(clusterWith(answers), needs);
    expect(finding).toMatchObject({ name: 'storage', state, found: expect.stringContaining(found) });
    expect(finding.fix ?? '').toContain(fix);
    expect(finding.fix === undefined).toBe(state === 'ok');
  });
});

describe('network policies', () => {
  const POLICY = charts(
    '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: web }, spec: { podSelector: {} } }',
  );
  const plugin = (name: string, container: object = {}, status: object = {}) => ({
    [DAEMON_SETS]: [
      {
        metadata: { name, namespace: 'kube-system' },
        spec: { template: { spec: { containers: [container] } } },
        status,
      },
    ],
  });
  const kindnet = (tag: string) => plugin('kindnet', { image: `docker.io/kindest/kindnetd:${tag}` });
  const vpc = (args: string[]) => plugin('aws-node', { args });

  test.each<[string, Answers, string, string]>([
    ...[
      ['calico-node', 'Calico'],
      ['canal', 'Calico'],
      ['cilium', 'Cilium'],
      ['anetd', 'GKE Dataplane V2'],
      ['antrea-agent', 'Antrea'],
      ['weave-net', 'Weave Net'],
      ['kube-router', 'kube-router'],
      ['kube-network-policies', 'kube-network-policies'],
      ['ovnkube-node', 'OVN-Kubernetes'],
      ['azure-npm', 'Azure Network Policy Manager'],
    ].map(([daemonSet, name]): [string, Answers, string, string] => [
      daemonSet!,
      plugin(daemonSet!),
      'ok',
      `probably enforced by ${name}`,
    ]),
    ['a new kindnet', kindnet('v20250214-acbabc1a'), 'ok', 'probably enforced by kindnet'],
    ['the first kindnet that enforces them', kindnet('v20240813-c6f155d6'), 'ok', 'kindnet'],
    ['an old kindnet', kindnet('v20240202-8f1494ea'), 'warning', 'probably not enforced: kindnet'],
    ['a kindnet without a date', kindnet('latest'), 'warning', 'unknown: the DaemonSet of kindnet does not show it'],
    ['Amazon VPC CNI', vpc(['--enable-network-policy=true']), 'ok', 'probably enforced by Amazon VPC CNI'],
    ['Amazon VPC CNI without policies', vpc(['--enable-network-policy=false']), 'warning', 'probably not enforced'],
    ['Amazon VPC CNI of another form', vpc([]), 'warning', 'unknown'],
    ['Flannel', plugin('kube-flannel-ds'), 'warning', 'probably not enforced: Flannel ignores them'],
    [
      'a plugin without pods',
      plugin('cilium', {}, { desiredNumberScheduled: 2, numberReady: 0 }),
      'warning',
      'no ready',
    ],
    [
      'k3s',
      { [NODES]: [{ status: { nodeInfo: { kubeletVersion: 'v1.36.1+k3s1' } } }] },
      'ok',
      'probably enforced by k3s',
    ],
    ['nothing known', plugin('node-exporter'), 'warning', 'unknown: no known network plugin'],
  ])('%s', async (_, answers, state, found) => {
    const finding = await networkPoliciesFinding(clusterWith({ [DAEMON_SETS]: [], ...answers }), POLICY);
    expect(finding).toMatchObject({ name: 'network-policies', state, found: expect.stringContaining(found) });
    expect(finding.fix === undefined).toBe(state === 'ok');
    expect(finding.fix ?? '').not.toMatch(/https?:/);
  });

  test('a plugin that enforces them next to one that does not', async () => {
    const both = [...plugin('kube-flannel-ds')[DAEMON_SETS], ...plugin('kube-network-policies')[DAEMON_SETS]];
    expect(await networkPoliciesFinding(clusterWith({ [DAEMON_SETS]: both }), POLICY)).toMatchObject({ state: 'ok' });
  });

  test('charts without policies', async () => {
    expect(await networkPoliciesFinding(clusterWith({}), EMPTY)).toMatchObject({ state: 'ok' });
    expect(await networkPoliciesFinding(clusterWith({}), undefined)).toMatchObject({ state: 'warning' });
  });
});

describe('nodes and images', () => {
  const node = (name: string, images: readonly string[] = [], { ready = 'True', spec = {} } = {}) => ({
    metadata: { name, labels: { disk: name } },
    spec,
    status: { conditions: [{ type: 'Ready', status: ready }], images: images.map((image) => ({ names: [image] })) },
  });
  const CONTROL_PLANE = node('control-plane', [], { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } });
  const WEB = 'callsign/web:1';
  const CART = 'callsign/cart:2';
  const images = (nodes: object[], localImages: string[], context = 'kind-blog') =>
    nodeImagesFinding(clusterWith({ [NODES]: nodes }), charts('', { localImages }), {
      context,
      selection: ' --env dev',
    });

  test.each<[string, object[], string, string]>([
    ['all are ready', [node('a'), node('b')], 'ok', '2 nodes, ready'],
    ['one is not ready', [node('a'), node('b', [], { ready: 'Unknown' })], 'warning', '1 of 2 nodes not ready: b'],
    ['none is ready', [node('a', [], { ready: 'False' })], 'missing', '1 of 1 node not ready: a'],
    ['none', [], 'missing', 'no nodes'],
  ])('nodes: %s', async (_, nodes, state, found) => {
    expect(await nodesFinding(clusterWith({ [NODES]: nodes }))).toMatchObject({ state, found });
  });

  test('the images are on the nodes, with any form of their names', async () => {
    const nodes = [CONTROL_PLANE, node('a', [`docker.io/${WEB}`, CART]), node('b', [WEB, `localhost/${CART}`])];
    expect(await images(nodes, [WEB, CART])).toMatchObject({ state: 'ok', found: '2 images on 2 nodes' });
  });

  test('an image is missing on all nodes, or on some', async () => {
    const nodes = [node('a', [WEB]), node('b', [])];
    expect(await images(nodes, [WEB, CART])).toMatchObject({
      state: 'missing',
      found: '2 of 2 images missing: callsign/web:1 (on b), callsign/cart:2',
      fix: 'callsign images --kind blog --env dev',
    });
  });

  test.each([
    ['minikube', 'eval $(minikube docker-env) && callsign images --env dev'],
    ['prod-eu', 'callsign images --push --env dev'],
  ])('the fix for the context %s', async (context, fix) => {
    expect((await images([node('a')], [WEB], context)).fix).toContain(fix);
  });

  test('a node that lists only 50 images may have more', async () => {
    const full = Array.from({ length: 50 }, (__, i) => `other:${i}`);
    expect(await images([node('a', full)], [WEB])).toMatchObject({
      state: 'not-checked',
      found: 'unknown for callsign/web:1: a node lists only 50 images',
    });
    expect(await images([node('a', [...full.slice(1), WEB])], [WEB])).toMatchObject({ state: 'ok' });
  });

  test('only tainted nodes', async () => {
    expect(await images([CONTROL_PLANE], [WEB])).toMatchObject({ state: 'missing' });
  });

  test('images of a registry, and no images', async () => {
    const way = { context: 'a', selection: '' };
    const pulled = charts('', { pulledImages: 2 });
    expect(await nodeImagesFinding(clusterWith({}), pulled, way)).toMatchObject({
      state: 'ok',
      found: 'the nodes pull 2 images from a registry',
    });
    expect(await nodeImagesFinding(clusterWith({}), EMPTY, way)).toMatchObject({ state: 'ok' });
  });
});

describe('other requirements', () => {
  const discovery = (version: string, kind: string, resource: string, scope = 'Namespaced', group?: string) => ({
    metadata: { ...(group !== undefined && { name: group }) },
    versions: [{ version, resources: [{ resource, responseKind: { kind }, scope }] }],
  });
  const SERVED = {
    '/api': [discovery('v1', 'Secret', 'secrets'), discovery('v1', 'Namespace', 'namespaces', 'Cluster')],
    '/apis': [discovery('v1', 'Gateway', 'gateways', 'Namespaced', 'gateway.networking.k8s.io')],
  };
  const required = async (kind: string, lookUp: VerifiableRequirement['lookUp'], answers: Answers, what = 'it') => {
    const requirement = { kind, what, objects: ['Deployment a', 'Deployment b'], ...(lookUp && { lookUp }) };
    const api = apiWith({ ...SERVED, ...answers });
    return (await requirementFindings(new ClusterReader(api), { api, version: 'v1.33.1' }, [requirement]))[0];
  };
  const object = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
    object: { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } },
  });
  const group = (name: string) => ({ [`/apis/${name}`]: { preferredVersion: { groupVersion: `${name}/v1` } } });
  const METRICS = { group: 'metrics.k8s.io' };

  test.each<[string, string, VerifiableRequirement['lookUp'], Answers, string, string]>([
    [
      'a Secret',
      'secret',
      object('v1', 'Secret', 'key', 'shop'),
      { '/api/v1/namespaces/shop/secrets/key': {} },
      'ok',
      '',
    ],
    ['no Secret', 'secret', object('v1', 'Secret', 'key', 'shop'), {}, 'missing', 'Create it.'],
    ['no namespace', 'namespace', object('v1', 'Namespace', 'shop'), {}, 'missing', 'kubectl create namespace shop'],
    [
      'a Gateway',
      'gateway',
      object('gateway.networking.k8s.io/v1', 'Gateway', 'main', 'infra'),
      { '/apis/gateway.networking.k8s.io/v1/namespaces/infra/gateways/main': {} },
      'ok',
      '',
    ],
    [
      'a kind that is not served',
      'pod-class',
      object('node.k8s.io/v1', 'RuntimeClass', 'x'),
      {},
      'missing',
      'correct its name',
    ],
    ['a group', 'metrics', METRICS, { ...group('metrics.k8s.io'), '/apis/metrics.k8s.io/v1': {} }, 'ok', ''],
    ['no group', 'custom-kinds', { group: 'postgresql.cnpg.io' }, {}, 'missing', 'Install it.'],
    [
      'a group whose program does not answer',
      'metrics',
      METRICS,
      { ...group('metrics.k8s.io'), '/apis/metrics.k8s.io/v1': new EnvironmentError([]) },
      'warning',
      'kubectl get apiservices | grep metrics.k8s.io',
    ],
    ['the version', 'version', { minor: 33 }, {}, 'ok', ''],
    ['an older version', 'version', { minor: 34 }, {}, 'missing', 'Upgrade the cluster to Kubernetes 1.34'],
    [
      'a label of a node',
      'nodes',
      { label: ['disk', 'ssd'] },
      { [NODES]: [{ metadata: { labels: { disk: 'ssd' } } }] },
      'ok',
      '',
    ],
    [
      'no such label',
      'nodes',
      { label: ['disk', 'ssd'] },
      { [NODES]: [{}] },
      'missing',
      'kubectl label node NODE disk=ssd',
    ],
    [
      'a device',
      'nodes',
      { resource: 'a/gpu' },
      { [NODES]: [{ status: { allocatable: { 'a/gpu': '1' } } }] },
      'ok',
      '',
    ],
    ['no device', 'nodes', { resource: 'a/gpu' }, { [NODES]: [{}] }, 'missing', 'Add it'],
    ['what no API shows', 'load-balancer', undefined, {}, 'not-checked', 'Make sure that the cluster has it.'],
  ])('%s', async (_, kind, lookUp, answers, state, fix) => {
    const finding = await required(kind, lookUp, answers);
    expect(finding).toMatchObject({ name: kind, state, why: 'for Deployment a and 1 more' });
    expect(finding!.fix ?? '').toContain(fix);
    expect(finding!.fix === undefined).toBe(state === 'ok');
  });

  test('metrics-server on kind', async () => {
    expect((await required('metrics', METRICS, {}, 'metrics-server'))!.fix).toContain('--kubelet-insecure-tls');
  });

  test('the checks of classes and policies are not repeated', async () => {
    const needs = charts(`
{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web }, spec: {} }
---
{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: web }, spec: { podSelector: {} } }
---
{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data }, spec: {} }
---
{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: old }, spec: { volumeName: disk-1 } }
`);
    const api = apiWith(SERVED);
    const findings = await requirementFindings(new ClusterReader(api), { api, version: 'v1.36.0' }, needs.requirements);
    expect(findings.map(({ name, found }) => [name, found])).toEqual([
      ['storage', 'not found: a PersistentVolume disk-1'],
    ]);
  });
});

describe('a check that fails', () => {
  const finding = (answer: object | undefined) => storageFinding(clusterWith({ [STORAGE]: answer }), undefined);

  test('a missing permission', async () => {
    const message =
      'storageclasses.storage.k8s.io is forbidden: User "jane" cannot list resource "storageclasses" in API group "storage.k8s.io" at the cluster scope';
    expect(await finding(new ApiError({ code: 403, message }))).toMatchObject({
      state: 'not-checked',
      found: 'jane may not: list storageclasses.storage.k8s.io',
      fix: expect.stringContaining('permissions'),
    });
  });

  test('another error of the API server', async () => {
    expect(await finding(new ApiError({ code: 500, message: 'etcd is slow' }))).toMatchObject({
      state: 'not-checked',
      found: 'etcd is slow',
    });
  });

  test('a connection that breaks', async () => {
    const problem = {
      code: 'cluster-unreachable',
      message: 'The API server does not answer.',
      fix: 'Start it.',
    } as const;
    expect(await finding(new EnvironmentError([problem]))).toMatchObject({
      state: 'not-checked',
      found: 'The API server does not answer',
      fix: 'Start it.',
    });
  });

  test('no answer at all', async () => {
    expect(await finding(undefined)).toMatchObject({
      state: 'not-checked',
      found: 'The API server does not answer within 4 s',
    });
  });
});
