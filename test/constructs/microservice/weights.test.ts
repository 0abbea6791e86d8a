import { check, Gateway, Image, Microservice, synthesize, type GatewayBase } from '../../../src/index';
import { chart, find, objectsOf } from '../render';

const next = Image.of('shop/cart:2');
const HOSTS = { 'shop.example.com': {}, 'api.example.com': {} };

/** A gateway to a cart with a canary and a page without one. */
const shop = (weight: number, options: GatewayBase, replicas = 3) =>
  chart((scope) => {
    const cart = new Microservice(scope, 'cart', {
      image: Image.of('shop/cart:1'),
      replicas,
      strategy: { canary: { image: next, weight, by: 'gateway' } },
    });
    const page = new Microservice(scope, 'page', { image: Image.of('shop/page:1') });
    new Gateway(scope, 'entry', {
      hosts: { ...HOSTS, 'admin.example.com': { routes: { '/': page } } },
      routes: { '/': page, '/api/cart': cart, '/cart': cart },
      ...options,
    });
  });
const nginx: GatewayBase = { controller: 'ingress-nginx', className: 'nginx', tlsSecret: 'tls', maxBody: '1Mi' };
const httpRoute: GatewayBase = { httpRoute: { gateway: 'public' } };
const pathsTo = (name: string) =>
  ['/api/cart', '/cart'].map((path) => ({
    path,
    pathType: 'Prefix',
    backend: { service: { name, port: { name: 'http' } } },
  }));

describe.each([
  ['an HTTPRoute', httpRoute],
  ['ingress-nginx', nginx],
])('behind %s', (_, options) => {
  test.each([0, 10, 100])('at %i %% check finds no problem', (weight) => {
    expect(check(synthesize(shop(weight, options)).flatMap(({ manifests }) => manifests))).toEqual([]);
  });

  test('at 0 % one canary replica runs, so that the weight can be raised', () => {
    expect(find(objectsOf(shop(0, options)), 'Deployment', 'cart-canary')).toMatchObject({
      metadata: { annotations: { 'callsign.dev/release': 'a copy, and no requests' } },
      spec: { replicas: 1 },
    });
  });

  test('the canary has its own Service, and the policy of the microservice applies to it', () => {
    const objects = objectsOf(shop(10, options));
    expect(find(objects, 'Service', 'cart-canary').spec.selector).toEqual({
      'app.kubernetes.io/name': 'cart',
      'app.kubernetes.io/instance': 'shop-canary',
    });
    expect(find(objects, 'NetworkPolicy', 'cart').spec.podSelector.matchLabels).toEqual({
      'app.kubernetes.io/name': 'cart',
    });
  });
});

test('an HTTPRoute splits the requests of each path by weight', () => {
  const { rules } = find(objectsOf(shop(10, httpRoute)), 'HTTPRoute', 'entry').spec;
  const shared = [
    { name: 'cart', port: 80, weight: 90 },
    { name: 'cart-canary', port: 80, weight: 10 },
  ];
  expect(rules.map(({ backendRefs }: { backendRefs: object }) => backendRefs)).toEqual([
    [{ name: 'page', port: 80 }],
    shared,
    shared,
  ]);
});

describe('for ingress-nginx', () => {
  const objects = objectsOf(shop(10, nginx));

  test('a second Ingress has the routes and the weight of the canary, and no other annotations', () => {
    const { metadata, spec } = find(objects, 'Ingress', 'entry-cart-canary');
    expect(metadata.annotations).toEqual({
      'nginx.ingress.kubernetes.io/canary': 'true',
      'nginx.ingress.kubernetes.io/canary-weight': '10',
    });
    expect(spec).toEqual({
      ingressClassName: 'nginx',
      rules: Object.keys(HOSTS).map((host) => ({ host, http: { paths: pathsTo('cart-canary') } })),
    });
  });

  test('the first Ingress is the same as without a canary', () => {
    const { metadata, spec } = find(objects, 'Ingress', 'entry');
    expect(metadata.annotations).toEqual({
      'callsign.dev/controller': 'ingress-nginx',
      'nginx.ingress.kubernetes.io/proxy-body-size': '1048576',
    });
    expect(spec.rules[0].http.paths.slice(1)).toEqual(pathsTo('cart'));
    expect(spec.rules).toHaveLength(3);
  });

  test('each microservice with a canary has its own weight', () => {
    const app = chart((scope) => {
      const [one, two] = (
        [
          ['one', 10],
          ['two', 50],
        ] as const
      ).map(
        ([name, weight]) =>
          new Microservice(scope, name, {
            image: next,
            strategy: { canary: { image: Image.of('shop/any:2'), weight, by: 'gateway' } },
          }),
      );
      new Gateway(scope, 'entry', { routes: { '/1': one!, '/2': two! }, controller: 'ingress-nginx' });
    });
    const weight = (name: string) =>
      find(objectsOf(app), 'Ingress', name).metadata.annotations!['nginx.ingress.kubernetes.io/canary-weight'];
    expect(['entry-one-canary', 'entry-two-canary'].map(weight)).toEqual(['10', '50']);
  });
});

test.each<[string, GatewayBase]>([
  ['any controller', { className: 'haproxy', controllerNamespace: 'haproxy' }],
  ['traefik', { controller: 'traefik' }],
])('an Ingress of %s is rejected, and the problem lists the alternatives', (name, options) => {
  expect(() => objectsOf(shop(10, options))).toThrow(
    new RegExp(
      `\\[weight-not-carried\\][^]*expected: listen, httpRoute, controller: 'ingress-nginx', or a canary by: 'replicas'\\n {2}got: an Ingress of ${name}, and by: 'gateway'`,
    ),
  );
});
