import { Chart, type App } from 'cdk8s';
import { check } from '../../../src/check/check';
import { serviceImages } from '../../../src/images/docker/build';
import { defineApp, Image, Microservice, type MicroserviceOptions } from '../../../src/index';
import { localApp } from '../../../src/local/model/local-app';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/chat:1.0.0');
const models = Image.of('shop/models:3.1.0');
const volumes = { '/models': models };
const app = (options: Partial<MicroserviceOptions>) =>
  chart((scope) => new Microservice(scope, 'chat', { image, ...options }));
const manifestsOf = (built: App) => synthesize(built).flatMap(({ manifests }) => manifests);

test('the files of an image are mounted read-only', () => {
  const { spec } = find(objectsOf(app({ volumes, writable: [] })), 'Deployment', 'chat').spec.template;
  expect(spec.volumes).toEqual([
    { name: 'volume-0', image: { reference: 'shop/models:3.1.0', pullPolicy: 'IfNotPresent' } },
  ]);
  expect(spec.containers[0].volumeMounts).toEqual([{ name: 'volume-0', mountPath: '/models', readOnly: true }]);
});

test('several replicas and sidecars mount it too', () => {
  const built = app({ volumes, replicas: 3, sidecars: { index: { image, mounts: ['/models'] } } });
  const { spec } = find(objectsOf(built), 'Deployment', 'chat');
  expect(spec.strategy.type).toBe('RollingUpdate');
  expect(spec.template.spec.initContainers[0].volumeMounts).toEqual([
    { name: 'volume-0', mountPath: '/models', readOnly: true },
  ]);
});

test('an image of the project is built, and comes from the registry of the environment', () => {
  const own = Image.service('posts');
  const definition = defineApp(
    (configured) => {
      new Microservice(new Chart(configured, 'shop', { namespace: 'shop' }), 'chat', {
        image,
        volumes: { '/models': own },
      });
    },
    { prod: { images: { registry: 'registry.example.com/shop', byDigest: false } } },
  );
  const built = definition.make('prod');
  expect(serviceImages(built).map(({ reference }) => reference)).toEqual([own.reference]);
  const [, volume] = find(objectsOf(built), 'Deployment', 'chat').spec.template.spec.volumes;
  expect(volume.image.reference).toBe(`registry.example.com/shop/${own.reference}`);
});

test('the check accepts it, also in the profile hardened, and tells which clusters do not mount it', () => {
  const codes = (kubernetes: number) =>
    check(manifestsOf(app({ volumes })), 'hardened', { kubernetes })
      .filter(({ field }) => field?.includes('volumes'))
      .map(({ code, fix }) => [code, fix]);
  expect(codes(35)).toEqual([]);
  expect(codes(34)).toEqual([['feature-off', 'Remove it, or enable the feature gate ImageVolume in the cluster.']]);
});

test('callsign start does not run it, and says why', () => {
  const built = app({ volumes });
  expect(localApp(built, manifestsOf(built)).notStarted).toEqual([
    { name: 'chat', why: 'its volume of the image shop/models:3.1.0 exists only in a cluster' },
  ]);
});

test('the image is pinned', () => {
  expect(problemsOf(app({ volumes: { '/models': Image.of('shop/models') } }))).toMatchObject([
    { code: 'image-unpinned', field: 'volumes./models', got: '"shop/models"' },
  ]);
});
