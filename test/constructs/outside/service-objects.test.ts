import { ApiObject, App, Chart } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import { check } from '../../../src/check/check';
import { Database, Gateway, graphOf, Image, Microservice, Namespace, type ServiceObject } from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

// Calls to Services of the same app that no construct of Callsign makes.

const image = Image.of('shop/any:1.0.0');
/** A value of any type, as a program in JavaScript can pass it. */
// oxlint-disable-next-line typescript/no-explicit-any -- any type is the purpose
const anything = (value: unknown): any => value;

const appOf = (target: (scope: Chart) => unknown) =>
  chart((scope) => new Microservice(scope, 'cart', { image }).calls(anything(target(scope))));

function callOf(target: (scope: Chart) => ServiceObject) {
  const objects = objectsOf(appOf(target));
  return {
    env: find(objects, 'Deployment', 'cart').spec.template.spec.containers[0].env.slice(1),
    egress: find(objects, 'NetworkPolicy', 'cart').spec.egress.slice(1), // the first is DNS
  };
}

const service = (scope: Chart, spec: object, metadata: object = {}) =>
  new ApiObject(scope, 'search', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'search', ...metadata },
    spec: { selector: { app: 'search' }, ...spec },
  });
const deployment = (scope: Chart, ports: object[]) =>
  new ApiObject(scope, 'pods', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'search' },
    spec: {
      selector: { matchLabels: { app: 'search' } },
      template: {
        metadata: { labels: { app: 'search' } },
        spec: { containers: [{ name: 'search', image: 'search:1.0.0', ports }] },
      },
    },
  });

describe('the address and the policy', () => {
  test('of a Service of cdk8s-plus', () => {
    const { env, egress } = callOf((scope) =>
      new plus.Deployment(scope, 'search', {
        containers: [{ image: 'search:1', portNumber: 9200 }],
      }).exposeViaService({ name: 'search', ports: [{ port: 80, targetPort: 9200 }] }),
    );
    expect(env).toEqual([{ name: 'SEARCH_URL', value: 'http://search' }]);
    expect(egress[0].ports).toEqual([{ port: 9200, protocol: 'TCP' }]);
    expect(Object.keys(egress[0].to[0].podSelector.matchLabels)).toEqual(['cdk8s.io/metadata.addr']);
  });

  test('of an ApiObject in another namespace', () => {
    const { env, egress } = callOf((scope) =>
      service(scope, { ports: [{ port: 8080, targetPort: 9200 }] }, { namespace: 'tools' }),
    );
    expect(env).toEqual([{ name: 'SEARCH_URL', value: 'http://search.tools:8080' }]);
    expect(egress).toEqual([
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tools' } },
            podSelector: { matchLabels: { app: 'search' } },
          },
        ],
        ports: [{ port: 9200, protocol: 'TCP' }],
      },
    ]);
  });

  test('include changes after the call', () => {
    const { env, egress } = callOf((scope) => {
      const later = new plus.Service(scope, 'theirs', { metadata: { name: 'search' } });
      new Microservice(scope, 'web', { image }).calls(later);
      later.bind(8080, { targetPort: 9200 });
      later.select(plus.Pods.select(scope, 'pods', { labels: { app: 'search' } }));
      return later;
    });
    expect(env).toEqual([{ name: 'SEARCH_URL', value: 'http://search:8080' }]);
    expect(egress).toEqual([
      { to: [{ podSelector: { matchLabels: { app: 'search' } } }], ports: [{ port: 9200, protocol: 'TCP' }] },
    ]);
  });

  test('of a named port are those of the pods of the app', () => {
    const ports = [{ port: 80, targetPort: 'web' }];
    const named = callOf((scope) => {
      deployment(scope, [
        { name: 'admin', containerPort: 9300 },
        { name: 'web', containerPort: 9200 },
      ]);
      return service(scope, { ports });
    });
    expect(named.egress[0].ports).toEqual([{ port: 9200, protocol: 'TCP' }]);
    expect(callOf((scope) => service(scope, { ports })).egress[0].ports).toEqual([{ port: 'web', protocol: 'TCP' }]);
  });

  test.each<[string, ports: object[], env: Record<string, string>]>([
    ['an unnamed port', [{ port: 80 }], { SEARCH_URL: 'http://search' }],
    ['port 443', [{ port: 443 }], { SEARCH_URL: 'https://search' }],
    ['a port named https', [{ name: 'https', port: 8443 }], { SEARCH_URL: 'https://search:8443' }],
    ['a port named redis', [{ name: 'redis-main', port: 6379 }], { SEARCH_HOST: 'search', SEARCH_PORT: '6379' }],
    ['an appProtocol', [{ name: 'a', port: 99, appProtocol: 'grpc' }], { SEARCH_HOST: 'search', SEARCH_PORT: '99' }],
    [
      'a port named http, which has priority',
      [
        { name: 'transport', port: 9300 },
        { name: 'http', port: 9200 },
      ],
      { SEARCH_URL: 'http://search:9200' },
    ],
    [
      'a UDP port, which is ignored',
      [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'web', port: 8053 },
      ],
      { SEARCH_URL: 'http://search:8053' },
    ],
  ])('of %s', (_, ports, expected) => {
    const { env } = callOf((scope) => service(scope, { ports }));
    expect(Object.fromEntries(env.map(({ name, value }: Record<string, string>) => [name, value]))).toEqual(expected);
  });
});

test('two calls to the same Service are one edge, and one rule', () => {
  const app = chart((scope) => {
    const search = service(scope, { ports: [{ port: 80 }] });
    new Microservice(scope, 'cart', { image }).calls(search, search).callsAs('INDEX', search);
  });
  expect(graphOf(app)).toEqual({
    nodes: [
      { id: 'shop/cart', kind: 'microservice', name: 'cart', namespace: 'shop' },
      { id: 'shop/search', kind: 'service', name: 'search', namespace: 'shop' },
    ],
    edges: [{ from: 'shop/cart', to: 'shop/search' }],
  });
  expect(find(objectsOf(app), 'NetworkPolicy', 'cart').spec.egress).toHaveLength(2);
});

describe('the check', () => {
  const codes = (declare: (scope: Chart) => ServiceObject) =>
    check(
      synthesize(
        chart((scope) => {
          new Namespace(scope, 'shop');
          new Microservice(scope, 'cart', { image }).calls(declare(scope));
        }),
      ).flatMap(({ manifests }) => manifests),
    )
      .filter(({ code }) => code !== 'pod-refused') // The security of the pods is not the subject here.
      .map(({ code, message }) => [code, message]);
  const policy = (scope: Chart) =>
    new ApiObject(scope, 'policy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'search' },
      spec: { podSelector: { matchLabels: { app: 'search' } }, ingress: [{ ports: [{ port: 9200 }] }] },
    });
  const search = (scope: Chart, port: number) => {
    deployment(scope, [{ name: 'web', containerPort: 9200 }]);
    return service(scope, { ports: [{ port: 80, targetPort: port }] });
  };

  test('reports the policy of the namespace that denies the call', () => {
    expect(codes((scope) => search(scope, 9200))).toEqual([
      ['call-blocked', 'No NetworkPolicy allows this call into Deployment shop/search.'],
    ]);
  });

  test('accepts the call with a policy that allows it', () => {
    expect(
      codes((scope) => {
        policy(scope);
        return search(scope, 9200);
      }),
    ).toEqual([]);
  });

  test('reports a port that the pods do not have', () => {
    const found = codes((scope) => {
      policy(scope);
      return search(scope, 9201);
    });
    expect(found.map(([code]) => code)).toContain('service-port-missing');
  });
});

test.each<
  [string, code: string, field: string | undefined, got: string, fix: RegExp, target: (scope: Chart) => unknown]
>([
  [
    'a Deployment of cdk8s-plus',
    'call-unknown',
    undefined,
    'the Deployment "search"',
    /^Pass its Service/,
    (scope) =>
      new plus.Deployment(scope, 'search', { metadata: { name: 'search' }, containers: [{ image: 'search:1' }] }),
  ],
  [
    'an ApiObject of another kind',
    'call-unknown',
    undefined,
    'the Deployment "search"',
    /^Pass its Service/,
    (scope) => deployment(scope, []),
  ],
  [
    'the object of a microservice',
    'call-unknown',
    undefined,
    'the Service "till"',
    /^Pass the construct that makes it: cart\.calls\(till\)\.$/,
    (scope) => new Microservice(scope, 'till', { image }).objects.service,
  ],
  [
    'the object of a database',
    'call-unknown',
    undefined,
    'the Service "orders"',
    /cart\.calls\(orders\)/,
    (scope) => new Database(scope, 'orders').objects.service,
  ],
  [
    'the object of a gateway',
    'call-unknown',
    undefined,
    'the Ingress "entry"',
    /^Pass its Service/,
    (scope) =>
      new Gateway(scope, 'entry', { routes: { '/': new Microservice(scope, 'web', { image }) }, className: 'nginx' })
        .objects.ingress,
  ],
  [
    'a Service of another app',
    'call-unknown',
    undefined,
    '',
    /^Declare both in one app/,
    () => service(new Chart(new App(), 'other', { namespace: 'shop' }), { ports: [{ port: 80 }] }),
  ],
  [
    'a Service without a selector',
    'call-not-served',
    'calls(search)',
    'none',
    /External with their cidrs/,
    (scope) => service(scope, { selector: {}, ports: [{ port: 80 }] }),
  ],
  [
    'a Service without a TCP port',
    'call-not-served',
    'calls(search)',
    '53/UDP',
    /^Add a TCP port/,
    (scope) => service(scope, { ports: [{ port: 53, protocol: 'UDP' }] }),
  ],
  [
    'a name of a host',
    'call-not-served',
    'calls(search)',
    'type: ExternalName of api.example.com',
    /new External\('api\.example\.com', 443\)/,
    (scope) => service(scope, { type: 'ExternalName', externalName: 'api.example.com', selector: undefined }),
  ],
])('a call to %s', (_, code, field, got, fix, target) => {
  const problems = problemsOf(appOf(target));
  expect(problems).toMatchObject([{ code, fix: expect.stringMatching(fix) as string }]);
  expect(problems[0]).toMatchObject({ ...(field && { field }), ...(got && { got }) });
});

test('the compiler rejects objects that are no Services', () => {
  expect(() =>
    appOf((scope) => {
      const cart = new Microservice(scope, 'web', { image });
      // @ts-expect-error -- a Deployment of cdk8s-plus
      cart.calls(new plus.Deployment(scope, 'search', { containers: [{ image: 'search:1' }] }));
      // @ts-expect-error -- a chart
      return cart.calls(scope);
    }),
  ).not.toThrow();
});
