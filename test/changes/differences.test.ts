import type { KubeObject } from '../../src/k8s/objects';
import { differences } from '../../src/changes/differences';

const object = (name: string, spec: object, apiVersion = 'apps/v1'): KubeObject => ({
  apiVersion,
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec,
});

test('equal objects in another order have no difference', () => {
  const [a, b] = [object('a', { x: 1, list: [1, { y: 2 }] }), object('b', {})];
  expect(differences([a, b], [b, structuredClone(a)])).toEqual([]);
});

test('reports objects that exist on one side only', () => {
  expect(differences([object('a', {})], [object('b', {})])).toEqual([
    { object: 'Deployment shop/a', from: 'present' },
    { object: 'Deployment shop/b', to: 'present' },
  ]);
});

test('reports changed, added and removed fields, and fields of another type', () => {
  expect(
    differences([object('a', { n: 1, gone: true, kind: [] })], [object('a', { n: 2, added: null, kind: {} })]),
  ).toEqual([
    { object: 'Deployment shop/a', field: 'spec.n', from: 1, to: 2 },
    { object: 'Deployment shop/a', field: 'spec.gone', from: true, to: undefined },
    { object: 'Deployment shop/a', field: 'spec.kind', from: [], to: {} },
    { object: 'Deployment shop/a', field: 'spec.added', from: undefined, to: null },
  ]);
});

test('reports list items by name if they have names, otherwise by index', () => {
  const from = object('a', {
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
    args: ['x', 'y'],
  });
  const to = object('a', {
    env: [
      { name: 'NEW', value: '0' },
      { name: 'B', value: '3' },
      { name: 'A', value: '1' },
    ],
    args: ['x', 'z', 'w'],
  });
  expect(differences([from], [to])).toEqual([
    { object: 'Deployment shop/a', field: 'spec.env[B].value', from: '2', to: '3' },
    { object: 'Deployment shop/a', field: 'spec.env[NEW]', from: undefined, to: { name: 'NEW', value: '0' } },
    { object: 'Deployment shop/a', field: 'spec.args[1]', from: 'y', to: 'z' },
    { object: 'Deployment shop/a', field: 'spec.args[2]', from: undefined, to: 'w' },
  ]);
});

test('an object with another version of its API is the same object, changed', () => {
  expect(differences([object('a', {}, 'apps/v1beta1')], [object('a', {})])).toEqual([
    { object: 'Deployment shop/a', field: 'apiVersion', from: 'apps/v1beta1', to: 'apps/v1' },
  ]);
});
