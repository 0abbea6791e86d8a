import { Gateway, Image, Microservice, type GatewayOptions, type Listen } from '../../../src/index';
import { check } from '../../../src/check/check';
import { GATEWAY_IMPLEMENTATIONS } from '../../../src/k8s/gateway-implementations';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const API = 'gateway.networking.k8s.io/v1';
type Options = Omit<GatewayOptions, 'routes' | 'listen'> & { readonly listen?: Partial<Listen> };

function app({ listen, ...options }: Options = {}) {
  return chart((scope) => {
    const web = new Microservice(scope, 'web', { image: Image.of('shop/web:1') });
    const routes = { '/': web };
    new Gateway(scope, 'entry', { routes, listen: { className: 'traefik', ...listen }, ...options } as GatewayOptions);
  });
}

function render(options?: Options) {
  const objects = objectsOf(app(options));
  const routes = objects.filter(({ kind }) => kind === 'HTTPRoute');
  return {
    objects,
    gateway: find(objects, 'Gateway', 'entry'),
    routes: Object.fromEntries(routes.map(({ metadata, spec }) => [metadata.name, spec as Record<string, any>])), // eslint-disable-line typescript/no-explicit-any -- each test knows the content
    from: find(objects, 'NetworkPolicy', 'web').spec.ingress?.[0].from as object[] | undefined,
  };
}

const own = { allowedRoutes: { namespaces: { from: 'Same' } } };
const http = (port = 80) => ({ name: 'http', protocol: 'HTTP', port, ...own });
const https = (hostname: string | undefined, secret: string, name = 'https', port = 443) => ({
  name,
  protocol: 'HTTPS',
  port,
  ...(hostname && { hostname }),
  tls: { mode: 'Terminate', certificateRefs: [{ name: secret }] },
  ...own,
});
const everyPath = { matches: [{ path: { type: 'PathPrefix', value: '/' } }] };
const redirect = { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } };

test('without a certificate: one listener, and routes of it', () => {
  const { gateway, routes, objects } = render({ host: 'shop.example.com' });
  expect(gateway).toMatchObject({ apiVersion: API, metadata: { name: 'entry' } });
  expect(gateway.spec).toEqual({ gatewayClassName: 'traefik', listeners: [http()] });
  expect(routes).toEqual({
    entry: {
      parentRefs: [{ name: 'entry', sectionName: 'http' }],
      hostnames: ['shop.example.com'],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'web', port: 80 }] }],
    },
  });
  expect(objects.map(({ kind }) => kind)).not.toContain('Ingress');
});

test('with a certificate: TLS, and plain HTTP is redirected', () => {
  const { gateway, routes } = render({ host: 'shop.example.com', tlsSecret: 'shop-tls' });
  expect(gateway.spec.listeners).toEqual([http(), https('shop.example.com', 'shop-tls')]);
  expect(routes['entry']!.parentRefs).toEqual([{ name: 'entry', sectionName: 'https' }]);
  expect(routes['entry-redirect']).toEqual({
    parentRefs: [{ name: 'entry', sectionName: 'http' }],
    hostnames: ['shop.example.com'],
    rules: [{ ...everyPath, filters: [redirect] }],
  });
});

test('redirect: false serves both', () => {
  const { routes } = render({ host: 'shop.example.com', tlsSecret: 'shop-tls', listen: { redirect: false } });
  expect(Object.keys(routes)).toEqual(['entry']);
  expect(routes['entry']!.parentRefs).toEqual([
    { name: 'entry', sectionName: 'https' },
    { name: 'entry', sectionName: 'http' },
  ]);
});

test('each host has its certificate; a host without one is served by plain HTTP', () => {
  const { gateway, routes } = render({
    hosts: { 'a.example.com': { tlsSecret: 'a-tls' }, 'b.example.com': { tlsSecret: 'b-tls' }, 'c.example.com': {} },
  });
  expect(gateway.spec.listeners).toEqual([
    http(),
    https('a.example.com', 'a-tls'),
    https('b.example.com', 'b-tls', 'https-2'),
  ]);
  expect(routes['entry']).toMatchObject({
    hostnames: ['a.example.com', 'b.example.com'],
    parentRefs: [{ sectionName: 'https' }, { sectionName: 'https-2' }],
  });
  expect(routes['entry-2']).toMatchObject({ hostnames: ['c.example.com'], parentRefs: [{ sectionName: 'http' }] });
  expect(routes['entry-redirect']).toMatchObject({ hostnames: ['a.example.com', 'b.example.com'] });
});

test('every host name can have one certificate', () => {
  const { gateway, routes } = render({ tlsSecret: 'all-tls' });
  expect(gateway.spec.listeners).toEqual([http(), https(undefined, 'all-tls')]);
  expect(routes['entry']).toMatchObject({ parentRefs: [{ name: 'entry', sectionName: 'https' }] });
  expect(routes['entry']).not.toHaveProperty('hostnames');
  expect(routes['entry-redirect']).not.toHaveProperty('hostnames');
});

test.each<[string, object]>([
  ['traefik', redirect],
  ['eg', { ...redirect, requestRedirect: { ...redirect.requestRedirect, port: 8443 } }],
])('the ports with the class %s', (className, filter) => {
  const { gateway, routes } = render({
    host: 'a.example.com',
    tlsSecret: 'a-tls',
    listen: { className, http: 8000, https: 8443 },
  });
  expect(gateway.spec.listeners).toEqual([http(8000), https('a.example.com', 'a-tls', 'https', 8443)]);
  expect(routes['entry-redirect']!.rules).toEqual([{ ...everyPath, filters: [filter] }]);
});

test.each([
  ['letsencrypt', { 'cert-manager.io/cluster-issuer': 'letsencrypt' }],
  [{ name: 'own' }, { 'cert-manager.io/cluster-issuer': 'own' }],
  [{ name: 'own', kind: 'Issuer' as const }, { 'cert-manager.io/issuer': 'own' }],
])('an issuer creates the Secrets: %j', (issuer, annotations) => {
  const { gateway } = render({
    hosts: { 'a.example.com': {}, 'b.example.com': { tlsSecret: 'b' } },
    listen: { issuer },
  });
  expect(gateway.metadata).toMatchObject({ annotations });
  expect(gateway.spec.listeners).toEqual([
    http(),
    https('a.example.com', 'entry-tls'),
    https('b.example.com', 'b', 'https-2'),
  ]);
});

test('a timeout and changes of headers', () => {
  const { routes } = render({
    listen: { className: 'eg' },
    timeout: 30,
    cors: { origins: ['https://app.example.com'] },
    headers: {
      request: { set: { 'x-from': 'gateway' }, add: { 'x-seen': '1' }, remove: ['x-debug'] },
      response: { set: { 'x-frame-options': 'DENY' } },
    },
  });
  expect(routes['entry']!.rules).toEqual([
    expect.objectContaining({
      timeouts: { request: '30s' },
      filters: [
        expect.objectContaining({ type: 'CORS' }),
        {
          type: 'RequestHeaderModifier',
          requestHeaderModifier: {
            set: [{ name: 'x-from', value: 'gateway' }],
            add: [{ name: 'x-seen', value: '1' }],
            remove: ['x-debug'],
          },
        },
        {
          type: 'ResponseHeaderModifier',
          responseHeaderModifier: { set: [{ name: 'x-frame-options', value: 'DENY' }] },
        },
      ],
    }),
  ]);
});

test('Traefik has Middlewares for what it does not carry, and the standard filters for headers', () => {
  const { routes } = render({ cors: { origins: ['*'] }, headers: { response: { remove: ['server'] } } });
  expect(routes['entry']!.rules[0].filters).toEqual([
    { type: 'ExtensionRef', extensionRef: { group: 'traefik.io', kind: 'Middleware', name: 'entry-cors' } },
    { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['server'] } },
  ]);
});

describe('the policies admit only the proxies of the implementation', () => {
  const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
  const withGateway = { podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'entry' } } };
  test.each([
    ['eg', [namespace('envoy-gateway-system')]],
    ['traefik', [namespace('traefik')]],
    ['istio', [withGateway]],
    ['kgateway', [withGateway]],
    ['nginx', [withGateway]],
    ['gke-l7-rilb', [{ ipBlock: { cidr: '130.211.0.0/22' } }, { ipBlock: { cidr: '35.191.0.0/16' } }]],
    ['cilium', undefined],
  ])('%s', (className, from) => {
    expect(render({ listen: { className } }).from).toEqual(from);
  });

  test('Cilium has a policy of its own', () => {
    const { objects } = render({ listen: { className: 'cilium' } });
    expect(find(objects, 'CiliumNetworkPolicy', 'entry')).toMatchObject({
      apiVersion: 'cilium.io/v2',
      specs: [
        {
          endpointSelector: { matchLabels: { 'app.kubernetes.io/name': 'web' } },
          ingress: [{ fromEntities: ['ingress'], toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }] }] }],
        },
      ],
    });
  });

  test('controllerNamespace has priority, and controller names an implementation with another class', () => {
    expect(render({ controllerNamespace: 'edge' }).from).toEqual([namespace('edge')]);
    expect(render({ listen: { className: 'public' }, controller: 'envoy-gateway' }).from).toEqual([
      namespace('envoy-gateway-system'),
    ]);
    expect(render({ listen: { className: 'cilium' }, controllerNamespace: 'edge' }).objects).not.toContainEqual(
      expect.objectContaining({ kind: 'CiliumNetworkPolicy' }),
    );
  });

  test('a Gateway of another namespace', () => {
    const objects = objectsOf(
      chart((scope) => {
        const web = new Microservice(scope, 'web', { image: Image.of('shop/web:1') });
        const httpRoute = { gateway: 'public', namespace: 'infra' };
        new Gateway(scope, 'entry', { routes: { '/': web }, controller: 'istio', httpRoute });
      }),
    );
    expect(find(objects, 'NetworkPolicy', 'web').spec.ingress[0].from).toEqual([
      {
        ...namespace('infra'),
        podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'public' } },
      },
    ]);
  });
});

test.each(GATEWAY_IMPLEMENTATIONS.map(({ id }) => id))('check finds no problem with %s', (controller) => {
  const made = app({ host: 'shop.example.com', tlsSecret: 'shop-tls', controller, listen: { className: 'public' } });
  const manifests = synthesize(made).flatMap((of) => of.manifests);
  expect(check(manifests)).toEqual([]);
  expect(check(manifests, 'hardened').filter(({ code }) => /route|gateway/.test(code))).toEqual([]);
});

const lacks = (id: string, setting: string) => `The controller ${id} does not carry ${setting} of an HTTPRoute.`;
test.each<[string, Options, string]>([
  ['listen.className', { listen: { className: 'A b' } }, 'This is not a valid name of a Kubernetes object.'],
  [
    'listen.className',
    { listen: { className: undefined as never } },
    'This is not a valid name of a Kubernetes object.',
  ],
  ['listen.http', { listen: { http: 0 } }, 'The number is out of range.'],
  ['listen.https', { listen: { https: 70_000 } }, 'The number is out of range.'],
  ['listen.https', { listen: { https: 80 } }, 'Plain HTTP and TLS have the same port.'],
  ['listen.redirect', { listen: { redirect: 'no' as never } }, 'This is neither true nor false.'],
  [
    'listen.issuer',
    { listen: { issuer: 'letsencrypt' } },
    'A certificate is for host names, and the gateway has none.',
  ],
  [
    'listen.issuer',
    { host: 'a.example.com', listen: { issuer: 'A' } },
    'This is not a valid name of a Kubernetes object.',
  ],
  [
    'hosts',
    { hosts: Array.from({ length: 64 }, (_, i) => `h${i}.example.com`), listen: { issuer: 'letsencrypt' } },
    'A Gateway has at most 64 listeners: one for plain HTTP, and one for each host with a certificate.',
  ],
  ['httpRoute', { httpRoute: { gateway: 'public' } }, 'The options listen and httpRoute exclude each other.'],
  ['className', { className: 'traefik' }, 'An HTTPRoute has no class. Only its Gateway has a class.'],
  ['controller', { controller: 'istio', listen: { className: 'eg' } }, 'The class eg is that of envoy-gateway.'],
  ['controller', { controller: 'ingress-nginx' }, 'The controller ingress-nginx does not support HTTPRoute.'],
  ['timeout', { timeout: 5 }, lacks('traefik', 'timeout')],
  ['timeout', { timeout: 5, listen: { className: 'nginx' } }, lacks('nginx-gateway-fabric', 'timeout')],
  ['timeout', { timeout: 0, listen: { className: 'eg' } }, 'The number is out of range.'],
  ['cors', { cors: { origins: ['*'] }, listen: { className: 'gke-l7-rilb' } }, lacks('gke', 'cors')],
  ['maxBody', { maxBody: '1Mi', listen: { className: 'eg' } }, lacks('envoy-gateway', 'maxBody')],
  ['headers.request', { headers: { request: {} } }, 'Nothing changes.'],
  ['headers.request.set', { headers: { request: { set: { 'a b': '1' } } } }, 'This is not the name of a header.'],
  [
    "headers.response.add['x']",
    { headers: { response: { add: { x: 'a\nb' } } } },
    'This is not the value of a header.',
  ],
  [
    'headers.response.remove',
    { headers: { response: { set: { x: '1' }, remove: ['X'] } } },
    'The header is changed twice.',
  ],
  [
    'headers.request.remove',
    { headers: { request: { remove: Array.from({ length: 17 }, (_, i) => `x-${i}`) } } },
    'There are too many headers.',
  ],
])('a problem of %s', (field, options, message) => {
  expect(problemsOf(app(options))).toContainEqual(expect.objectContaining({ field, message }));
});
