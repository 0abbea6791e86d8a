import { Size, type Chart } from 'cdk8s';
import { check } from '../../../src/check/check';
import { Database, Image, Microservice, type Resources } from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/chat:1.0.0');
const app = (options: object) => chart((scope) => new Microservice(scope, 'chat', { image, ...options }));
const podOf = (options: object) => find(objectsOf(app(options)), 'Deployment', 'chat').spec.template.spec;

const resources: Resources = {
  extended: { 'nvidia.com/gpu': 1 },
  hugepages: { '2Mi': '128Mi' },
  ephemeralStorage: Size.gibibytes(2),
};
const more = { 'ephemeral-storage': '2Gi', 'nvidia.com/gpu': '1', 'hugepages-2Mi': '128Mi' };
const expected = {
  requests: { cpu: '50m', memory: '64Mi', ...more },
  limits: { memory: '256Mi', ...more },
};

test('devices, huge pages and the disk have equal requests and limits', () => {
  expect(podOf({ resources }).containers[0].resources).toEqual(expected);
});

test('init containers and sidecars have them too', () => {
  const { initContainers } = podOf({
    initContainers: { load: { image, resources } },
    sidecars: { proxy: { image, resources } },
  });
  for (const container of initContainers) expect(container.resources).toEqual(expected);
  expect(initContainers).toHaveLength(2);
});

test('databases have them too', () => {
  const objects = objectsOf(
    chart((scope: Chart) => new Database(scope, 'orders', { resources: { hugepages: { '2Mi': '256Mi' } } })),
  );
  const { requests, limits } = find(objects, 'StatefulSet', 'orders').spec.template.spec.containers[0].resources;
  expect([requests['hugepages-2Mi'], limits['hugepages-2Mi']]).toEqual(['256Mi', '256Mi']);
});

test('the check has no objection', () => {
  expect(check(synthesize(app({ resources })).flatMap(({ manifests }) => manifests))).toEqual([]);
});

test('the compiler rejects names without a domain', () => {
  // @ts-expect-error -- no domain
  const wrong: Resources = { extended: { gpu: 1 } };
  expect(problemsOf(app({ resources: wrong }))).toHaveLength(1);
});

test.each<[code: string, field: string, got: string, wrong: object]>([
  ['construct-invalid', "resources.extended['gpu']", '"gpu"', { extended: { gpu: 1 } }],
  ['construct-invalid', "resources.extended['Nvidia/gpu']", '"Nvidia/gpu"', { extended: { 'Nvidia/gpu': 1 } }],
  ['quantity-invalid', "resources.extended['nvidia.com/gpu']", '0.5', { extended: { 'nvidia.com/gpu': 0.5 } }],
  ['quantity-invalid', "resources.extended['nvidia.com/gpu']", '0', { extended: { 'nvidia.com/gpu': 0 } }],
  ['quantity-invalid', "resources.extended['nvidia.com/gpu']", '"1"', { extended: { 'nvidia.com/gpu': '1' } }],
  ['quantity-invalid', "resources.hugepages['2Mi']", '"3Mi"', { hugepages: { '2Mi': '3Mi' } }],
  ['quantity-invalid', "resources.hugepages['large']", '"large"', { hugepages: { large: '4Mi' } }],
  ['quantity-invalid', 'resources.ephemeralStorage', '"much"', { ephemeralStorage: 'much' }],
])('%s at %s, got %s', (code, field, got, wrong) => {
  expect(problemsOf(app({ resources: wrong }))).toMatchObject([{ code, field, got }]);
  expect(problemsOf(app({ sidecars: { proxy: { image, resources: wrong } } }))).toMatchObject([
    { code, field: `sidecars.proxy.${field}`, got },
  ]);
});
