import { Invocation, PartReference, type PlannedPart } from '../../../src/compose/plan/plan';
import { partsOf, unpinnedImages } from '../../../src/compose/write/parts';

const plan = (...parts: PlannedPart[]) => ({ name: 'shop', sources: [], parts, calls: [], secrets: [], warnings: [] });
const of = (reference: string) => new Invocation('Image.of', [reference]);
const part = (id: string, options: PlannedPart['options'], construct: PlannedPart['construct'] = 'Microservice') => ({
  construct,
  id,
  options,
});
const gateway = (host: string, routes: Record<string, PartReference>) => part('gateway', { host, routes }, 'Gateway');

test('each part says what it became, and what it runs', () => {
  const folder = new Invocation('Image.service', ['web', { folder: 'apps/web', dockerfile: 'Dockerfile' }]);
  const parts = partsOf(
    plan(
      part('data', {}, 'Volume'),
      part('db', {}, 'Database'),
      part('old', { engine: 'mysql' }, 'Database'),
      part('own', { image: of('postgis/postgis:17') }, 'Database'),
      part('web', { image: folder, replicas: 1 }),
      part('cache', { image: of('redis:8'), http: false, ports: { redis: 6379 } }),
      part('worker', { image: of('shop/worker:1'), http: false }),
    ),
  );
  expect(parts.map(({ name, kind, image }) => [name, kind, image])).toEqual([
    ['db', 'database', 'postgres:17'],
    ['old', 'database', expect.stringMatching(/^mysql:/)],
    ['own', 'database', 'postgis/postgis:17'],
    ['web', 'HTTP service', 'built from apps/web'],
    ['cache', 'server', 'redis:8'],
    ['worker', 'worker', 'shop/worker:1'],
  ]);
  expect(parts.flatMap(({ addresses }) => addresses)).toEqual([]);
});

test('the addresses are those of all gateways with a route', () => {
  const [web, api] = [new PartReference('web'), new PartReference('api')];
  const [first, second] = partsOf(
    plan(
      part('web', { image: of('shop/web:1') }),
      part('api', { image: of('shop/api:1') }),
      gateway('shop.localhost', { '/': web, '/api': api }),
      gateway('api.localhost', { '/': api }),
    ),
  );
  expect([first?.addresses, second?.addresses]).toEqual([
    ['http://shop.localhost'],
    ['http://shop.localhost/api', 'http://api.localhost'],
  ]);
});

test('images without a version are listed once, and those that the chart builds are not', () => {
  const built = new Invocation('Image.service', ['web', {}]);
  const images = ['redis', 'not valid', 'redis:8', 'redis:latest', 'redis', `redis@sha256:${'0'.repeat(64)}`].map(of);
  expect(unpinnedImages(plan(...[...images, built].map((image, i) => part(`part-${i}`, { image }))))).toEqual([
    'redis',
    'redis:latest',
  ]);
});
