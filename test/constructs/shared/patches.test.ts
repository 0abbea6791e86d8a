import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { check } from '../../../src/check/check';
import { ChartObject, Database, Gateway, Image, Microservice, Namespace, Volume } from '../../../src/index';
import { CallsignError } from '../../../src/problems/problem';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const FILE = 'test/constructs/shared/patches.test.ts';
const image = Image.of('shop/cart:1.0.0');

/** An app with a microservice, and the change of it. */
const app = (change: (cart: Microservice) => unknown) =>
  chart((scope) => {
    change(new Microservice(scope, 'cart', { image, autoscale: { max: 4 }, files: { '/etc/words': 'a' } }));
  });
const deploymentOf = (change: (cart: Microservice) => unknown) => find(objectsOf(app(change)), 'Deployment', 'cart');

test('a function changes typed fields, after options and calls', () => {
  const deployment = deploymentOf((cart) => {
    cart.objects.deployment.patch(({ spec }) => {
      spec.template.spec!.shareProcessNamespace = true;
      spec.template.spec!.containers[0]!.env!.push({ name: 'LATE', value: 'yes' });
    });
    cart.calls(new Microservice(cart.node.scope!, 'later', { image }));
  });
  const { spec } = deployment.spec.template;
  expect(spec.shareProcessNamespace).toBe(true);
  expect(spec.containers[0].env.map(({ name }: { name: string }) => name)).toEqual(['PORT', 'LATER_URL', 'LATE']);
});

test('fields are merged: null removes a field, and a list replaces the whole list', () => {
  const deployment = deploymentOf((cart) =>
    cart.objects.deployment.merge({
      metadata: { annotations: { 'example.com/owner': 'blue' } },
      spec: { revisionHistoryLimit: null, template: { spec: { tolerations: [] } } },
    }),
  );
  expect(deployment.metadata.annotations).toEqual({ 'example.com/owner': 'blue' });
  expect(deployment.spec).not.toHaveProperty('revisionHistoryLimit');
  expect(deployment.spec.template.spec.tolerations ?? []).toEqual([]);
  expect(deployment.spec.template.spec.containers).toHaveLength(1);
});

test('JSON patches, patches in order, and deletion', () => {
  const deployment = deploymentOf((cart) => {
    cart.objects.deployment.merge({ spec: { minReadySeconds: 5 } });
    cart.objects.deployment.addJsonPatch(JsonPatch.replace('/spec/minReadySeconds', 7));
  });
  expect(deployment.spec.minReadySeconds).toBe(7);
  const left = objectsOf(app((cart) => cart.objects.podDisruptionBudget.delete()));
  expect(left.map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
});

test('every construct offers its objects', () => {
  const root = chart((scope) => {
    new Namespace(scope, 'shop').objects.namespace.merge({ metadata: { labels: { team: 'a' } } });
    const data = new Volume(scope, 'data');
    data.objects.claim.merge({ metadata: { labels: { team: 'b' } } });
    new Database(scope, 'orders', { backup: {} }).objects.statefulSet.merge({ metadata: { labels: { team: 'c' } } });
    const cart = new Microservice(scope, 'cart', { image });
    new Gateway(scope, 'entry', { routes: { '/': cart }, controller: 'traefik' }).objects.ingress.merge({
      metadata: { labels: { team: 'd' } },
    });
  });
  const teams = objectsOf(root).flatMap(({ kind, metadata }) =>
    metadata.labels?.team ? [[kind, metadata.labels.team]] : [],
  );
  expect(teams.toSorted(([a], [b]) => (a! < b! ? -1 : 1))).toEqual([
    ['Ingress', 'd'],
    ['Namespace', 'a'],
    ['PersistentVolumeClaim', 'b'],
    ['StatefulSet', 'c'],
  ]);
});

test('an object that does not exist is an error with the line', () => {
  const broken = () => chart((scope) => new Microservice(scope, 'cart', { image }).objects.autoscaler);
  expect(broken).toThrow(CallsignError);
  try {
    broken();
  } catch (error) {
    expect((error as CallsignError).problems).toMatchObject([
      { code: 'patch-failed', path: 'shop/cart', place: { file: FILE }, got: 'autoscaler' },
    ]);
  }
});

test('a patch without an effect is a problem, at its line', () => {
  const problems = problemsOf(app((cart) => cart.objects.deployment.merge({ spec: { revisionHistoryLimit: 3 } })));
  expect(problems).toMatchObject([{ code: 'patch-unused', path: 'shop/cart/deployment', place: { file: FILE } }]);
});

test('a patch that fails is a problem, and the other patches still apply', () => {
  const problems = problemsOf(
    app((cart) => {
      cart.objects.deployment.addJsonPatch(JsonPatch.test('/spec/revisionHistoryLimit', 5));
      cart.objects.deployment.patch(({ spec }) => {
        (spec as unknown as { none: { deeper: number } }).none.deeper = 1;
      });
      cart.objects.deployment.merge({ spec: { minReadySeconds: 5 } });
    }),
  );
  expect(problems.map(({ code, place }) => [code, place?.file])).toEqual([
    ['patch-failed', FILE],
    ['patch-failed', FILE],
  ]);
});

test('plain cdk8s reports the problems of patches too', () => {
  const root = app((cart) => cart.objects.deployment.merge({ spec: { revisionHistoryLimit: 3 } }));
  expect(() => root.synthYaml()).toThrow(/patch-unused/);
  const fine = Testing.synth(new Chart(new App(), 'empty'));
  expect(fine).toEqual([]);
});

test('a problem of a patched field names the line of the patch, and other fields the construct', () => {
  const root = chart((scope) => {
    const cart = new Microservice(scope, 'cart', { image });
    cart.objects.deployment.merge({ spec: { template: { spec: { priorityClasName: 'high' } as object } } });
  });
  const manifests = synthesize(root).flatMap((file) => file.manifests);
  const [problem] = check(manifests);
  expect(problem).toMatchObject({ code: 'field-unknown', place: { file: FILE } });
  const deployment = manifests.find(({ object }) => object.kind === 'Deployment')!;
  const lines = [
    deployment.place(['spec', 'template', 'spec', 'priorityClasName']),
    deployment.place(['spec', 'replicas']),
  ];
  expect(lines[0]!.line).toBe(lines[1]!.line + 1);
});

test.each<[name: string, change: (cart: Microservice) => unknown, code: string]>([
  [
    'the selector',
    (cart) =>
      cart.objects.deployment.merge({
        spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': 'other' } } } },
      }),
    'selector-mismatch',
  ],
  [
    'a port',
    (cart) => cart.objects.service.patch(({ spec }) => void (spec.ports![0]!.targetPort = 'other')),
    'service-port-missing',
  ],
  ['a policy', (cart) => cart.objects.networkPolicy.merge({ spec: { ingress: null } }), 'call-blocked'],
])('a patch that breaks %s is a problem of the check', (_, change, code) => {
  const root = app((cart) => {
    change(cart);
    new Microservice(cart.node.scope!, 'caller', { image }).calls(cart);
  });
  expect(check(synthesize(root).flatMap((file) => file.manifests)).map((problem) => problem.code)).toContain(code);
});

test('only objects of our constructs are chart objects', () => {
  const scope = new Chart(new App(), 'shop');
  expect(new ApiObject(scope, 'a', { apiVersion: 'v1', kind: 'ConfigMap' })).not.toBeInstanceOf(ChartObject);
  expect(new Microservice(scope, 'b', { image }).objects.deployment).toBeInstanceOf(ChartObject);
});
