import { Image, Microservice, Task } from '../../src/index';
import { synthesize } from '../../src/synth/synthesize';
import { chart } from '../constructs/render';
import { connectivityChanges } from '../../src/connectivity/compare';
import { graphOfChanges, graphOfManifests } from '../../src/connectivity/manifest-graph';
import { mermaid } from '../../src/links/diagrams';
import { allowCall, app, denyAll, manifestsOf, namespace, object, policy } from './manifests';

const web = app('web', { env: { CART_URL: 'http://cart' } });
const cart = app('cart');
const edgesOf = (...texts: readonly string[]) =>
  graphOfManifests(manifestsOf(...texts)).edges.map(({ from, to, label, state }) =>
    [from, '→', to, label, state].filter(Boolean).join(' '),
  );

test('calls that the manifests contain, and the kinds of the nodes', () => {
  const db = app('db', { image: 'postgres:17', port: 5432 });
  const worker = object('Deployment', 'apps/v1', 'worker', 'shop', {
    template: {
      metadata: { labels: { app: 'worker' } },
      spec: { containers: [{ name: 'a', image: 'a:1', env: [{ name: 'DATABASE_URL', value: 'postgres://db/shop' }] }] },
    },
  });
  const graph = graphOfManifests(manifestsOf(web, cart, db, worker));
  expect(graph.nodes.map(({ id, name, namespace: space, kind }) => [id, name, space, kind])).toEqual([
    ['shop/web', 'web', 'shop', 'microservice'],
    ['shop/cart', 'cart', 'shop', 'microservice'],
    ['shop/db', 'db', 'shop', 'database'],
    ['shop/worker', 'worker', 'shop', 'worker'],
  ]);
  expect(graph.edges).toEqual([
    { from: 'shop/web', to: 'shop/cart' },
    { from: 'shop/worker', to: 'shop/db' },
  ]);
});

test('a call that the policies block', () => {
  expect(edgesOf(web, cart, denyAll())).toEqual(['shop/web → shop/cart blocked']);
});

test('a call that policies allow by name, although no manifest contains it', () => {
  expect(edgesOf(app('web'), cart, denyAll(), allowCall('web', 'cart'))).toEqual(['shop/web → shop/cart allowed']);
  // The whole namespace is not drawn as a call of each workload.
  const all = { podSelector: {} };
  const open = policy('open', {
    ...all,
    ingress: [{ from: [all] }],
    egress: [{ to: [all] }],
    policyTypes: ['Ingress', 'Egress'],
  });
  expect(edgesOf(app('web'), cart, denyAll(), open)).toEqual([]);
  expect(edgesOf(web, cart, denyAll(), open)).toEqual(['shop/web → shop/cart']);
});

test('routes, load balancers and addresses', () => {
  const route = object('Ingress', 'networking.k8s.io/v1', 'door', 'shop', {
    rules: [
      {
        host: 'shop.example',
        http: { paths: [{ path: '/a', backend: { service: { name: 'web', port: { number: 80 } } } }] },
      },
    ],
  });
  const out = policy('out', {
    podSelector: { matchLabels: { app: 'cart' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443 }] }],
  });
  expect(edgesOf(app('web'), app('cart', { service: { type: 'LoadBalancer' } }), route, out)).toEqual([
    'shop.example → shop/web /a',
    'LoadBalancer port 80 → shop/cart',
    'shop/cart → 203.0.113.0/24 443 allowed',
  ]);
});

test('a Service without pods in the manifests', () => {
  expect(edgesOf(namespace('shop'), web)).toEqual(['shop/web → Service shop/cart']);
});

test('the picture of a change marks what it opens, and dashes what it closes', () => {
  const before = manifestsOf(app('web'), cart, denyAll(), allowCall('cart', 'web'));
  const after = manifestsOf(app('web'), cart, denyAll(), allowCall('web', 'cart'));
  expect(mermaid(graphOfChanges(connectivityChanges(before, after)))).toBe(`flowchart LR
  subgraph ns1["shop"]
    n0["web"]
    n1["cart"]
  end
  n0 ==>|"opened 8080"| n1
  n1 -.->|"closed 8080"| n0
`);
});

test('the order of tasks', () => {
  const image = Image.of('shop/orders:1.0.0');
  const shop = chart((scope) => {
    const orders = new Microservice(scope, 'orders', { image });
    const migration = new Task(scope, 'migration', { image, before: [orders] });
    const search = new Microservice(scope, 'search', { image });
    new Task(scope, 'index', { image, after: [search, migration] });
  });
  const { nodes, edges } = graphOfManifests(synthesize(shop).flatMap(({ manifests }) => manifests));
  expect(nodes.filter(({ kind }) => kind === 'task').map(({ name }) => name)).toEqual(['migration', 'index']);
  expect(
    edges.filter(({ isOrder }) => isOrder).toSorted((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1)),
  ).toEqual([
    { from: 'shop/index', to: 'shop/migration', isOrder: true },
    { from: 'shop/index', to: 'shop/search', isOrder: true },
    { from: 'shop/orders', to: 'shop/migration', isOrder: true },
  ]);
});
