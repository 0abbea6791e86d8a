import { Size } from 'cdk8s';
import {
  Gateway,
  type GatewayBase,
  type GatewayHost,
  graphOf,
  Image,
  Microservice,
  type Routes,
} from '../../../src/index';
import { check } from '../../../src/check/check';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/any:1');
/** The class of an Ingress. */
const className = 'traefik';

function render(options: GatewayBase & { host?: string } = {}) {
  const objects = objectsOf(
    chart((scope) => {
      const web = new Microservice(scope, 'web', { image: Image.of('shop/web:1') });
      const cart = new Microservice(scope, 'cart', { image: Image.of('shop/cart:1'), port: 3000 });
      new Gateway(scope, 'entry', { routes: { '/': web, '/api/cart': cart }, ...options });
    }),
  );
  return {
    objects,
    get ingress() {
      return find(objects, 'Ingress', 'entry').spec;
    },
    policy: (name: string) => find(objects, 'NetworkPolicy', name).spec,
  };
}

test('it routes path prefixes to microservices by name', () => {
  expect(render({ className }).ingress).toEqual({
    ingressClassName: className,
    rules: [
      {
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } },
            { path: '/api/cart', pathType: 'Prefix', backend: { service: { name: 'cart', port: { name: 'http' } } } },
          ],
        },
      },
    ],
  });
});

const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const ownPods = (gateway: string) => ({
  podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': gateway } },
});
test.each<[string, GatewayBase, object[]]>([
  ['nothing', {}, [inNamespace('gateway')]],
  ['controller: traefik', { controller: 'traefik' }, [inNamespace('traefik')]],
  ['controller: ingress-nginx', { controller: 'ingress-nginx' }, [inNamespace('ingress-nginx')]],
  ['className: nginx', { className: 'nginx' }, [inNamespace('ingress-nginx')]],
  ['another class', { className: 'haproxy', controllerNamespace: 'haproxy' }, [inNamespace('haproxy')]],
  [
    'a load balancer',
    { className: 'alb', controllerCidrs: ['10.0.0.0/24', '10.0.1.0/24'] },
    [{ ipBlock: { cidr: '10.0.0.0/24' } }, { ipBlock: { cidr: '10.0.1.0/24' } }],
  ],
  ['a Gateway of another namespace', { httpRoute: { gateway: 'public', namespace: 'infra' } }, [inNamespace('infra')]],
  ['a Gateway of this namespace', { httpRoute: { gateway: 'public' } }, [ownPods('public')]],
  ['the same with its name', { httpRoute: { gateway: 'public', namespace: 'shop' } }, [ownPods('public')]],
  ['a Gateway of an unknown class', { listen: { className: 'own' } }, [ownPods('entry')]],
  ['controllerNamespace', { controllerNamespace: 'infra', controller: 'traefik' }, [inNamespace('infra')]],
])('with %s, the policies admit only the proxies', (_, options, from) => {
  expect(render(options).policy('cart').ingress).toEqual([{ from, ports: [{ port: 3000, protocol: 'TCP' }] }]);
});

test.each<[string, GatewayBase, string]>([
  ['controllerNamespace', { className: 'haproxy' }, 'It is not known where the controller of this class runs'],
  ['controllerCidrs', { controllerCidrs: ['10.0.0.0'] }, 'The address range is not valid.'],
  ['controllerCidrs', { controllerCidrs: '10.0.0.0/8' as never }, 'This is not a list of address ranges.'],
  [
    'controllerCidrs',
    { controllerCidrs: ['10.0.0.0/8'], controllerNamespace: 'a' },
    'The options controllerNamespace and controllerCidrs exclude each other.',
  ],
])('a problem of %s: %j', (field, options, message) => {
  const [problem, ...more] = problemsOf(
    chart((scope) => {
      new Gateway(scope, 'entry', { routes: { '/': new Microservice(scope, 'web', { image }) }, ...options });
    }),
  );
  expect(problem).toMatchObject({ field, message: expect.stringContaining(message) });
  expect(more).toEqual([]);
});

test('host, className and tlsSecret set the fields of the Ingress', () => {
  expect(render({ host: 'shop.example.com', className, tlsSecret: 'shop-tls' }).ingress).toMatchObject({
    ingressClassName: 'traefik',
    tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
    rules: [{ host: 'shop.example.com' }],
  });
  expect(render({ className, tlsSecret: 'shop-tls' }).ingress.tls).toEqual([{ secretName: 'shop-tls' }]);
});

/** A gateway with several hosts and three microservices. */
function several(
  hosts: (
    routes: (name: 'web' | 'api' | 'admin', path?: `/${string}`) => Routes,
  ) => readonly string[] | Record<string, GatewayHost>,
  options: GatewayBase = {},
) {
  return chart((scope) => {
    const services = {
      web: new Microservice(scope, 'web', { image }),
      api: new Microservice(scope, 'api', { image }),
      admin: new Microservice(scope, 'admin', { image }),
    };
    new Gateway(scope, 'entry', {
      hosts: hosts((name, path = '/') => ({ [path]: services[name] })),
      routes: { '/': services.web, '/api': services.api },
      ...options,
    });
  });
}

describe('several hosts', () => {
  const paths = (rule: {
    host?: string;
    http: { paths: { path: string; backend: { service: { name: string } } }[] };
  }) => [rule.host, ...rule.http.paths.map(({ path, backend }) => `${path} ${backend.service.name}`)];

  test('in a list share the routes and the certificate', () => {
    const { spec } = find(
      objectsOf(several(() => ['a.example.com', '*.example.com'], { className, tlsSecret: 'shop-tls' })),
      'Ingress',
      'entry',
    );
    expect(spec.rules.map(paths)).toEqual([
      ['a.example.com', '/ web', '/api api'],
      ['*.example.com', '/ web', '/api api'],
    ]);
    expect(spec.tls).toEqual([{ hosts: ['a.example.com', '*.example.com'], secretName: 'shop-tls' }]);
  });

  test('can have their own routes and certificate', () => {
    const app = several(
      (to) => ({
        'a.example.com': {},
        'admin.example.com': { routes: to('admin'), tlsSecret: 'admin-tls' },
        'b.example.com': {},
      }),
      { className, tlsSecret: 'shop-tls' },
    );
    const { spec } = find(objectsOf(app), 'Ingress', 'entry');
    expect(spec.rules.map(paths)).toEqual([
      ['a.example.com', '/ web', '/api api'],
      ['b.example.com', '/ web', '/api api'],
      ['admin.example.com', '/ admin'],
    ]);
    expect(spec.tls).toEqual([
      { hosts: ['a.example.com', 'b.example.com'], secretName: 'shop-tls' },
      { hosts: ['admin.example.com'], secretName: 'admin-tls' },
    ]);
    expect(graphOf(app).edges.map(({ to, label }) => `${label} ${to}`)).toEqual([
      '/ shop/web',
      '/api shop/api',
      'admin.example.com/ shop/admin',
    ]);
    expect(find(objectsOf(app), 'NetworkPolicy', 'admin').spec.ingress).toHaveLength(1);
  });

  test('need no common routes if each has its own', () => {
    const app = several((to) => ({ 'a.example.com': { routes: to('web') }, 'b.example.com': { routes: to('api') } }), {
      routes: undefined,
      className,
    } as GatewayBase);
    expect(find(objectsOf(app), 'Ingress', 'entry').spec.rules.map(paths)).toEqual([
      ['a.example.com', '/ web'],
      ['b.example.com', '/ api'],
    ]);
  });
});

const cors = { origins: ['https://app.example.com', 'http://localhost:3000'] };
const everything = {
  ...cors,
  methods: ['GET'],
  headers: ['X-Token'],
  exposedHeaders: ['X-Count'],
  credentials: true,
  maxAge: 60,
};

describe('cors and maxBody', () => {
  const middlewares = (options: GatewayBase) => {
    const objects = render(options).objects;
    return {
      annotations: find(objects, 'Ingress', 'entry').metadata.annotations as Record<string, string> | undefined,
      specs: Object.fromEntries(
        objects.filter(({ kind }) => kind === 'Middleware').map(({ metadata, spec }) => [metadata.name, spec]),
      ),
    };
  };

  test('become Middlewares of Traefik, to which the Ingress refers', () => {
    expect(middlewares({ controller: 'traefik', cors, maxBody: '1Mi' })).toEqual({
      annotations: {
        'traefik.ingress.kubernetes.io/router.middlewares':
          'shop-entry-cors@kubernetescrd,shop-entry-max-body@kubernetescrd',
      },
      specs: {
        'entry-cors': {
          headers: {
            accessControlAllowOriginList: cors.origins,
            accessControlAllowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
            accessControlAllowHeaders: ['Authorization', 'Content-Type'],
            accessControlMaxAge: 3600,
            addVaryHeader: true,
          },
        },
        'entry-max-body': { buffering: { maxRequestBodyBytes: 1048576 } },
      },
    });
    expect(middlewares({ controller: 'traefik', cors: everything }).specs['entry-cors']).toEqual({
      headers: {
        accessControlAllowOriginList: cors.origins,
        accessControlAllowMethods: ['GET'],
        accessControlAllowHeaders: ['X-Token'],
        accessControlExposeHeaders: ['X-Count'],
        accessControlAllowCredentials: true,
        accessControlMaxAge: 60,
        addVaryHeader: true,
      },
    });
  });

  test('become annotations of ingress-nginx', () => {
    const nginx = (options: GatewayBase) =>
      Object.fromEntries(
        Object.entries(middlewares({ controller: 'ingress-nginx', ...options }).annotations!).map(([key, value]) => [
          key.replace('nginx.ingress.kubernetes.io/', ''),
          value,
        ]),
      );
    expect(nginx({ cors, maxBody: Size.mebibytes(8) })).toEqual({
      'callsign.dev/controller': 'ingress-nginx',
      'enable-cors': 'true',
      'cors-allow-origin': 'https://app.example.com, http://localhost:3000',
      'cors-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'cors-allow-headers': 'Authorization, Content-Type',
      'cors-allow-credentials': 'false',
      'cors-max-age': '3600',
      'proxy-body-size': '8388608',
    });
    expect(nginx({ cors: everything })).toMatchObject({
      'cors-allow-headers': 'X-Token',
      'cors-expose-headers': 'X-Count',
      'cors-allow-credentials': 'true',
      'cors-max-age': '60',
    });
  });

  test('are not set by default', () => {
    expect(middlewares({ className })).toEqual({ annotations: undefined, specs: {} });
    expect(middlewares({ controller: 'ingress-nginx' })).toEqual({
      annotations: { 'callsign.dev/controller': 'ingress-nginx' },
      specs: {},
    });
    expect(middlewares({ controller: 'traefik' })).toEqual({ annotations: undefined, specs: {} });
  });
});

describe('basicAuth', () => {
  const basicAuth = { secret: 'staff', existing: true };
  const existing = { 'callsign.dev/existing-secrets': '{"staff":["auth"]}' };
  const middlewares = (options: GatewayBase) => render(options).objects.filter(({ kind }) => kind === 'Middleware');

  test('becomes a Middleware of Traefik between those for cors and maxBody', () => {
    const options: GatewayBase = { controller: 'traefik', cors, basicAuth, maxBody: '1Mi' };
    expect(find(render(options).objects, 'Ingress', 'entry').metadata.annotations).toEqual({
      'traefik.ingress.kubernetes.io/router.middlewares':
        'shop-entry-cors@kubernetescrd,shop-entry-basic-auth@kubernetescrd,shop-entry-max-body@kubernetescrd',
    });
    expect(middlewares({ controller: 'traefik', basicAuth })).toMatchObject([
      { metadata: { name: 'entry-basic-auth', annotations: existing }, spec: { basicAuth: { secret: 'staff' } } },
    ]);
  });

  test('becomes a filter of every route of an HTTPRoute of Traefik', () => {
    const { objects } = render({ controller: 'traefik', basicAuth, httpRoute: { gateway: 'public' } });
    const { rules } = find(objects, 'HTTPRoute', 'entry').spec as { rules: { filters: object[] }[] };
    const filter = {
      type: 'ExtensionRef',
      extensionRef: { group: 'traefik.io', kind: 'Middleware', name: 'entry-basic-auth' },
    };
    expect(rules.map(({ filters }) => filters)).toEqual([[filter], [filter]]);
  });

  test('becomes annotations of ingress-nginx', () => {
    const { objects } = render({ controller: 'ingress-nginx', basicAuth });
    expect(find(objects, 'Ingress', 'entry').metadata.annotations).toEqual({
      'callsign.dev/controller': 'ingress-nginx',
      'nginx.ingress.kubernetes.io/auth-type': 'basic',
      'nginx.ingress.kubernetes.io/auth-secret': 'staff',
      ...existing,
    });
  });

  test.each(['traefik', 'ingress-nginx'] as const)('for %s a Secret that does not exist is a problem', (controller) => {
    const problems = (found: boolean) =>
      check(
        synthesize(
          several(() => ['a.example.com'], { controller, basicAuth: { secret: 'staff', existing: found } }),
        ).flatMap(({ manifests }) => manifests),
      );
    expect(problems(true)).toEqual([]);
    expect(problems(false)).toMatchObject([{ code: 'secret-missing', got: 'staff' }]);
  });
});

test('for Traefik a prefix becomes the exact path and a prefix with a slash', () => {
  const paths = render({ controller: 'traefik' }).ingress.rules[0].http.paths as {
    path: string;
    pathType: string;
    backend: { service: { name: string } };
  }[];
  expect(paths.map(({ path, pathType, backend }) => [pathType, path, backend.service.name])).toEqual([
    ['Prefix', '/', 'web'],
    ['Exact', '/api/cart', 'cart'],
    ['Prefix', '/api/cart/', 'cart'],
  ]);
});

describe('an HTTPRoute', () => {
  const httpRoute = { gateway: 'public', namespace: 'infra', listener: 'https' };
  const routes = (options: GatewayBase) =>
    render({ httpRoute, ...options }).objects.filter(({ kind }) => kind === 'HTTPRoute');
  const rules = (options: GatewayBase) => (routes(options)[0]!.spec as { rules: { filters?: object[] }[] }).rules;

  test('is attached to a Gateway of the cluster, and has the same routes as the Ingress', () => {
    const { objects } = render({ httpRoute, host: 'shop.example.com' });
    expect(objects.map(({ kind }) => kind)).not.toContain('Ingress');
    expect(find(objects, 'HTTPRoute', 'entry')).toMatchObject({ apiVersion: 'gateway.networking.k8s.io/v1' });
    expect(find(objects, 'HTTPRoute', 'entry').spec).toEqual({
      parentRefs: [{ name: 'public', namespace: 'infra', sectionName: 'https' }],
      hostnames: ['shop.example.com'],
      rules: [
        { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'web', port: 80 }] },
        { matches: [{ path: { type: 'PathPrefix', value: '/api/cart' } }], backendRefs: [{ name: 'cart', port: 80 }] },
      ],
    });
    expect(find(render({ httpRoute: { gateway: 'own' } }).objects, 'HTTPRoute', 'entry').spec).toMatchObject({
      parentRefs: [{ name: 'own' }],
    });
  });

  test('is attached to the Gateway public of the namespace gateway by default', () => {
    expect(find(render().objects, 'HTTPRoute', 'entry').spec.parentRefs).toEqual([
      { name: 'public', namespace: 'gateway' },
    ]);
    const { objects } = render({ controller: 'istio' });
    expect(find(objects, 'HTTPRoute', 'entry').spec.parentRefs).toEqual([{ name: 'public', namespace: 'gateway' }]);
  });

  test('has the standard CORS filter; for Traefik cors and maxBody are Middlewares', () => {
    const filter = {
      type: 'CORS',
      cors: {
        allowOrigins: cors.origins,
        allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        allowHeaders: ['Authorization', 'Content-Type'],
        maxAge: 3600,
      },
    };
    expect(rules({ cors }).map(({ filters }) => filters)).toEqual([[filter], [filter]]);
    expect(rules({ cors: everything })[0]!.filters).toEqual([
      {
        type: 'CORS',
        cors: {
          allowOrigins: cors.origins,
          allowMethods: ['GET'],
          allowHeaders: ['X-Token'],
          exposeHeaders: ['X-Count'],
          allowCredentials: true,
          maxAge: 60,
        },
      },
    ]);
    const extension = (name: string) => ({
      type: 'ExtensionRef',
      extensionRef: { group: 'traefik.io', kind: 'Middleware', name },
    });
    const both = [extension('entry-cors'), extension('entry-max-body')];
    expect(rules({ controller: 'traefik', cors, maxBody: '1Mi' }).map(({ filters }) => filters)).toEqual([both, both]);
    expect(
      render({ httpRoute, controller: 'traefik', maxBody: '1Mi' }).objects.filter(({ kind }) => kind === 'Middleware'),
    ).toHaveLength(1);
  });

  test('is separate for hosts with their own routes', () => {
    const objects = objectsOf(
      several((to) => ({ 'a.example.com': {}, 'admin.example.com': { routes: to('admin') } }), { httpRoute }),
    );
    expect(find(objects, 'HTTPRoute', 'entry').spec.hostnames).toEqual(['a.example.com']);
    expect(find(objects, 'HTTPRoute', 'entry-2').spec).toMatchObject({
      hostnames: ['admin.example.com'],
      rules: [{ backendRefs: [{ name: 'admin' }] }],
    });
  });

  test('contains at most sixteen hosts and sixteen rules', () => {
    const names = Array.from({ length: 17 }, (_, i) => `s${i}`);
    const app = chart((scope) => {
      const found = names.map((name): [`/${string}`, Microservice] => [
        `/${name}`,
        new Microservice(scope, name, { image }),
      ]);
      new Gateway(scope, 'entry', {
        hosts: names.map((name) => `${name}.example.com`),
        routes: Object.fromEntries(found),
        httpRoute,
      });
    });
    const sizes = objectsOf(app)
      .filter(({ kind }) => kind === 'HTTPRoute')
      .map(({ metadata, spec }) => {
        const { hostnames, rules: some } = spec as { hostnames: string[]; rules: object[] };
        return [metadata.name, hostnames.length, some.length];
      });
    expect(sizes).toEqual([
      ['entry', 16, 16],
      ['entry-2', 16, 1],
      ['entry-3', 1, 16],
      ['entry-4', 1, 1],
    ]);
  });
});

test.each<[string, GatewayBase]>([
  ['an Ingress', { className }],
  ['the default', {}],
  ['Traefik', { controller: 'traefik', cors, basicAuth: { secret: 'staff', existing: true }, maxBody: '1Mi' }],
  ['an HTTPRoute', { httpRoute: { gateway: 'public', namespace: 'infra' }, cors }],
  ['an HTTPRoute of a Gateway of the namespace', { httpRoute: { gateway: 'public' } }],
])('check finds no problem with %s', (_, options) => {
  expect(
    check(
      synthesize(several((to) => ({ 'a.example.com': {}, 'b.example.com': { routes: to('admin') } }), options)).flatMap(
        ({ manifests }) => manifests,
      ),
    ),
  ).toEqual([]);
});

test('two gateways can have the same host, but not the same path of it', () => {
  const app = (path: `/${string}`, other: object = {}) =>
    chart((scope) => {
      const web = new Microservice(scope, 'web', { image });
      new Gateway(scope, 'a', { host: 'shop.example.com', routes: { '/': web } });
      new Gateway(scope, 'b', { host: 'shop.example.com', routes: { [path]: web }, ...other });
    });
  expect(() => objectsOf(app('/api'))).not.toThrow();
  expect(() => objectsOf(app('/', { className }))).not.toThrow();
  expect(() => objectsOf(app('/'))).toThrow(
    /shop\/b · routes {2}\[route-taken\]\n {2}The gateway "shop\/a" already has the route shop\.example\.com\/\./,
  );
});
