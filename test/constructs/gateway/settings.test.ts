// A timeout and changes of headers of an Ingress. test/constructs/gateway/listen.test.ts has those of an HTTPRoute.
import { Gateway, Image, Microservice, type GatewayBase } from '../../../src/index';
import { chart, find, objectsOf, problemsOf } from '../render';

const app = (options: GatewayBase) =>
  chart((scope) => {
    const web = new Microservice(scope, 'web', { image: Image.of('shop/web:1') });
    new Gateway(scope, 'entry', { routes: { '/': web }, ...options });
  });

test('ingress-nginx has an annotation for the timeout', () => {
  expect(find(objectsOf(app({ controller: 'ingress-nginx', timeout: 30 })), 'Ingress', 'entry').metadata).toMatchObject(
    {
      annotations: { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '30' },
    },
  );
});

test('Traefik has a Middleware for changes of headers', () => {
  const objects = objectsOf(
    app({
      controller: 'traefik',
      headers: {
        request: { set: { 'x-from': 'gateway' }, remove: ['x-debug'] },
        response: { remove: ['server'] },
      },
    }),
  );
  expect(find(objects, 'Middleware', 'entry-headers').spec).toEqual({
    headers: {
      customRequestHeaders: { 'x-from': 'gateway', 'x-debug': '' },
      customResponseHeaders: { server: '' },
    },
  });
  expect(find(objects, 'Ingress', 'entry').metadata).toMatchObject({
    annotations: { 'traefik.ingress.kubernetes.io/router.middlewares': 'shop-entry-headers@kubernetescrd' },
  });
});

const set = { set: { x: '1' } };
test.each<[string, GatewayBase, string, string]>([
  [
    'timeout',
    { timeout: 5, className: 'nginx' },
    'An Ingress has no field for timeout: each controller configures it differently.',
    'controller: ingress-nginx',
  ],
  [
    'timeout',
    { timeout: 5, controller: 'traefik' },
    'The controller traefik does not carry timeout of an Ingress.',
    'no timeout, or controller: ingress-nginx',
  ],
  [
    'headers',
    { headers: { request: set }, className: 'nginx' },
    'An Ingress has no field for headers: each controller configures it differently.',
    'controller: traefik',
  ],
  [
    'headers',
    { headers: { request: set }, controller: 'ingress-nginx' },
    'The controller ingress-nginx does not carry headers of an Ingress.',
    'no headers, or controller: traefik',
  ],
  [
    'headers.request.add',
    { headers: { request: { add: { x: '1' } } }, controller: 'traefik' },
    'A Middleware of Traefik replaces a header, and cannot add a second one.',
    'set, or an HTTPRoute',
  ],
  [
    'controller',
    { controller: 'istio', className: 'nginx' },
    'The controller istio is one for HTTPRoutes, and a className makes an Ingress.',
    'one of traefik, ingress-nginx for an Ingress',
  ],
])('a problem of %s', (field, options, message, expected) => {
  expect(problemsOf(app(options))).toEqual([expect.objectContaining({ field, message, expected })]);
});
