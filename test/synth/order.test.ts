import * as fc from 'fast-check';
import type { KubeObject } from '../../src/k8s/objects';
import { compareObjects } from '../../src/synth/order';

const object = (kind: string, name = 'a', namespace?: string, apiVersion = 'v1'): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
});
const sorted = (objects: readonly KubeObject[]) => objects.toSorted(compareObjects);
const kinds = (objects: readonly KubeObject[]) => sorted(objects).map(({ kind }) => kind);

test('objects come after the objects that they need', () => {
  expect(
    kinds(
      ['Ingress', 'Deployment', 'Service', 'Secret', 'Role', 'ServiceAccount', 'NetworkPolicy', 'Namespace'].map(
        (kind) => object(kind),
      ),
    ),
  ).toEqual(['Namespace', 'NetworkPolicy', 'ServiceAccount', 'Role', 'Secret', 'Service', 'Deployment', 'Ingress']);
});

test.each([
  ['CustomResourceDefinition', 'Certificate'],
  ['NetworkPolicy', 'Pod'],
  ['ServiceAccount', 'RoleBinding'],
  ['Role', 'RoleBinding'],
  ['ConfigMap', 'Deployment'],
  ['PersistentVolumeClaim', 'StatefulSet'],
  ['Job', 'Deployment'],
  ['Deployment', 'HorizontalPodAutoscaler'],
  ['Deployment', 'PodDisruptionBudget'],
])('a %s comes before a %s', (first, second) => {
  expect(kinds([object(second, 'a'), object(first, 'z')])).toEqual([first, second]);
});

test('unknown kinds come last, by name', () => {
  expect(kinds([object('Zebra'), object('Certificate'), object('Ingress')])).toEqual([
    'Ingress',
    'Certificate',
    'Zebra',
  ]);
});

test('objects of a kind are ordered by namespace, name and version', () => {
  const objects = [
    object('Role', 'a', undefined),
    object('Role', 'b', 'blog'),
    object('Role', 'a', 'shop', 'v1'),
    object('Role', 'a', 'shop', 'v2'),
    object('Role', 'b', 'shop'),
  ];
  expect(sorted(objects.toReversed())).toEqual(objects);
});

test('names are compared by character code, so the order is the same on every machine', () => {
  expect(
    sorted(['a', 'B', 'a-b', 'ab', 'ä', 'z'].map((name) => object('Role', name))).map(({ metadata }) => metadata.name),
  ).toEqual(['B', 'a', 'a-b', 'ab', 'z', 'ä']);
});

test('the order is total: the result does not depend on the input order', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const objects = fc.uniqueArray(
    fc.tuple(
      fc.constantFrom('Namespace', 'Service', 'Pod', 'Zebra', 'Yak'),
      word,
      fc.option(word, { nil: undefined }),
      fc.constantFrom('v1', 'v2'),
    ),
    { selector: String },
  );
  const withAnother = objects.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(withAnother, ([one, other]) => {
      const [a, b] = [one, other].map((list) => sorted(list.map((parts) => object(...parts))));
      expect(a).toEqual(b);
    }),
  );
});
