import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// docs/words.md explains by lines of k8s-out: each of them still stands there, in the object that it is said to be of.
const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/words.md'), 'utf8');
const objects = readdirSync(join(root, 'k8s-out')).flatMap((name) =>
  readFileSync(join(root, 'k8s-out', name), 'utf8').split(/^---\n/m),
);
const quotes = [...page.matchAll(/^```yaml(?: (\w+) ([\w-]+))?\n(.*?)^```$/gms)].map(
  ([, kind, name, lines]) => [`${kind} ${name}`, lines!] as const,
);

/** The text of an object; a Job's name ends with a hash of what it does. */
function objectOf(title: string): string | undefined {
  const [kind, name] = title.split(' ') as [string, string];
  return objects.find(
    (text) =>
      new RegExp(`^kind: ${kind}$`, 'm').test(text) &&
      new RegExp(`^ {2}name: ${name}${kind === 'Job' ? '-[0-9a-f]{8}' : ''}$`, 'm').test(text),
  );
}

/** Whether the lines stand in the text, one after the other, at whatever depth. A list's dash may stand before the first. */
function stands(lines: string, text: string): boolean {
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
  expect([lines, stands(lines, objectOf(title)!)]).toEqual([lines, true]);
});

test('a line that does not stand there is found', () => {
  const text = objectOf('Deployment comments')!;
  expect([
    stands('replicas: 2\n', text),
    stands('replicas: 3\n', text),
    stands('replicas: 2\nselector:\n', text),
  ]).toEqual([true, false, false]);
});

test('every word that is asked about most is there', () => {
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
