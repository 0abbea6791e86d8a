import { Chart } from 'cdk8s';
import type { App } from 'cdk8s';
import blog from '../../src/charts/app';
import databases from '../../src/charts/examples/databases';
import ghost from '../../src/charts/patterns/ghost';
import nextPostgres from '../../src/charts/patterns/next-postgres';
import { CronTask, Database, defineApp, Image, Microservice, Namespace, StaticSite, Task } from '../../src/index';
import { SHAPES } from '../charts/all';
import { temporaryFolder } from '../cli/run';
import { objectsOf } from '../constructs/render';

// Each image of each object is in the mirror of the environment, except our own images.

const MIRROR = 'mirror.example.com/all';
const OWN = /^callsign\//;

const folder = temporaryFolder();
beforeEach(() => folder.put('index.html', '<!doctype html>'));

/** One app with each option that names an image. */
const everything = defineApp((app) => {
  const scope = new Chart(app, 'shop', { namespace: 'shop' });
  new Namespace(scope, 'shop', { rebalance: true });
  const image = Image.of('shop/any:1');
  new Microservice(scope, 'cart', {
    image,
    schedule: [{ at: '08:00', replicas: 2 }],
    database: new Database(scope, 'orders', { backup: {} }),
    initContainers: { first: { image: Image.of('busybox:1.37') } },
    sidecars: { logs: { image: Image.of('quay.io/fluent/fluent-bit:4.2.0') } },
    strategy: { canary: { image: Image.of('shop/any:2'), weight: 50 } },
  });
  new Microservice(scope, 'blue', { image, strategy: { blueGreen: { green: Image.of('shop/any:3') } } });
  new Microservice(scope, 'own', { image: Image.service('posts') });
  new Task(scope, 'once', { image });
  new CronTask(scope, 'nightly', { image, schedule: '@daily' });
  new StaticSite(scope, 'page', { folder: folder.path });
  new Database(scope, 'stock', { engine: 'mysql', backup: {} });
  new Database(scope, 'cluster', { instances: 3, backup: {} });
});

const DEFINITIONS = { blog, ...SHAPES, ghost, 'next-postgres': nextPostgres, databases, everything };
const apps = Object.entries(DEFINITIONS).flatMap(([name, definition]) =>
  [undefined, ...definition.environments].map((environment): [string, (shell: Record<string, string>) => App] => [
    [name, environment].filter(Boolean).join(' in '),
    (shell) => definition.make(environment, shell),
  ]),
);

/** The images that any field of an object names: `image` of containers and volumes, `imageName` of operators. */
function* imagesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (/^image(Name)?$/.test(key) && typeof member === 'string') yield member;
    else if (key === 'image' && typeof member === 'object') yield (member as { reference: string }).reference;
    else yield* imagesIn(member);
  }
}

const escaping = (app: App) =>
  [...imagesIn(objectsOf(app))].filter((image) => !image.startsWith(`${MIRROR}/`) && !OWN.test(image));

test.each(apps)('in %s, no third-party image escapes the mirror', (_, make) => {
  expect(escaping(make({ CALLSIGN_IMAGES_MIRROR: MIRROR }))).toEqual([]);
});

test('without a mirror, the same images are found', () => {
  expect(new Set(escaping(everything.make()))).toEqual(
    new Set([
      'shop/any:1',
      'shop/any:2',
      'shop/any:3',
      'busybox:1.37',
      'quay.io/fluent/fluent-bit:4.2.0',
      'node:24-slim',
      expect.stringMatching(/^postgres:/),
      expect.stringMatching(/^mysql:/),
      expect.stringMatching(/^ghcr\.io\/cloudnative-pg\/postgresql:/),
    ]),
  );
});

test('our own images come from the registry, and not from the mirror', () => {
  const app = defineApp(
    (root) => {
      new Microservice(new Chart(root, 'shop', { namespace: 'shop' }), 'own', { image: Image.service('posts') });
    },
    { prod: { images: { registry: 'registry.example.com/own', mirror: MIRROR, byDigest: false } } },
  ).make('prod');
  expect([...imagesIn(objectsOf(app))]).toEqual([
    expect.stringMatching(/^registry\.example\.com\/own\/callsign\/posts:/),
  ]);
});

test('a mirror of single registries leaves the images of others', () => {
  const app = defineApp(
    (root) => {
      const scope = new Chart(root, 'shop', { namespace: 'shop' });
      new Microservice(scope, 'a', { image: Image.of('redis:8') });
      new Microservice(scope, 'b', { image: Image.of('quay.io/minio/minio:1') });
    },
    { prod: { images: { mirror: { 'docker.io': 'harbor.example.com/hub' } } } },
  ).make('prod');
  expect([...imagesIn(objectsOf(app))]).toEqual(['harbor.example.com/hub/library/redis:8', 'quay.io/minio/minio:1']);
});
