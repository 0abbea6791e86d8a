import { allowCall, app, changesBetween, denyAll, namespace, object, policy } from './manifests';

const web = app('web');
const cart = app('cart');
const shop = [namespace('shop'), web, cart, denyAll()];
const from = (peers: readonly object[], ports: readonly object[] = [{ port: 8080 }], name = 'cart-in') =>
  policy(name, {
    podSelector: { matchLabels: { app: 'cart' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: peers, ports }],
  });
const to = (peers: readonly object[] | undefined, ports?: readonly object[]) =>
  policy('web-out', {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Egress'],
    egress: [{ to: peers, ports }],
  });

describe('calls that policies open and close', () => {
  test('opened', () => {
    expect(changesBetween(shop, [...shop, allowCall('web', 'cart')])).toEqual([
      'call opened shop/web → shop/cart :8080',
    ]);
  });

  test('closed', () => {
    expect(changesBetween([...shop, allowCall('web', 'cart')], shop)).toEqual([
      'call closed shop/web → shop/cart :8080',
    ]);
  });

  test('one side alone opens nothing', () => {
    const [out = '', into = ''] = allowCall('web', 'cart').split('---\n');
    expect(changesBetween(shop, [...shop, out])).toEqual([]);
    expect(changesBetween(shop, [...shop, into])).toEqual([]);
  });

  test('a named port is the port of the called pods', () => {
    expect(changesBetween(shop, [...shop, allowCall('web', 'cart', 'http')])).toEqual([
      'call opened shop/web → shop/cart :8080',
    ]);
    expect(changesBetween(shop, [...shop, allowCall('web', 'cart', 'metrics')])).toEqual([]);
    const open = [...shop, allowCall('web', 'cart', 'http')];
    expect(changesBetween(open, [...open.filter((text) => text !== cart), app('cart', { portName: 'other' })])).toEqual(
      ['call closed shop/web → shop/cart :8080'],
    );
  });

  test('a range of ports contains the port', () => {
    const rule = { port: 8000, endPort: 8100 };
    const closed = [...shop, to([{ podSelector: {} }])];
    expect(changesBetween(closed, [...closed, from([{ podSelector: {} }], [rule])])).toEqual([
      'call opened shop/web → shop/cart :8080',
    ]);
    expect(changesBetween(closed, [...closed, from([{ podSelector: {} }], [{ ...rule, protocol: 'UDP' }])])).toEqual(
      [],
    );
  });

  test('the default deny of a namespace closes all its calls', () => {
    expect(changesBetween([namespace('shop'), web, cart], shop)).toEqual([
      'exposure closed any address → shop/cart :8080 [shop/web]',
      'exposure closed any address → shop/web :8080 [shop/cart]',
      'exposure closed shop/cart → any address',
      'exposure closed shop/web → any address',
    ]);
  });

  test('a label of a namespace that changes', () => {
    const rest = [web, cart, denyAll(), app('job', { in: 'tools' })];
    const rule = from([{ namespaceSelector: { matchLabels: { team: 'a' } } }]);
    const before = [namespace('shop'), namespace('tools', { team: 'b' }), ...rest, rule];
    const after = [namespace('shop'), namespace('tools', { team: 'a' }), ...rest, rule];
    expect(changesBetween(before, after)).toEqual(['call opened tools/job → shop/cart :8080']);
    expect(changesBetween(after, before)).toEqual(['call closed tools/job → shop/cart :8080']);
  });

  test('pods of a namespace that the manifests do not contain', () => {
    const monitoring = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
    expect(changesBetween(shop, [...shop, from([monitoring])])).toEqual([
      'call opened every pod in namespace monitoring → shop/cart :8080',
    ]);
    const narrow = { ...monitoring, podSelector: { matchLabels: { app: 'prometheus' } } };
    expect(changesBetween([...shop, from([monitoring])], [...shop, from([narrow])])).toEqual([
      'call closed every pod in namespace monitoring → shop/cart :8080',
    ]);
    expect(changesBetween([...shop, from([narrow])], [...shop, from([monitoring])])).toEqual([
      'call opened every pod in namespace monitoring → shop/cart :8080',
    ]);
  });

  test('all pods of all namespaces include the known ones', () => {
    const closed = [...shop, to([{ podSelector: {} }])];
    expect(changesBetween(closed, [...closed, from([{ namespaceSelector: {} }])])).toEqual([
      'call opened every pod in every namespace → shop/cart :8080 [shop/web]',
    ]);
  });

  test('a workload that leaves takes its calls with it', () => {
    const open = [...shop, allowCall('web', 'cart')];
    expect(
      changesBetween(
        open,
        open.filter((text) => text !== web),
      ),
    ).toEqual(['call closed shop/web → shop/cart :8080']);
  });

  test('a new port of a workload', () => {
    const all = [namespace('shop'), web, cart];
    expect(changesBetween(all, [namespace('shop'), web, app('cart', { port: 9090 })])).toEqual([
      'exposure opened any address → shop/cart :9090 (no policy restricts it) [shop/web]',
      'exposure closed any address → shop/cart :8080 [shop/web]',
    ]);
  });
});

describe('no difference', () => {
  const open = [...shop, allowCall('web', 'cart')];

  test.each<[string, string[], string[]]>([
    ['the same manifests', open, open],
    ['another order of the objects', open, open.toReversed()],
    ['a renamed policy', [...shop, from([{}])], [...shop, from([{}], undefined, 'other')]],
    [
      'reordered peers and labels',
      [
        ...shop,
        from([{ podSelector: { matchLabels: { app: 'web', tier: 'a' } } }, { ipBlock: { cidr: '1.2.3.0/24' } }]),
      ],
      [
        ...shop,
        from([{ ipBlock: { cidr: '1.2.3.0/24' } }, { podSelector: { matchLabels: { tier: 'a', app: 'web' } } }]),
      ],
    ],
    [
      'a label as an expression',
      [...shop, from([{ podSelector: { matchLabels: { app: 'gone' } } }])],
      [...shop, from([{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['gone'] }] } }])],
    ],
    [
      'a Deployment that becomes a StatefulSet',
      open,
      [...open.filter((text) => text !== cart), app('cart', { kind: 'StatefulSet' })],
    ],
    [
      'another image and other variables',
      open,
      [...open.filter((text) => text !== cart), app('cart', { image: 'b:2', env: { A: 'b' } })],
    ],
    [
      'a Service with another port to the same pods',
      open,
      [...open.filter((text) => text !== cart), app('cart', { service: { ports: [{ port: 81, targetPort: 8080 }] } })],
    ],
    [
      'a rule that others contain',
      [...open, from([])],
      [...open, from([]), from([{ namespaceSelector: {} }], undefined, 'more')],
    ],
    [
      'addresses that others contain',
      [...open, from([{ ipBlock: { cidr: '10.0.0.0/8' } }])],
      [...open, from([{ ipBlock: { cidr: '10.0.0.0/8' } }, { ipBlock: { cidr: '10.1.0.0/16' } }])],
    ],
    [
      'addresses in two halves',
      [...shop, to([{ ipBlock: { cidr: '10.0.0.0/8' } }])],
      [...shop, to([{ ipBlock: { cidr: '10.0.0.0/9' } }, { ipBlock: { cidr: '10.128.0.0/9' } }])],
    ],
  ])('%s', (_, before, after) => {
    expect(changesBetween(before, after)).toEqual([]);
    expect(changesBetween(after, before)).toEqual([]);
  });

  test('the hash in the name of a Job', () => {
    const job = (name: string) =>
      object('Job', 'batch/v1', name, 'shop', {
        template: { metadata: { labels: { app: 'job' } }, spec: { containers: [{ name: 'job', image: 'a:1' }] } },
      });
    expect(changesBetween([job('migrate-671ef947')], [job('migrate-0a1b2c3d')])).toEqual([]);
    expect(changesBetween([job('migrate-671ef947')], [job('migrate-671ef947'), job('migrate-0a1b2c3d')])).toEqual([
      'exposure opened shop/migrate-0a1b2c3d (Job) → any address (no policy restricts it)',
    ]);
  });
});

describe('the outside comes first', () => {
  test('a policy that is removed', () => {
    const [deny, rest] = [denyAll(), [namespace('shop'), web, app('postgres', { image: 'postgres:17', port: 5432 })]];
    expect(changesBetween([deny, ...rest], rest)).toEqual([
      'exposure opened any address → shop/postgres :5432 (no policy restricts it) [shop/web]',
      'exposure opened any address → shop/web :8080 (no policy restricts it) [shop/postgres]',
      'exposure opened shop/postgres → any address (no policy restricts it)',
      'exposure opened shop/web → any address (no policy restricts it)',
    ]);
  });

  test('a rule without peers admits any address', () => {
    expect(changesBetween(shop, [...shop, from([])])).toEqual(['exposure opened any address → shop/cart :8080']);
  });

  test('ranges of addresses, with exceptions', () => {
    const all = { ipBlock: { cidr: '0.0.0.0/0' } };
    const some = { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32', '10.0.0.0/8'] } };
    expect(changesBetween([...shop, to([some], [{ port: 443 }])], [...shop, to([all], [{ port: 443 }])])).toEqual([
      'exposure opened shop/web → any address :443 (before only 0.0.0.0/0 except 10.0.0.0/8, 169.254.169.254/32)',
    ]);
    expect(changesBetween([...shop, to([all], [{ port: 443 }])], [...shop, to([some], [{ port: 443 }])])).toEqual([
      'exposure closed shop/web → any address :443 (still open for 0.0.0.0/0 except 10.0.0.0/8, 169.254.169.254/32)',
    ]);
  });

  test('egress to the internet', () => {
    expect(changesBetween(shop, [...shop, to(undefined)])).toEqual(['exposure opened shop/web → any address']);
    expect(changesBetween(shop, [...shop, to(undefined, [{ port: 443 }])])).toEqual([
      'exposure opened shop/web → any address :443',
    ]);
    const wider = [{ port: 443 }, { port: 8000, endPort: 8100 }];
    expect(changesBetween([...shop, to(undefined, [{ port: 443 }])], [...shop, to(undefined, wider)])).toEqual([
      'exposure opened shop/web → any address :8000-8100',
    ]);
    expect(changesBetween([...shop, to(undefined)], [...shop, to(undefined, wider)])).toEqual([
      'exposure closed shop/web → any address',
    ]);
  });

  test('DNS is no difference', () => {
    expect(changesBetween(shop, [...shop, to(undefined, [{ port: 53, protocol: 'UDP' }, { port: 53 }])])).toEqual([]);
  });

  test('an ipBlock does not open the pods of the cluster', () => {
    const open = [...shop, from([{ podSelector: {} }])];
    expect(changesBetween(open, [...open, to([{ ipBlock: { cidr: '203.0.113.0/24' } }])])).toEqual([
      'exposure opened shop/web → 203.0.113.0/24',
    ]);
  });

  test('pods on the host network are not restricted', () => {
    const daemon = app('agent', { kind: 'DaemonSet', pod: { hostNetwork: true } });
    expect(changesBetween(shop, [...shop, daemon])).toEqual([
      'exposure opened any address → shop/agent :8080 (no policy restricts it)',
      'exposure opened port 8080 of the nodes → shop/agent :8080 (hostNetwork)',
      'exposure opened shop/agent → any address (no policy restricts it)',
    ]);
  });

  const ingress = (name: string, host: string, path = '/') =>
    object('Ingress', 'networking.k8s.io/v1', name, 'shop', {
      rules: [
        {
          host,
          http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
        },
      ],
    });
  const route = object('HTTPRoute', 'gateway.networking.k8s.io/v1', 'door', 'shop', {
    parentRefs: [{ name: 'public' }],
    hostnames: ['shop.example'],
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'web', port: 80 }] }],
  });

  test('an Ingress', () => {
    expect(changesBetween(shop, [...shop, ingress('a', 'shop.example')])).toEqual([
      'exposure opened shop.example/ → shop/web :8080 (Ingress)',
    ]);
    expect(changesBetween([...shop, ingress('a', 'shop.example')], [...shop, ingress('b', 'shop.example')])).toEqual(
      [],
    );
    expect(
      changesBetween([...shop, ingress('a', 'shop.example')], [...shop, ingress('a', 'other.example', '/a')]),
    ).toEqual([
      'exposure opened other.example/a → shop/web :8080 (Ingress)',
      'exposure closed shop.example/ → shop/web :8080 (Ingress)',
    ]);
  });

  test('an HTTPRoute', () => {
    expect(changesBetween(shop, [...shop, route])).toEqual([
      'exposure opened shop.example/ → shop/web :8080 (HTTPRoute)',
    ]);
    expect(changesBetween([...shop, ingress('a', 'shop.example')], [...shop, route])).toEqual([]);
  });

  test('a default backend without its Service', () => {
    const all = object('Ingress', 'networking.k8s.io/v1', 'a', 'shop', {
      defaultBackend: { service: { name: 'gone', port: { name: 'http' } } },
    });
    expect(changesBetween(shop, [...shop, all])).toEqual([
      'exposure opened any host/ → Service shop/gone :http (Ingress)',
    ]);
  });

  test.each([
    [{ type: 'LoadBalancer' }, 'LoadBalancer port 80'],
    [
      { type: 'LoadBalancer', loadBalancerSourceRanges: ['9.9.9.9/32', '8.8.8.8/32'] },
      'LoadBalancer port 80 for 8.8.8.8/32, 9.9.9.9/32',
    ],
    [{ type: 'NodePort' }, 'NodePort'],
    [{ type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }] }, 'NodePort port 30080'],
    [{ externalIPs: ['192.0.2.1'] }, 'external IP port 80'],
  ])('a Service with %j', (service, text) => {
    const exposed = [...shop.filter((one) => one !== cart), app('cart', { service })];
    expect(changesBetween(shop, exposed)).toEqual([`exposure opened ${text} → shop/cart :8080 (Service)`]);
    expect(changesBetween(exposed, shop)).toEqual([`exposure closed ${text} → shop/cart :8080 (Service)`]);
  });

  test('a port of the nodes', () => {
    const pod = { containers: [{ name: 'cart', image: 'a:1', ports: [{ containerPort: 8080, hostPort: 80 }] }] };
    expect(changesBetween(shop, [...shop.filter((one) => one !== cart), app('cart', { pod })])).toEqual([
      'exposure opened port 80 of the nodes → shop/cart :8080 (hostPort)',
    ]);
  });
});

describe('databases', () => {
  test.each([
    ['the image', app('store', { image: 'docker.io/library/postgres:17@sha256:0' })],
    ['the port', app('store', { port: 3306 })],
    [
      'the claims',
      app('store', { kind: 'StatefulSet', spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } }),
    ],
  ])('by %s', (_, store) => {
    const port = store.includes('3306') ? 3306 : 8080;
    const all = [...shop, store];
    expect(changesBetween(all, [...all, allowCall('web', 'store', port), allowCall('cart', 'web')])).toEqual([
      `database opened shop/web → shop/store :${port}`,
      'call opened shop/cart → shop/web :8080',
    ]);
  });

  test('the Cluster of an operator', () => {
    const cluster = object('Cluster', 'postgresql.cnpg.io/v1', 'db', 'shop', { instances: 2 });
    const rule = policy('db-in', {
      podSelector: { matchLabels: { 'cnpg.io/cluster': 'db' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 5432 }] }],
    });
    const all = [...shop, cluster, to([{ podSelector: {} }])];
    expect(changesBetween(all, [...all, rule])).toEqual(['database opened shop/web → shop/db :5432']);
  });

  test('a new program that is open to everything is listed with the database that it reaches', () => {
    const db = app('db', { image: 'redis:7', port: 6379 });
    expect(changesBetween([db], [db, web])).toEqual([
      'exposure opened any address → shop/web :8080 (no policy restricts it) [shop/db]',
      'exposure opened shop/web → any address (no policy restricts it)',
      'database opened shop/web → shop/db :6379',
    ]);
  });
});

describe('calls that the manifests contain', () => {
  const caller = app('web', { env: { CART_URL: 'http://cart' } });

  test('a new call that the policies already allow', () => {
    const all = [namespace('shop'), cart];
    expect(changesBetween([...all, web], [...all, caller])).toEqual(['call added shop/web → shop/cart :8080']);
    expect(changesBetween([...all, caller], [...all, web])).toEqual(['call removed shop/web → shop/cart :8080']);
  });

  test('a new call that the policies block', () => {
    expect(changesBetween(shop, [...shop.filter((one) => one !== web), caller])).toEqual([
      'call added shop/web → shop/cart :8080 (the policies block it)',
    ]);
  });

  test('a call together with its policies', () => {
    const open = [...shop.filter((one) => one !== web), caller, allowCall('web', 'cart')];
    expect(changesBetween(shop, open)).toEqual([
      'call opened shop/web → shop/cart :8080 (the manifests contain this call)',
    ]);
    expect(changesBetween(open, shop)).toEqual([
      'call closed shop/web → shop/cart :8080 (the manifests no longer contain this call)',
    ]);
    expect(changesBetween(open, open.slice(0, -1))).toEqual([
      'call closed shop/web → shop/cart :8080 (the manifests still contain this call)',
    ]);
  });

  test('a call to a Service that the manifests do not contain', () => {
    const other = app('web', { env: { CART_URL: 'http://cart.shop:81' } });
    expect(changesBetween([web], [other])).toEqual(['call added shop/web → Service shop/cart :81']);
  });

  test('a Service that moves to another namespace', () => {
    const moved = app('cart', { in: 'backend' });
    const calling = app('web', { env: { CART_URL: 'http://cart.backend' } });
    expect(
      changesBetween([...shop.slice(0, 3), caller], [namespace('backend'), namespace('shop'), calling, moved]),
    ).toEqual([
      'exposure opened any address → backend/cart :8080 (no policy restricts it)',
      'exposure opened backend/cart → any address (no policy restricts it) [shop/web:8080]',
      'exposure closed any address → shop/cart :8080',
      'exposure closed shop/cart → any address [shop/web:8080]',
      'call opened shop/web → backend/cart :8080 (the manifests contain this call)',
      'call closed shop/web → shop/cart :8080 (the manifests no longer contain this call)',
    ]);
  });
});
