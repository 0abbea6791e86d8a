import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// docs/words.md quotes lines of k8s-out. Each quote must match the named object.
const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/words.md'), 'utf8');
const objects = readdirSync(join(root, 'k8s-out')).flatMap((name) =>
  readFileSync(join(root, 'k8s-out', name), 'utf8').split(/^---\n/m),
);
const quotes = [...page.matchAll(/^```yaml(?: (\w+) ([\w-]+))?\n(.*?)^```$/gms)].map(
  ([, kind, name, lines]) => [`${kind} ${name}`, lines!] as const,
);

/** The text of an object. The name of a Job ends with a hash. */
function objectOf(title: string): string | undefined {
  const [kind, name] = title.split(' ') as [string, string];
  return objects.find(
    (text) =>
      new RegExp(`^kind: ${kind}$`, 'm').test(text) &&
      new RegExp(`^ {2}name: ${name}${kind === 'Job' ? '-[0-9a-f]{8}' : ''}$`, 'm').test(text),
  );
}

/** Whether the text contains the lines in a row, at any indentation. The first line can follow the dash of a list item. */
function contains(lines: string, text: string): boolean {
  const wanted = lines.trimEnd().split('\n');
  const there = text.replaceAll(/^( *)- /gm, '$1  ').split('\n');
  const plain = wanted.map((line) => line.replace(/^( *)- /, '$1  '));
  return there.some((_, i) => {
    const depth = /^ */.exec(there[i]!)![0];
    return plain.every((line, n) => there[i + n] === depth + line);
  });
}

test('every quote names its object', () => {
  expect(quotes.length).toBeGreaterThan(20);
  expect(quotes.filter(([title]) => objectOf(title) === undefined)).toEqual([]);
});

test.each(quotes)('%s: %j', (title, lines) => {
  expect([lines, contains(lines, objectOf(title)!)]).toEqual([lines, true]);
});

test('a quote that does not match is found', () => {
  const text = objectOf('Deployment comments')!;
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
