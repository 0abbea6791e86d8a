import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contains, objectOf, quotesOf } from './quotes';

// docs/words.md quotes lines of k8s-out. Each quote must match the named object.
const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/words.md'), 'utf8');
const objects = readdirSync(join(root, 'k8s-out')).flatMap((name) =>
  readFileSync(join(root, 'k8s-out', name), 'utf8').split(/^---\n/m),
);
const quotes = quotesOf(page);

test('every quote names its object', () => {
  expect(quotes.length).toBeGreaterThan(20);
  expect(quotes.filter(([title]) => objectOf(title, objects) === undefined)).toEqual([]);
});

test.each(quotes)('%s: %j', (title, lines) => {
  expect([lines, contains(lines, objectOf(title, objects)!)]).toEqual([lines, true]);
});

test('a quote that does not match is found', () => {
  const text = objectOf('Deployment comments', objects)!;
  expect([
    contains('replicas: 2\n', text),
    contains('replicas: 3\n', text),
    contains('replicas: 2\nselector:\n', text),
  ]).toEqual([true, false, false]);
});

test('the most important words are on the page', () => {
  for (const word of [
    'Container',
    'Image',
    'Volume',
    'Node',
    'Cluster',
    'Replica',
    'Ingress',
    'Pod',
    'Service',
    'Namespace',
    'Secret',
  ])
    expect(page).toContain(`**${word}.**`);
});
