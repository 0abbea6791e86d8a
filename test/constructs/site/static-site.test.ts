import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chart } from 'cdk8s';
import { check, defineApp, Gateway, StaticSite, synthesize, type StaticSiteOptions } from '../../../src/index';
import { serviceImages } from '../../../src/images/docker/build';
import { chart, find, objectsOf, problemsOf } from '../render';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsign-static-'));
  writeFileSync(join(folder, 'index.html'), '<title>Shop</title>');
});
afterEach(() => rmSync(folder, { recursive: true }));

const app = (options: Partial<StaticSiteOptions> = {}, name = 'page') =>
  chart((scope) => new StaticSite(scope, name, { folder, ...options }));
const variables = (options: Partial<StaticSiteOptions> = {}) => {
  const [container] = find(objectsOf(app(options)), 'Deployment', 'page').spec.template.spec.containers;
  return Object.fromEntries(
    (container.env as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
  );
};

test('it is a microservice with its own image, and a gateway can route to it', () => {
  const built = chart(
    (scope) =>
      new Gateway(scope, 'entry', {
        routes: { '/': new StaticSite(scope, 'page', { folder, replicas: 3, resources: { cpu: '10m' } }) },
      }),
  );
  const objects = objectsOf(built);
  expect(find(objects, 'Deployment', 'page').spec).toMatchObject({
    replicas: 3,
    template: {
      spec: {
        containers: [
          { image: expect.stringMatching(/^callsign\/page:[0-9a-f]{12}$/), resources: { requests: { cpu: '10m' } } },
        ],
      },
    },
  });
  expect(find(objects, 'HTTPRoute', 'entry').spec.rules[0].backendRefs[0].name).toBe('page');
  expect(serviceImages(built).map(({ name, source }) => [name, source.site])).toEqual([
    ['page', { folder, assets: ['assets', 'static'], keep: 3 }],
  ]);
  expect(check(synthesize(built).flatMap(({ manifests }) => manifests))).toEqual([]);
});

test('its replicas find each other, also before they are ready, and only they use the additional Service', () => {
  const objects = objectsOf(app());
  const pods = { 'app.kubernetes.io/name': 'page', 'app.kubernetes.io/instance': 'shop' };
  expect(find(objects, 'Service', 'page-peers').spec).toMatchObject({
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    selector: pods,
  });
  const policy = find(objects, 'NetworkPolicy', 'page-peers').spec;
  const [peer, port] = [{ podSelector: { matchLabels: pods } }, { port: 8080, protocol: 'TCP' }];
  expect(policy).toEqual({
    podSelector: { matchLabels: pods },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [peer], ports: [port] }],
    egress: [{ to: [peer], ports: [port] }],
  });
});

test('fallback and headers are variables, so they do not change the image', () => {
  expect(variables()).toEqual({ PORT: '8080', SITE_FALLBACK: '/index.html', SITE_PEERS: 'page-peers' });
  expect(variables({ fallback: false, headers: { 'x-frame-options': 'DENY' } })).toEqual({
    PORT: '8080',
    SITE_HEADERS: '{"x-frame-options":"DENY"}',
    SITE_PEERS: 'page-peers',
  });
});

test('its tag depends on the page and the options of assets, but not on hidden files', () => {
  const tag = (options?: Partial<StaticSiteOptions>) =>
    find(objectsOf(app(options)), 'Deployment', 'page').spec.template.spec.containers[0].image as string;
  const before = tag();
  writeFileSync(join(folder, '.env'), 'SECRET=1');
  expect(tag()).toBe(before);
  const tags = [before, tag({ keep: 0 }), tag({ assets: ['/'] }), tag({ repository: 'ghcr.io/shop/page' })];
  writeFileSync(join(folder, 'index.html'), '<title>Other</title>');
  tags.push(tag());
  expect(new Set(tags).size).toBe(5);
  expect(tags[3]).toBe(before.replace('callsign/page', 'ghcr.io/shop/page'));
});

test('an environment can override its options', () => {
  class Shop extends Chart {
    readonly parts = { page: new StaticSite(this, 'page', { folder }) };
  }
  const made = defineApp<Shop['parts']>((scope) => new Shop(scope, 'shop', { namespace: 'shop' }), {
    prod: { page: { replicas: 4 } },
  }).make('prod');
  expect(find(objectsOf(made), 'Deployment', 'page').spec.replicas).toBe(4);
});

test.each<[string, string, string | undefined, () => ReturnType<typeof app>]>([
  ['a page that was not built', 'site-not-built', 'folder', () => app({ folder: join(folder, 'dist') })],
  ['a folder of assets outside the page', 'path-invalid', 'assets[0]', () => app({ assets: ['../assets'] })],
  ['a folder of assets with a star', 'path-invalid', 'assets[1]', () => app({ assets: ['assets', 'js/*'] })],
  ['half a release', 'construct-invalid', 'keep', () => app({ keep: 0.5 })],
  ['a header with a space', 'header-invalid', 'headers.x frame', () => app({ headers: { 'x frame': '1' } })],
  [
    'a header of two lines',
    'header-invalid',
    'headers.x-frame-options',
    () => app({ headers: { 'x-frame-options': 'DENY\nset-cookie: a=1' } }),
  ],
  ['a name that is too long', 'name-invalid', undefined, () => app({}, 'p'.repeat(58))],
])('%s', (_, code, field, make) => {
  expect(problemsOf(make())).toMatchObject([{ code, ...(field && { field }), fix: expect.stringMatching(/\.$/) }]);
});

test('the fix for a page that was not built', () => {
  expect(problemsOf(app({ folder: 'shop/dist' }))).toMatchObject([
    {
      message: 'The file shop/dist/index.html does not exist, so there is no page to serve.',
      fix: expect.stringContaining('Build the page first'),
    },
  ]);
});

test('it cannot be live, because its image has no source', () => {
  const made = defineApp<{ page: StaticSite }>(
    (scope) => new StaticSite(new Chart(scope, 'shop', { namespace: 'shop' }), 'page', { folder }),
    { dev: { page: { live: true } } },
  ).make('dev');
  expect(problemsOf(made)).toMatchObject([{ code: 'live-invalid' }]);
});
