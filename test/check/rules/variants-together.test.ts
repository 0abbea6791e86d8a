import { check } from '../../../src/check/check';
import { hintsIn } from '../../../src/check/find-problems';
import { readManifests } from '../../../src/check/read/read';
import { World } from '../../../src/check/world/world';

const map = (name: string, color: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\ndata: { color: ${color} }\n`;

/** The messages of the hints, and the codes of the problems, for files with objects. */
function found(files: Readonly<Record<string, string>>): [hints: string[], problems: string[]] {
  const manifests = Object.entries(files).flatMap(([file, text]) => readManifests(text, file).manifests);
  return [
    hintsIn(new World(manifests)).map(({ code, message, place }) => `${code} ${place!.file}: ${message}`),
    check(manifests).map(({ code }) => code),
  ];
}

test('two folders with several differing objects are variants: a hint for each pair', () => {
  const variants = ['aws', 'gcp', 'azure'].flatMap((cloud) =>
    ['a', 'b', 'c', 'd'].map((name) => [`${cloud}/${name}.yaml`, map(name, cloud)]),
  );
  expect(found(Object.fromEntries(variants) as Record<string, string>)).toEqual([
    ['gcp', 'azure'].map(
      (cloud) =>
        `variants-together ${cloud}/a.yaml: aws declares ConfigMap shop/a, ConfigMap shop/b, ConfigMap shop/c and 1 more with different content, so the folders seem to be variants.`,
    ),
    [],
  ]);
});

test.each([
  [
    'in one folder, two files with the same names',
    {
      'k/a.yaml': `${map('a', 'blue')}---\n${map('b', 'blue')}`,
      'k/b.yaml': `${map('a', 'red')}---\n${map('b', 'red')}`,
    },
  ],
  ['in two folders, the objects of one name', { 'a/a.yaml': map('a', 'blue'), 'b/a.yaml': map('a', 'red') }],
])('%s are a problem', (_, files) => {
  expect(found(files)).toEqual([[], ['identity-taken']]);
});

test('equal objects are no variants', () => {
  const both = `${map('a', 'blue')}---\n${map('b', 'blue')}`;
  expect(found({ 'a/a.yaml': both, 'b/a.yaml': both })).toEqual([[], []]);
});
