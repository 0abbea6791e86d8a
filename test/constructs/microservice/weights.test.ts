import { check, Gateway, Image, Microservice, synthesize, type GatewayBase } from '../../../src/index';
import { chart, find, objectsOf } from '../render';

const next = Image.of('shop/cart:2');
const HOSTS = { 'shop.example.com': {}, 'api.example.com': {} };

/** A cart in release, and a page that is not, behind a door. */
const shop = (weight: number, options: GatewayBase, replicas = 3) =>
  chart((scope) => {
    const cart = new Microservice(scope, 'cart', {
      image: Image.of('shop/cart:1'),
      replicas,
      strategy: { canary: { image: next, weight, by: 'gateway' } },
    });
    const page = new Microservice(scope, 'page', { image: Image.of('shop/page:1') });
    new Gateway(scope, 'door', {
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
  test.each([0, 10, 100])('at %i %% check finds nothing wrong', (weight) => {
    expect(check(synthesize(shop(weight, options)).flatMap(({ manifests }) => manifests))).toEqual([]);
  });

  test('at 0 % a copy is ready for the share to come', () => {
    expect(find(objectsOf(shop(0, options)), 'Deployment', 'cart-canary')).toMatchObject({
      metadata: { annotations: { 'callsign.dev/release': 'a copy, and no requests' } },
      spec: { replicas: 1 },
    });
  });

  test('the canary is let through to, and found by a Service of its own', () => {
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

test('an HTTPRoute shares the requests of each path by weight', () => {
  const { rules } = find(objectsOf(shop(10, httpRoute)), 'HTTPRoute', 'door').spec;
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

  test('an Ingress beside the first claims the routes of the canary for its share, and says nothing else', () => {
    const { metadata, spec } = find(objects, 'Ingress', 'door-cart-canary');
    expect(metadata.annotations).toEqual({
      'nginx.ingress.kubernetes.io/canary': 'true',
      'nginx.ingress.kubernetes.io/canary-weight': '10',
    });
    expect(spec).toEqual({
      ingressClassName: 'nginx',
      rules: Object.keys(HOSTS).map((host) => ({ host, http: { paths: pathsTo('cart-canary') } })),
    });
  });

  test('the first is what it is without a release', () => {
    const { metadata, spec } = find(objects, 'Ingress', 'door');
    expect(metadata.annotations).toEqual({ 'nginx.ingress.kubernetes.io/proxy-body-size': '1048576' });
    expect(spec.rules[0].http.paths.slice(1)).toEqual(pathsTo('cart'));
    expect(spec.rules).toHaveLength(3);
  });

  test('each microservice in release has a weight of its own', () => {
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
      new Gateway(scope, 'door', { routes: { '/1': one!, '/2': two! }, controller: 'ingress-nginx' });
    });
    const weight = (name: string) =>
      find(objectsOf(app), 'Ingress', name).metadata.annotations!['nginx.ingress.kubernetes.io/canary-weight'];
    expect(['door-one-canary', 'door-two-canary'].map(weight)).toEqual(['10', '50']);
  });
});

test.each<[string, GatewayBase]>([
  ['any controller', {}],
  ['traefik', { controller: 'traefik' }],
])('an Ingress of %s is refused, and what can be done is told', (name, options) => {
  expect(() => objectsOf(shop(10, options))).toThrow(
    new RegExp(
      `\\[weight-not-carried\\][^]*expected: httpRoute, controller: 'ingress-nginx', or a canary by: 'copies'\\n {2}got: an Ingress of ${name}, and by: 'gateway'`,
    ),
  );
});
