import { hintsIn, problemsIn } from '../../../src/check/find-problems';
import { readManifests } from '../../../src/check/read/read';
import { World } from '../../../src/check/world/world';

const object = (kind: string, name: string, namespace?: string, more = '') =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}${more}---\n`;

/** The hints for files, as `FILE:LINE object: expected`. */
function hints(files: Readonly<Record<string, string>>): string[] {
  const manifests = Object.entries(files).flatMap(([file, text]) => readManifests(text, file).manifests);
  return hintsIn(new World(manifests)).map(
    ({ code, place, object: title, expected }) => `${place!.file}:${place!.line} ${title} ${code}: ${expected}`,
  );
}

const lonely = object('ConfigMap', 'c');

test('an object without a namespace among others with one is a hint', () => {
  expect(hints({ 'a.yaml': object('Secret', 'a', 'shop') + object('Secret', 'b', 'shop') + lonely })).toEqual([
    'a.yaml:15 ConfigMap c namespace-left-out: shop',
  ]);
  expect(hints({ 'a.yaml': object('Secret', 'a', 'shop') + object('Secret', 'b', 'data') + lonely })).toEqual([
    'a.yaml:15 ConfigMap c namespace-left-out: one of shop, data',
  ]);
});

test('the neighbors of an object alone in its file are in the other files of the folder', () => {
  const files = { 'k8s/a.yaml': object('Secret', 'a', 'shop'), 'k8s/b.yaml': object('Secret', 'b', 'shop') };
  expect(hints({ ...files, 'k8s/c.yaml': lonely })).toEqual(['k8s/c.yaml:3 ConfigMap c namespace-left-out: shop']);
  expect(hints({ ...files, 'other/c.yaml': lonely })).toEqual([]);
});

test.each([
  [
    'two objects have no namespace',
    object('Secret', 'a', 'shop') + object('Secret', 'b', 'shop') + object('Secret', 'd') + lonely,
  ],
  ['there are fewer than two neighbors', object('Secret', 'a', 'shop') + lonely],
  [
    'the others are in the default namespace',
    object('Secret', 'a', 'default') + object('Secret', 'b', 'default') + lonely,
  ],
  [
    'the kind is cluster-scoped',
    object('Secret', 'a', 'shop') + object('Secret', 'b', 'shop') + object('Namespace', 'shop'),
  ],
  [
    'the scope of the kind is unknown',
    object('Secret', 'a', 'shop') +
      object('Secret', 'b', 'shop') +
      object('Thing', 'x').replace('v1', 'example.com/v1'),
  ],
])('no hint if %s', (_, text) => {
  expect(hints({ 'a.yaml': text })).toEqual([]);
});

test('a hint can be waived, and an unused waiver of a hint is a hint', () => {
  const waiver = (text: string) => `  annotations: { waive.callsign.dev/namespace-left-out: ${text} }\n`;
  const others = object('Secret', 'a', 'shop') + object('Secret', 'b', 'shop');
  expect(hints({ 'a.yaml': others + object('ConfigMap', 'c', undefined, waiver('Every team sets it.')) })).toEqual([]);
  expect(hints({ 'a.yaml': others + object('ConfigMap', 'c', 'shop', waiver('Every team sets it.')) })).toEqual([
    'a.yaml:18 ConfigMap shop/c waiver-unused: no waiver',
  ]);
  // Only the problems contain an invalid waiver.
  const invalid = readManifests(others + object('ConfigMap', 'c', 'shop', waiver('later')), 'a.yaml').manifests;
  expect(hintsIn(new World(invalid))).toEqual([]);
  expect(problemsIn(new World(invalid), 'wiring').map(({ code }) => code)).toEqual(['waiver-invalid']);
});
