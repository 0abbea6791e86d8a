import { readManifests } from '../../../src/check/read/read';
import { World } from '../../../src/check/world/world';

const deployment = (name: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: shop }\nspec:\n  template:\n    metadata: { labels: { app: ${name} } }\n    spec: { containers: [] }\n`;
const world = new World(readManifests(['cart', 'till'].map(deployment).join('---\n'), 'a.yaml').manifests);
const selected = (matchLabels: unknown, namespace = 'shop') =>
  world.select(namespace, { matchLabels } as never).map(({ manifest }) => manifest.object.metadata.name);

test('the same labels select the same pods again, and others in another namespace', () => {
  const labels = { app: 'cart' };
  expect([selected(labels), selected(labels), selected(labels, 'other'), selected(labels)]).toEqual([
    ['cart'],
    ['cart'],
    [],
    ['cart'],
  ]);
});

test.each(['a text', 1, true, null])('labels that are %j break nothing', (labels) => {
  expect(() => selected(labels)).not.toThrow();
});
